"""The server on loopback, and the class that tests hold it by."""

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from tests.upstream import days, faults
from tests.upstream.announcements import FeedService
from tests.upstream.answers import Answer, Asked
from tests.upstream.archive import Archive, Habits, Truth
from tests.upstream.daily import DailyService, Entry
from tests.upstream.faults import Chaos, Fault, Wire
from tests.upstream.github import GitHubService, repository
from tests.upstream.oai import OaiService
from tests.upstream.query import QueryService
from tests.upstream.records import Line, Paper
from tests.upstream.requests import Seen
from tests.upstream.wire import Listener

# Agents of bare libraries, as arXiv turns them away.
_BARE = re.compile(r"(python|aiohttp|httpx|Go-http-client|Java|libwww|okhttp)[^()]*", re.IGNORECASE)


class Upstream:
    """All upstreams behind one port, on a clock that only tests move.

    Args:
        papers: lines as of the corpus; those with an ``announced`` day from ``start`` on are
            announced then (or on the next day with a listing), the others are held already.
        start: the first day; the clock begins at noon UTC of it.
        recorded: days of the Daily Papers list as recorded; other days are drawn by lot.
        habits: how much is replaced, withdrawn, restamped by itself.
        deferred: days whose evening brings no announcement.
        seed: what happens by itself, and to which papers.
        records_per_page, headers_per_page, papers_per_feed: where lists are cut, as arXiv does.
        github_per_hour: requests that GitHub answers to a client without a key.
        port: 0 for any that is free.
    """

    def __init__(
        self,
        papers: Iterable[Line],
        start: date,
        *,
        recorded: Mapping[date, Sequence[Entry]] | None = None,
        habits: Habits | None = None,
        deferred: frozenset[date] = days.DEFERRED,
        seed: int = 0,
        records_per_page: int = 2_500,
        headers_per_page: int = 20_000,
        papers_per_feed: int = 2_000,
        github_per_hour: int = 60,
        port: int = 0,
    ) -> None:
        self._archive = Archive(papers, start, seed, habits or Habits(), deferred)
        self._daily = DailyService(self._archive, recorded or {})
        linked = (entry["paper"].get("githubRepo", "") for entry in self._daily.every_entry())
        self.github = GitHubService(
            self._archive, more=frozenset(map(repository, linked)), per_hour=github_per_hour
        )
        oai = OaiService(
            self._archive, per_page=records_per_page, headers_per_page=headers_per_page
        )
        self._services: dict[str, Callable[[Asked, str], Answer]] = {
            "oai": oai.answer,
            "feed": FeedService(self._archive, papers_per_feed).answer,
            "api": QueryService(self._archive).answer,
            "daily": self._daily.answer,
            "github": self.github.answer,
        }
        self._plan = faults.Plan()
        self._lock = threading.RLock()
        self._port = port
        self._clock_file: Path | None = None
        self.requests: list[Seen] = []

    def __enter__(self) -> Self:
        self._server = Listener(("127.0.0.1", self._port), self)
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def oai_url(self) -> str:
        return f"{self.url}/oai"

    @property
    def feed_url(self) -> str:
        """Before ``/cs.CL``; the same as Atom is under ``/atom`` of ``url``."""
        return f"{self.url}/rss"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/query"

    @property
    def daily_url(self) -> str:
        """Before ``/api/daily_papers``."""
        return self.url

    @property
    def github_url(self) -> str:
        """Before ``/repos/owner/name``."""
        return self.url

    @property
    def now(self) -> datetime:
        """What the upstream's clock shows, in UTC."""
        return self._archive.now

    def advance(self, **step: float) -> None:
        """Move the clock on (``days=1``, ``hours=6``): what falls into that time happens."""
        with self._lock:
            self._archive.move_to(self._archive.now + timedelta(**step))
            self._show_time()

    def environ(self, folder: Path) -> dict[str, str]:
        """Variables that make processes of the program live by this clock, which goes on
        with real time between one step and the next; the folder is for the file they read."""
        self._clock_file = folder / "upstream-clock"
        self._show_time()
        site = Path(__file__).with_name("clockwork")
        return {"UPSTREAM_CLOCK": str(self._clock_file), "PYTHONPATH": str(site)}

    def _show_time(self) -> None:
        if self._clock_file:
            fresh = self._clock_file.with_suffix(".new")
            fresh.write_text(f"{self.now.isoformat()}\n{time.time()}\n", encoding="ascii")
            fresh.replace(self._clock_file)

    def faults(self, *script: Fault) -> None:
        """Set faults by script; each counts requests from now on."""
        self._plan.add(*script)

    def chaos(self, seed: int, rate: float, kinds: Iterable[str], **more: Any) -> None:
        """Set faults by lot; ``on``, ``most_in_a_row`` and ``seconds`` as in Chaos."""
        self._plan.add(Chaos(seed, rate, tuple(kinds), **more))

    def calm(self) -> None:
        """Take all faults back."""
        self._plan.clear()

    def truth(self) -> Truth:
        """What is so now: a harvest that is complete holds exactly this."""
        with self._lock:
            return self._archive.truth()

    def curated(self, day: date) -> list[Entry]:
        """The Daily Papers list of a day as it is answered now."""
        with self._lock:
            return self._daily.entries(day)

    def change(self, paper_id: str, **values: Any) -> None:
        """Other facts at once (``doi=``, ``journal_ref=``, ``deleted=``), or a mere new stamp."""
        with self._lock:
            self._archive.change(paper_id, **values)

    def withdraw(self, paper_id: str) -> None:
        """Have a paper withdrawn in the next listing."""
        with self._lock:
            self._archive.at_next_listing(paper_id, Paper.withdraw)

    def replace(self, paper_id: str, **values: Any) -> None:
        """Have a new version (``title=``, ``abstract=``, ``authors=``) in the next listing."""
        with self._lock:
            self._archive.at_next_listing(paper_id, lambda paper, at: paper.replaced(at, **values))

    def respond(self, service: str, asked: Asked) -> tuple[Wire, str]:
        """What goes on the wire in answer to a request, and the name of the fault in it."""
        agent = asked.headers.get("user-agent", "")
        what = asked.field.get("verb", "")
        fault = self._plan.of(service, what)
        if service in ("oai", "feed", "api") and (not agent or _BARE.fullmatch(agent)):
            fault = Fault("not-acceptable")
        if service == "github" and not agent:
            fault = Fault("forbidden")
        kind = fault.kind if fault else ""
        with self._lock:
            answer = self._services[service](asked, "" if kind in faults.ON_THE_WAY else kind)
        address = f"{asked.base}{asked.path}?{asked.query}"
        return faults.wired(fault, answer, address=address, now=self.now), kind
