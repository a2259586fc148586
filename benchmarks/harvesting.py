"""Live sources: a harvest, a day as it arrives, and a worker that waits.

The upstream is that of the tests, fed with the corpus. The pages of the harvest are made before
and handed over in memory: what is measured is reading them and holding the records, each page in
one transaction with the place to go on from, on an empty catalogue. The day comes over loopback to
`broadsheet serve --with-worker` on the catalogue of everything, by its schedule, from one feed; it
is over when the front page says that all are held and search finds the last of them. A worker that
waits has every source on and nothing due; SQLite, and PostgreSQL where there is one.
"""

import gc
import html
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from _measured import DATA, ROOT, SHARED, cannot, figure, need_catalogue, rest, tree, used
from _postgres import database

sys.path.append(str(ROOT))

from tests.servers import Server, broadsheet, environ, until
from tests.upstream import Upstream, records
from tests.upstream.answers import Asked
from tests.upstream.archive import CALM, Archive
from tests.upstream.oai import OaiService

RECORDS = 50_000
ANNOUNCED = 1_200
IDLE_S = 60
_MONDAY = date(2026, 9, 14)  # later than anything in the corpus
_FIRST = date(2005, 9, 16)
_TOKEN = re.compile(rb"<resumptionToken[^>]*>\s*([^<\s][^<]*)<")


def main() -> None:
    if not (SHARED / "corpus").is_dir():
        cannot(f"The corpus is not there: {SHARED / 'corpus'}")
    need_catalogue()
    with tempfile.TemporaryDirectory() as scratch:
        arrive(Path(scratch))
        wait_on_postgres(Path(scratch))
        harvest(Path(scratch))


# A harvest


class Pages:
    """A client that was given every answer before."""

    def __init__(self, service: OaiService, prefix: str) -> None:
        self._bodies: dict[str, bytes] = {}
        params = {"metadataPrefix": prefix, "from": str(_FIRST)}
        while params:
            query = urlencode({"verb": "ListRecords"} | params)
            body = service.answer(Asked(path="/oai", query=query, headers={})).body
            self._bodies[params.get("resumptionToken", "")] = body
            following = _TOKEN.search(body)
            params = {"resumptionToken": html.unescape(following[1].decode())} if following else {}

    def get(self, url: str, params: Mapping[str, str] | None = None, **_: Any) -> Any:
        from broadsheet.net.contract import Response  # noqa: PLC0415

        body = self._bodies[(params or {}).get("resumptionToken", "")]
        now = datetime.now(UTC)
        return Response(url=url, status=200, headers={}, body=body, asked_at=now)


def harvest(scratch: Path) -> None:
    """Both formats of arXiv, one after the other: the second joins the papers of the first."""
    os.environ |= {"BROADSHEET_DATA": str(scratch / "harvest"), "DATABASE_URL": ""}
    from broadsheet.cli.ready import ready  # noqa: PLC0415

    ready()
    lines = records.corpus(SHARED, RECORDS, _MONDAY)
    service = OaiService(Archive(lines, _MONDAY, habits=CALM))
    for prefix, source, what, target in (
        ("arXiv", "arxiv_oai", "OAI records, all of them new", ">= 3000"),
        ("arXivRaw", "arxiv_raw", "OAI records of another format, joining these papers", ""),
    ):
        run(Pages(service, prefix), source, what, target)


def run(client: Pages, source: str, what: str, target: str) -> None:
    from broadsheet.harvest import actions  # noqa: PLC0415  # wants Django
    from broadsheet.kernel import clock  # noqa: PLC0415
    from broadsheet.sources.live import Wanted  # noqa: PLC0415

    gc.collect()
    gc.freeze()  # what this benchmark holds itself is not looked through
    begun, cpu_begun = time.perf_counter(), time.process_time()
    with clock.at(datetime(_MONDAY.year, _MONDAY.month, _MONDAY.day, 12, tzinfo=UTC)):
        told = actions.run(actions.source(source), Wanted(since=_FIRST), client=client)
    seconds, cpu_s = time.perf_counter() - begun, time.process_time() - cpu_begun
    if told.error or told.report.rejected or told.records < RECORDS * 0.99:
        sys.exit(f"{told.records} records, {told.report.rejected} rejected: {told.error}")
    figure(what, told.records / seconds, "records/s", target)
    figure(f"{what}: processor time", cpu_s / told.records * 1e6, "µs a record")


