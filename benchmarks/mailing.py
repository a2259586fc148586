"""Mail: ten thousand subscribers, three hundred different letters.

The catalogue of everything with the papers of its last month as if each had come on its day, and
subscribers to front pages, categories and searches, daily and weekly. One process composes all
that is due and hands it over, as the worker does; a mail server in a process of its own, on the
same cores, takes and drops what comes. Rates are set so high that they hold nothing up. What is
composed must grow with different letters, so a tenth of the subscribers want the same ones before.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import quote_plus

from _measured import DATA, Peak, environment, figure, free_port, need_catalogue, percentiles

HERE = DATA.parent / "mailing"
SUBSCRIBERS = 10_000
FEW = 1_000
EDITIONS = 300
_NOW = datetime(2026, 8, 22, 7, 30, tzinfo=UTC)  # Saturday, behind the last day that is held
_MONTH = "2026-07-23"
_CATEGORIES = 12
_SIZES = (5, 10, 20)
_SHORTEST = 5  # letters of a word that is searched
_DOMAINS = 40
_PAGES = 300


def main() -> None:
    need_catalogue()
    for subscribers in (FEW, SUBSCRIBERS):
        goal = subscribers == SUBSCRIBERS
        told = sent(subscribers)
        name = f"{subscribers:,} subscribers"
        figure(f"{name}: letters composed", told["composed"], "letters")
        figure(f"{name}: chosen and composed in", told["composing_s"], "s")
        figure(f"{name}: all handed over in", told["whole_s"], "s", "<= 300" * goal)
        figure(f"{name}: taken by the server", told["taken"], "messages")
        figure(f"{name}: peak memory", told["memory_mb"], "MB", "<= 500" * goal)
    for name, took in told["pages"].items():
        figure(f"{name}, p50", took, "ms", "<= 12")
    signed = sent(FEW, key=_key())
    figure("signed with DKIM (RSA, 2,048 bits)", FEW / signed["handing_s"], "messages/s")
    shutil.rmtree(HERE)


def sent(subscribers: int, *, key: str = "") -> dict[str, Any]:
    """What a process tells that composes and hands over everything, and its memory."""
    _prepare()
    with _server() as port:
        options = {
            "BROADSHEET_DATA": str(HERE),
            "BROADSHEET_MAIL": f"smtp://127.0.0.1:{port}",
            "BROADSHEET_MAIL_FROM": "Broadsheet <edition@papers.example>",
            "BROADSHEET_CONTACT": "press@papers.example",
            "BROADSHEET_PUBLIC_URL": "https://papers.example",
            "BROADSHEET_MAIL_RATE": "1000",
            "BROADSHEET_MAIL_DOMAIN_RATE": "1000",
            "BROADSHEET_DKIM_KEY": key,
            "DJANGO_SETTINGS_MODULE": "broadsheet.project.settings",
        }
        command = [sys.executable, __file__, str(subscribers)]
        process = subprocess.Popen(command, env=environment(**options), stdout=subprocess.PIPE)
        peak = Peak(process.pid)
        printed, _ = process.communicate()
        peak.stop()
    if process.returncode:
        sys.exit(f"Sending ended with {process.returncode}")
    told: dict[str, Any] = json.loads(printed)
    return told | {"memory_mb": peak.resident}


def _prepare() -> None:
    """A copy of the catalogue without subscribers, the papers of its last month new."""
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    shutil.copytree(DATA / "index", HERE / "index")
    shutil.copy(DATA / "secret_key", HERE)
    with (
        closing(sqlite3.connect(DATA / "catalogue.sqlite3")) as old,
        closing(sqlite3.connect(HERE / "catalogue.sqlite3")) as new,
    ):
        old.backup(new)
        new.execute(
            "UPDATE papers_paper SET added_at = published_on || ' 00:00:00' WHERE published_on > ?",
            [_MONTH],
        )
        new.commit()


@contextmanager
def _server() -> Iterator[int]:
    """A mail server that takes everything and keeps nothing; gives its port."""
    port = free_port()
    takes = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen([*takes, "-l", f"127.0.0.1:{port}"])
    time.sleep(2)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def _key() -> str:
    make = ["openssl", "genrsa", "-traditional", "2048"]
    return subprocess.run(make, check=True, capture_output=True, text=True).stdout.strip()


# From here on: the process that sends.


class Context:
    """A job's context to which nobody listens."""

    subject = "outbox"
    attempt = 1

    def beat(self, said: str = "") -> None:
        pass

    def cancelled(self) -> bool:
        return False


