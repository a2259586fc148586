"""How each live source is asked, and what it must hold when it has asked long enough."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.upstream import Upstream, faults
from tests.upstream.archive import Truth
from tests.upstream.records import Paper

from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.net.connection import Timeouts
from broadsheet.net.testing import QuickClient
from broadsheet.sources import live
from broadsheet.sources.arxiv_api.client import ArxivAPI
from broadsheet.sources.arxiv_feed.client import ArxivFeed
from broadsheet.sources.arxiv_oai.client import METADATA, VERSIONS
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.github.client import GitHub
from broadsheet.sources.github.names import Linked, repository
from broadsheet.sources.hf_daily.client import DailyPapers
from broadsheet.sources.live import Listed, LiveSource, Wanted

Facts = dict[str, Any]
_MOST_ERRORS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A source, whom it asks, for what; ``true`` gives what must be held in the end by id."""

    source: LiveSource
    service: str
    url: Callable[[Upstream], str]
    wanted: Callable[[Upstream], Wanted]
    true: Callable[[Upstream], dict[str, Facts]]
    told: Callable[[Record], Facts]


@dataclass(slots=True)
class Harvest:
    """What came of asking: records by name, the newest of each; the errors on the way."""

    records: dict[str, Record] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    listed: dict[date, Listed] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)
    errors: list[NotAsked | Unreadable] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def harvest(case: Case, up: Upstream, timeouts: Timeouts | None = None) -> Harvest:
    """Ask to the end as the program does: the same again after an error, from the beginning
    where the place to go on from is lost."""
    client = QuickClient(timeouts=timeouts)
    asked = live.Upstream(client=client, base_url=case.url(up))
    done = Harvest(waits=client.waits)
    resume = ""
    with clock.at(up.now):
        while len(done.errors) < _MOST_ERRORS:
            try:
                portion = case.source.ask(asked, case.wanted(up), resume)
            except Expired as error:
                done.errors.append(error)
                resume = ""
                continue
            except (NotAsked, Unreadable) as error:
                done.errors.append(error)
                continue
            _keep(done, portion)
            resume = portion.resume
            if not resume:
                return done
    raise AssertionError(f"asked in vain: {[str(error) for error in done.errors]}")


def _keep(done: Harvest, portion: live.Portion) -> None:
    done.outcomes.append(portion.outcome)
    done.listed |= {one.day: one for one in portion.listed}
    for item in portion.items:
        if isinstance(item, Trouble):
            done.troubles.append(item)
        else:
            done.records[item.source_id] = item


def differences(case: Case, up: Upstream, done: Harvest) -> dict[str, Any]:
    """What is held and not true, or true and not held, by id: nothing, if all is well."""
    true = case.true(up)
    held = {name: case.told(record) for name, record in done.records.items()}
    names = true.keys() | held.keys()
    return {one: (held.get(one), true.get(one)) for one in names if held.get(one) != true.get(one)}


def _paper(paper: Paper) -> Facts:
    return {
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": paper.authors,
        "categories": paper.categories,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
    }


def _record(record: Record) -> Facts:
    return {
        "title": record.title,
        "abstract": record.abstract,
        "authors": record.authors,
        "categories": record.categories,
        "journal_ref": record.journal_ref,
        "doi": next((one.value for one in record.identifiers if one.scheme == "doi"), ""),
    }


def _more(record: Record) -> Facts:
    return _record(record) | {"comment": record.comment, "withdrawn": record.withdrawn}


def _papers(up: Upstream, **more: Callable[[Paper], Any]) -> dict[str, Facts]:
    facts = {"comment": lambda one: one.comment, "withdrawn": lambda one: one.withdrawn} | more
    return {
        paper.id: _paper(paper) | {name: of(paper) for name, of in facts.items()}
        for paper in up.truth().papers.values()
    }


def _announced(up: Upstream) -> dict[str, Facts]:
    truth: Truth = up.truth()
    day = up.now.date()
    kinds = truth.announced(day).items()
    return {
        paper_id: _paper(truth.listings[day][paper_id].paper)
        | {"day": day, "kind": kind.removesuffix("-cross")}
        for paper_id, kind in kinds
    }


def _announcement(record: Record) -> Facts:
    (said,) = record.announcements
    return _record(record) | {"day": said.day, "kind": said.kind}


def _curated(up: Upstream) -> dict[str, Facts]:
    day = up.now.date()
    return {
        one["paper"]["id"]: {
            "title": one["title"],
            "votes": one["paper"]["upvotes"],
            "comments": one["numComments"],
            "days": {day},
        }
        for one in up.curated(day)
    }


def _pick(record: Record) -> Facts:
    totals = {one.kind: one.total for one in record.signals}
    return {
        "title": record.title,
        "votes": totals.get("votes"),
        "comments": totals.get("comments"),
        "days": {one.day for one in record.announcements},
    }


def _links(up: Upstream) -> dict[str, Linked]:
    linked = {}
    for paper in sorted(up.truth().papers.values(), key=lambda one: one.id):
        if name := repository(paper.code_url):
            identifier = identifiers.Identifier("arxiv", paper.id)
            one = Linked(repository=name, paper=identifier, title=paper.title)
            linked[f"{name.lower()} {identifier}"] = one
    return dict(list(linked.items())[:5])


def _starred(up: Upstream) -> dict[str, Facts]:
    return {
        name: {"title": one.title, "stars": up.github.stars(one.repository)}
        for name, one in _links(up).items()
    }


def _whole(_: Upstream) -> Wanted:
    return Wanted()


def _today(up: Upstream) -> Wanted:
    return Wanted(since=up.now.date(), until=up.now.date())


def _from_the_first(up: Upstream) -> Wanted:
    return Wanted(since=min(one.published for one in up.truth().papers.values()))


CASES = {
    "arxiv_oai": Case(
        source=METADATA,
        service="oai",
        url=lambda up: up.oai_url,
        wanted=_whole,
        true=_papers,
        told=_more,
    ),
    "arxiv_raw": Case(
        source=VERSIONS,
        service="oai",
        url=lambda up: up.oai_url,
        wanted=_whole,
        true=lambda up: _papers(up, version=lambda one: one.newest.number),
        told=lambda record: _more(record) | {"version": record.version},
    ),
    "arxiv_feed": Case(
        source=ArxivFeed(),
        service="feed",
        url=lambda up: up.feed_url,
        wanted=_today,
        true=_announced,
        told=_announcement,
    ),
    "arxiv_api": Case(
        source=ArxivAPI(),
        service="api",
        url=lambda up: up.api_url,
        wanted=_from_the_first,
        true=lambda up: _papers(up, version=lambda one: one.newest.number),
        told=lambda record: _more(record) | {"version": record.version},
    ),
    "hf_daily": Case(
        source=DailyPapers(),
        service="daily",
        url=lambda up: up.daily_url,
        wanted=_today,
        true=_curated,
        told=_pick,
    ),
    "github": Case(
        source=GitHub(),
        service="github",
        url=lambda up: up.github_url,
        wanted=lambda up: Wanted(names=tuple(map(str, _links(up).values()))),
        true=_starred,
        told=lambda record: {"title": record.title, "stars": record.signals[0].total},
    ),
}
SERVICE_FAULTS = {
    name: [kind for kind in faults.kinds(case.service) if kind not in faults.ON_THE_WAY]
    for name, case in CASES.items()
}
