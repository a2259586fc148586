"""A process that composes what is due: ``python composing.py '{"subscriptions": 60, …}'``.

With ``subscriptions`` it makes so many first. It says when it begins, and composes slowly, so that
it can be met anywhere; at the end it says how many letters it posted.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

from broadsheet.cli.ready import ready

ready()

from broadsheet.digest.issues import due, sending  # noqa: E402  # Django first
from broadsheet.digest.models import Subscriber, Subscription  # noqa: E402
from broadsheet.kernel import clock  # noqa: E402

ASKED = json.loads(sys.argv[1])
EDITIONS = ("/latest", "/trending", "/latest?votes=10", "/latest?votes=20")
NOW = datetime(2026, 8, 15, 7, 5, tzinfo=UTC)
BEGAN = NOW - timedelta(days=9)


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def subscribe(number):
    name = f"reader{number}"
    reader = Subscriber.objects.create(name=name, address=f"{name}@example.org", made_at=BEGAN)
    Subscription.objects.create(
        name=f"mail{number}",
        subscriber=reader,
        edition=EDITIONS[number % len(EDITIONS)],
        size=1 + number % 3,
        state="active",
        asked_at=BEGAN,
        confirmed_at=BEGAN,
        due_at=NOW - timedelta(minutes=5),
    )


def slowly(function):
    def wrapped(*args, **rest):
        time.sleep(ASKED["pause_s"])
        made = function(*args, **rest)
        time.sleep(ASKED["pause_s"])
        return made

    return wrapped


for number in range(ASKED.get("subscriptions", 0)):
    subscribe(number)
due._AT_ONCE = 5
sending.composed = slowly(sending.composed)
sending.mail.post = slowly(sending.mail.post)
say("ready")
sys.stdin.readline()
with clock.at(NOW):
    say(json.dumps({"posted": sending.send(lambda _: None).posted}))