def send(subscribers: int) -> None:
    from broadsheet.cli.ready import ready  # noqa: PLC0415  # Django first

    ready()
    from broadsheet.digest.issues import sending  # noqa: PLC0415
    from broadsheet.kernel import clock  # noqa: PLC0415
    from broadsheet.mail import delivering  # noqa: PLC0415
    from broadsheet.mail.models import Message  # noqa: PLC0415

    with clock.at(_NOW):
        _subscribe(subscribers)
        began = time.perf_counter()
        report = sending.send(lambda _said: None)
        composed = time.perf_counter()
        delivering.deliver(Context())
        ended = time.perf_counter()
    told = {
        "composed": report.composed,
        "composing_s": composed - began,
        "handing_s": ended - composed,
        "whole_s": ended - began,
        "taken": Message.objects.filter(standing="sent").count(),
        "pages": _pages(),
    }
    print(json.dumps(told))


def _subscribe(subscribers: int) -> None:
    """Everybody wants one of the editions, in turns."""
    from broadsheet.digest.links import new_name  # noqa: PLC0415
    from broadsheet.digest.models import State, Subscriber, Subscription  # noqa: PLC0415

    began, due = _NOW - timedelta(days=29), _NOW - timedelta(minutes=30)
    people = [
        Subscriber(
            name=new_name(),
            address=f"reader{number}@host{number % _DOMAINS}.example",
            made_at=began,
            confirmed_at=began,
        )
        for number in range(subscribers)
    ]
    Subscriber.objects.bulk_create(people, batch_size=500)
    wishes = list(_wishes())
    rows = []
    for number, one in enumerate(people):
        edition, cadence, size = wishes[number % len(wishes)]
        rows.append(
            Subscription(
                name=new_name(),
                subscriber=one,
                edition=edition,
                cadence=cadence,
                size=size,
                weekday=_NOW.weekday(),
                state=State.ACTIVE,
                asked_at=began,
                confirmed_at=began,
                due_at=due,
            )
        )
    Subscription.objects.bulk_create(rows, batch_size=500)


def _wishes() -> Iterator[tuple[str, str, int]]:
    """Address, cadence and size: fronts and categories of day and week, then searches."""
    categories, words = _frequent()
    fronts = ["/latest", *(f"/latest?category={name}" for name in categories)]
    chosen = list(product(fronts, ("announced", "weekly"), _SIZES))
    yield from chosen
    for word in words[: EDITIONS - len(chosen)]:
        yield f"/search?q={quote_plus(word)}", "announced", 10


def _frequent() -> tuple[list[str], list[str]]:
    """The categories of the last day, and the words of the titles of the last month."""
    with closing(sqlite3.connect(HERE / "catalogue.sqlite3")) as catalogue:
        last = catalogue.execute(
            "SELECT categories FROM papers_paper WHERE id IN (SELECT paper_id"
            " FROM papers_announcement WHERE day = (SELECT max(day) FROM papers_announcement))"
        )
        categories = Counter(name for (names,) in last for name in names.split())
        titles = catalogue.execute(
            "SELECT title FROM papers_paper WHERE published_on > ?", [_MONTH]
        )
        words = Counter(
            word
            for (title,) in titles
            for word in set(title.lower().split())
            if word.isalpha() and len(word) >= _SHORTEST
        )
    named = [name for name, _ in categories.most_common(_CATEGORIES)]
    return named, [word for word, _ in words.most_common(EDITIONS)]


def _pages() -> dict[str, float]:
    """The median milliseconds of the pages somebody who subscribes sees."""
    from pages import application  # noqa: PLC0415  # loads the site

    from broadsheet.digest import links  # noqa: PLC0415
    from broadsheet.digest.models import Subscriber, Subscription  # noqa: PLC0415

    names = Subscriber.objects.values_list("name", flat=True)[:_PAGES]
    leaves = Subscription.objects.values_list("name", flat=True)[:_PAGES]
    asked = {
        "page to subscribe": [f"/subscribe?edition=/latest&n={n}" for n in range(_PAGES)],
        "page of preferences": [links.preferences_path(name) for name in names],
        "page to leave": [links.leave_path(name) for name in leaves],
    }
    ask = application()
    medians = {}
    for name, addresses in asked.items():
        took = []
        for address in addresses:
            began = time.perf_counter()
            ask(address)
            took.append((time.perf_counter() - began) * 1e3)
        medians[name] = percentiles(took)[0]
    return medians


if __name__ == "__main__":
    send(int(sys.argv[1])) if len(sys.argv) > 1 else main()
