"""Pages that nobody asked for before: what the server needs to make one.

Each address is asked once, in one process, through the whole application from middleware to the
packed answer, so no kept page and no kept order helps. Beside them stands the floor: an answer
through the same layers that asks nothing of the catalogue. Catalogue and index were read from the
disk before, as on a machine that has served for a while.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

from _measured import (
    DATA,
    environment,
    figure,
    need_catalogue,
    percentiles,
    queries,
    read_once,
    timed,
)

_MOST = 400  # of each kind

Ask = Callable[[str], int]


def application() -> Ask:
    """Ask the application for a page; gives the size of the packed body."""
    os.environ.update(environment(DJANGO_SETTINGS_MODULE="broadsheet.project.settings"))
    site = import_module("broadsheet.project.wsgi").application
    import_module("broadsheet.cli.static").collect()

    def ask(address: str) -> int:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        statuses: list[str] = []

        def start(status: str, _headers: Any, _error: Any = None) -> None:
            statuses.append(status)

        answer = site(environ, start)
        size = sum(map(len, answer))
        answer.close()
        if not statuses[0].startswith("200"):
            sys.exit(f"{address} was answered with {statuses[0]}")
        return size

    return ask


def measure(name: str, ask: Ask, addresses: Iterable[str], target: str = "") -> None:
    """The figures of one kind of page."""
    walls, processor, sizes = [], [], []
    for address in addresses:
        began, spent = time.perf_counter(), time.thread_time()
        sizes.append(ask(address) / 1e3)
        walls.append(timed(began))
        processor.append((time.thread_time() - spent) * 1e3)
    middle, late = percentiles(walls)
    figure(f"{name}, p50", middle, "ms", target)
    figure(f"{name}, p99", late, "ms")
    figure(f"{name}, processor time p50", percentiles(processor)[0], "ms")
    figure(f"{name}, packed size p50", percentiles(sizes)[0], "kB")


def held(query: str) -> list[Any]:
    with sqlite3.connect(f"file:{DATA}/catalogue.sqlite3?mode=ro", uri=True) as catalogue:
        return [row[0] for row in catalogue.execute(query)]


def main() -> None:
    need_catalogue()
    read_once()
    days = held("SELECT DISTINCT day FROM papers_announcement ORDER BY day DESC")
    papers = held("SELECT key FROM papers_paper WHERE id % 599 = 1 AND merged_into_id IS NULL")
    weeks = sorted({"{}-W{:02}".format(*date.fromisoformat(day).isocalendar()) for day in days})
    months = sorted({day[:7] for day in days})
    asked, warming = queries()[:_MOST], queries()[_MOST : _MOST + 20]
    ask = application()
    for text in warming:  # the first answers load templates and open the index
        ask(f"/search?{urlencode({'q': text})}")
        ask(f"/search.json?{urlencode({'q': text})}")
    measure("floor", ask, (f"/robots.txt?{number}" for number in range(_MOST)))
    measure("front page of a day", ask, (f"/daily/{day}" for day in days[:_MOST]), "<= 12")
    measure("front page of a week", ask, (f"/weekly/{week}" for week in weeks))
    measure("front page of a month", ask, (f"/monthly/{month}" for month in months))
    measure("paper", ask, (f"/papers/{quote(key, safe=':/')}" for key in papers[:_MOST]))
    measure("search", ask, (f"/search?{urlencode({'q': text})}" for text in asked))
    measure("search as JSON", ask, (f"/search.json?{urlencode({'q': text})}" for text in asked))


if __name__ == "__main__":
    main()
