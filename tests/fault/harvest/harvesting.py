"""A run of a source without a network, to be killed: python harvesting.py PORTIONS [DEADLY]

The source has so many portions of 40 records, each listed on its day. Every place asked for is
written into ``asked`` in the data folder. DEADLY is ``asked:N`` or ``held:N``: the process ends
by SIGKILL when portion N is asked for, or when it was ingested and the place after it noted,
but nothing committed. A file ``expires`` in the data folder makes every place but the first
forgotten, once.
"""

import os
import signal
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django
import orjson

os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.project.settings"
django.setup()

from broadsheet.harvest import checkpoints, running  # noqa: E402
from broadsheet.kernel import clock  # noqa: E402
from broadsheet.kernel.errors import Busy, Expired  # noqa: E402
from broadsheet.sources.live import Listed, Portion  # noqa: E402
from broadsheet.sources.registry import SOURCES  # noqa: E402

EACH = 40
FIRST = date(2026, 6, 1)
NOW = datetime(2026, 8, 14, 6, tzinfo=UTC)
DATA = Path(os.environ["BROADSHEET_DATA"])
PORTIONS = int(sys.argv[1])
DEADLY, _, WHEN = (sys.argv[2] if len(sys.argv) > 2 else "").partition(":")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Source:
    """Portion N holds the records of the Nth day."""

    name = "scripted"
    title = "A scripted source"
    base_url = "https://example.org"
    needs = ()
    schedule = ""
    zone = "UTC"
    feeds = ("arxiv",)
    heals = ()
    repositories = (0, 0)

    def ask(self, upstream, wanted, resume=""):
        with (DATA / "asked").open("a") as asked:
            asked.write(f"{resume or wanted.since}\n")
        place = int(resume) if resume else max(0, (wanted.since - FIRST).days)
        if resume and (DATA / "expires").exists():
            (DATA / "expires").unlink()
            raise Expired(host="example.org", reason="the token is of yesterday")
        if f"asked:{place}" == f"{DEADLY}:{WHEN}":
            die()
        day = FIRST + timedelta(days=place)
        numbers = [f"{day:%y%m}.{place * EACH + n:05}" for n in range(1, EACH + 1)]
        items = tuple(self._record(number, day) for number in numbers)
        names = {f"arxiv:{number}": "new" for number in numbers}
        last = place + 1 == PORTIONS
        return Portion(
            items=items,
            listed=(Listed(feed="arxiv", day=day, names=names),),
            resume="" if last else str(place + 1),
            reached=day,
        )

    def _record(self, number, day):
        entry = {
            "source": "arxiv",
            "id": number,
            "title": f"A harvested paper called {number} and no other",
            "announced": day.isoformat(),
        }
        return SOURCES["jsonl"].reread(orjson.dumps(entry), NOW)


def main() -> None:
    if DEADLY == "held":
        advance = checkpoints.advance

        def deadly(row, portion, records):
            advance(row, portion, records)
            if row.resume == str(int(WHEN) + 1):
                die()

        checkpoints.advance = deadly
    from broadsheet.sources.live import Wanted  # noqa: PLC0415

    try:
        with clock.at(NOW):
            told = running.run(Source(), Wanted(since=FIRST), client=object())
    except Busy as error:
        sys.exit(error.exit)
    sys.stdout.write(f"{told.outcome} {told.records}\n")


main()
