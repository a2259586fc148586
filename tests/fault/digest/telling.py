"""Webhooks told and sent by a process that is to be killed: python telling.py WHAT MINUTES [DEADLY]

WHAT is ``fill URL HOOKS EACH`` in one word (commas between), ``send``, ``look`` (after one paper
more was held), or ``count``. The clock stands MINUTES after a fixed moment. DEADLY is ``claimed:N``
or ``answered:N``: the process ends by SIGKILL when the N-th dispatch was taken and not yet sent, or
was answered and that not yet written down; or ``told:N``: when the N-th dispatch was written and
not yet committed.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.project.settings"
django.setup()

import orjson  # noqa: E402

from broadsheet.digest import matching, news  # noqa: E402
from broadsheet.digest.hooks import dispatches, dispatching, signing  # noqa: E402
from broadsheet.digest.models import Dispatch, Subscriber, Webhook  # noqa: E402
from broadsheet.kernel import clock  # noqa: E402
from broadsheet.net.addresses import Checks  # noqa: E402
from broadsheet.net.connection import Timeouts  # noqa: E402
from broadsheet.net.exchange import Means  # noqa: E402
from broadsheet.papers import actions  # noqa: E402
from broadsheet.sources.registry import SOURCES  # noqa: E402

BEGAN = datetime(2026, 8, 14, 6, tzinfo=UTC)
HERE = Means(checks=Checks(allowed=("127.0.0.1",)), timeouts=Timeouts(read_s=5.0))
WHAT, MINUTES = sys.argv[1], float(sys.argv[2])
DEADLY, _, WHEN = (sys.argv[3] if len(sys.argv) > 3 else "").partition(":")
SEARCH = "/search?q=robots"


class Told:
    def beat(self, said=""):
        pass


def deadly(what, function, *, after=True):
    """The function, with which the process dies at the N-th call that gives anything."""
    left = [int(WHEN or 0)]

    def call(*args, **more):
        given = function(*args, **more) if after else True
        if what == DEADLY and given:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return given if after else function(*args, **more)

    return call


def fill(url, hooks, each):
    someone = Subscriber.objects.create(
        name="ada", address="ada@example.org", made_at=BEGAN, confirmed_at=BEGAN
    )
    for number in range(int(hooks)):
        hook = Webhook.objects.create(
            name=f"hook{number}",
            subscriber=someone,
            url=f"{url}/{number}",
            edition=SEARCH,
            search=matching.watched(SEARCH).mark,
            secret=signing.new_secret(),
            made_at=BEGAN,
            since=BEGAN,
        )
        for one in range(int(each)):
            dispatches.write(hook, f"day.complete {one}", {"number": one}, at=BEGAN)


def hold(number):
    entry = {
        "source": "arxiv",
        "id": f"2608.{number:05}",
        "title": f"Robots of the number {number}",
        "published": "2026-08-13",
    }
    actions.ingest([SOURCES["jsonl"].reread(orjson.dumps(entry), BEGAN)])


def run():
    if WHAT.startswith("fill"):
        fill(*WHAT.split(",")[1:])
    elif WHAT == "send":
        dispatches.claim = deadly("claimed", dispatches.claim)
        for name in ("taken", "failed"):
            ended = deadly("answered", getattr(dispatches, name), after=False)
            setattr(dispatches, name, ended)
        dispatching.deliver(Told(), HERE)
    elif WHAT.startswith("hold"):
        hold(int(WHAT.split(",")[1]))
    elif WHAT == "look":
        dispatches.write = deadly("told", dispatches.write)
        news.look(Told().beat)
    rows = Dispatch.objects.order_by("pk").values_list("name", "progress", "event")
    sys.stdout.write(json.dumps(list(rows)))


with clock.at(BEGAN + timedelta(minutes=MINUTES)):
    run()