# A day, and waiting


def arrive(scratch: Path) -> None:
    """A day of announcements, from its last byte to the front page; then a minute of rest."""
    data = scratch / "data"
    shutil.copytree(DATA, data)
    with Upstream(announced(), _MONDAY, habits=CALM) as upstream:
        options = upstream.environ(scratch) | {"BROADSHEET_CONTACT": "benchmark@example.org"}
        switch_on(data, options, arxiv_feed=upstream.feed_url)
        with Server(data, flags=("--with-worker",), options=options) as server:
            until(lambda: server.worker() and is_indexed(server), within_s=120)
            until(lambda: upstream.requests, within_s=60)  # asked as soon as it is on
            server.get("/")
            upstream.advance(hours=16, minutes=20, seconds=1)  # to twenty past midnight at arXiv
            front = until(lambda: is_complete(server), within_s=300)
            found = until(lambda: is_indexed(server), within_s=300)
            line = server.json("/ledger.json?feed=arxiv")
            if not any(day["complete_at"] for day in line["days"]):
                sys.exit(f"The day is held and not complete: {line}")
            *_, asked = (one for one in upstream.requests if one.service == "feed")
            figure("a day of 1,200: on the front page", front - asked.ended, "s")
            figure("a day of 1,200: found by search too", found - asked.ended, "s", "<= 5")
            wait(server, "SQLite, the catalogue of everything")


def announced() -> list[dict[str, Any]]:
    """Papers of the corpus as new ones of the day."""
    lines = records.corpus(SHARED, ANNOUNCED, _MONDAY)
    day = _MONDAY + timedelta(days=1)
    return [
        {
            name: line[name]
            for name in ("abstract", "authors", "categories", "comment")
            if name in line
        }
        | {"id": f"{day:%y%m}.{number:05}", "title": f"{line['title']} {number}"}
        | {"published": str(_MONDAY), "announced": str(day)}
        for number, line in enumerate(lines, start=10_001)
    ]


def is_complete(server: Server) -> float:
    """The moment, if the front page says that all of the day are held; else 0."""
    _, page = server.get("/")
    return time.monotonic() if f"{ANNOUNCED:,} of {ANNOUNCED:,} are held".encode() in page else 0


def is_indexed(server: Server) -> float:
    """The moment, if search knows of every change; else 0."""
    told = server.json("/status.json")
    return time.monotonic() if told and told["lag"] == 0 else 0


def switch_on(data: Path, options: Mapping[str, str], **sources: str) -> None:
    for name, url in sources.items():
        arguments = ("sources", "on", name, "--base-url", url)
        told = broadsheet(data, *arguments, env=environ(data, **options))
        if told.returncode:
            sys.exit(told.stderr)


def wait(server: Server, where: str) -> None:
    """What the processes of a site cost while nothing is to be done; what was is waited for."""
    rest(server.process.pid)
    all_, worker = used(tree(server.process.pid), IDLE_S, server.worker())
    figure(f"a worker that waits: {where}", worker, "% of a core", "<= 1")
    figure(f"with server and follower: {where}", all_, "% of a core")


def wait_on_postgres(scratch: Path) -> None:
    """An empty site on PostgreSQL that waits."""
    with database() as url, Upstream([], _MONDAY) as upstream:
        if not url:
            print("Without PostgreSQL: there is no server", file=sys.stderr)
            return
        data = scratch / "waiting"
        options = upstream.environ(scratch) | {"BROADSHEET_CONTACT": "benchmark@example.org"}
        options |= {"DATABASE_URL": url}
        switch_on(data, options, arxiv_feed=upstream.feed_url, arxiv_oai=upstream.oai_url)
        with Server(data, flags=("--with-worker",), options=options) as server:
            until(server.worker, within_s=120)
            wait(server, "PostgreSQL, empty")


if __name__ == "__main__":
    main()
