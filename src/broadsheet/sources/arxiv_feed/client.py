"""Asking arXiv's announcement feeds for the edition of the day.

A feed holds 2,000 entries at most and leaves out the newest papers first where there are more,
so a feed that is full is asked for again in halves.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import quote, urlsplit

from broadsheet.kernel.errors import NotAsked, Unreadable
from broadsheet.kernel.tex import words
from broadsheet.sources import arxiv
from broadsheet.sources.arxiv_feed.parse import SOURCE, Feed, feed, named, parse
from broadsheet.sources.contract import AnnouncementKind, Record, Trouble
from broadsheet.sources.live import Listed, Need, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml

FULL: Final = 2_000
ARCHIVES: Final = sorted(
    words(
        "astro-ph cond-mat cs econ eess gr-qc hep-ex hep-lat hep-ph hep-th math math-ph nlin"
        " nucl-ex nucl-th physics q-bio q-fin quant-ph stat"
    )
)
# The one archive that alone fills a feed.
_PARTS: Final = {
    "cs": sorted(
        f"cs.{own}"
        for own in words(
            "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE"
            " NI OH OS PF PL RO SC SD SE SI SY"
        )
    ),
}
_STRENGTH: Final[tuple[AnnouncementKind, ...]] = ("new", "cross", "replace")


class ArxivFeed:
    """A LiveSource: one portion is the newest edition, whatever day is wanted.

    Its day stands in the answer. "not-announced" says that the feed is of an earlier day than
    wanted, or empty, as it is on weekends and holidays.
    """

    name = SOURCE
    title = "arXiv, daily announcements (RSS)"
    base_url = "https://rss.arxiv.org/rss"
    needs: tuple[Need, ...] = ("contact",)
    schedule = "20 0,1,4 * * 1-5"
    zone = arxiv.ZONE
    feeds: tuple[str, ...] = (arxiv.FEED,)
    heals: tuple[str, ...] = ()
    repositories: tuple[int, int] = (0, 0)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:  # noqa: ARG002  # never more than one portion
        got, whole = _all_of(upstream, upstream.categories or ARCHIVES)
        records, troubles = _records(upstream, got)
        day = max((one.day for one in got if one.day), default=None)
        listed = _listed(records, troubles, day, whole=whole)
        is_late = wanted.since is not None and (day is None or day < wanted.since)
        return Portion(
            items=(*records, *troubles),
            listed=listed,
            reached=day if listed else None,
            outcome="not-announced" if is_late or not listed else "found",
        )


def _all_of(upstream: Upstream, names: Sequence[str]) -> tuple[list[Feed], bool]:
    """The feeds that together hold all of these, and whether none of them was full."""
    got = _get(upstream, names)
    if len(got.raws) < FULL:
        return [got], True
    parts = tuple(names) if len(names) > 1 else _PARTS.get(names[0], ())
    if not parts:
        return [got], False
    half = len(parts) // 2
    first, first_whole = _all_of(upstream, parts[:half])
    second, second_whole = _all_of(upstream, parts[half:])
    return [*first, *second], first_whole and second_whole


def _get(upstream: Upstream, names: Sequence[str]) -> Feed:
    url = f"{upstream.base_url.rstrip('/')}/{quote('+'.join(names), safe='')}"
    host = urlsplit(upstream.base_url).hostname or upstream.base_url
    try:
        got = feed(upstream.client.get(url).body)
    except BadXml as error:
        raise Unreadable(where=host, reason=str(error)) from None
    if got.error:
        raise NotAsked(host=host, reason=f"it has no feed of {', '.join(names)}: {got.error}")
    return got


def _records(upstream: Upstream, feeds: Sequence[Feed]) -> tuple[list[Record], list[Trouble]]:
    """A record for each paper, with the strongest word of all feeds on it, and what is broken."""
    best: dict[str, Record] = {}
    troubles: list[Trouble] = []
    for raw in dict.fromkeys(raw for one in feeds for raw in one.raws):
        try:
            record = parse(raw)
        except Broken as error:
            url, (number, _) = upstream.base_url, named(raw)
            troubles.append(received(SOURCE, url, error, raw=raw, source_id=number))
            continue
        held = best.get(record.source_id)
        if held is None or _strength(record) < _strength(held):
            best[record.source_id] = record
    return sorted(best.values(), key=_strength), troubles


def _strength(record: Record) -> int:
    return _STRENGTH.index(record.announcements[0].kind)


def _listed(
    records: Sequence[Record], troubles: Sequence[Trouble], day: date | None, *, whole: bool
) -> tuple[Listed, ...]:
    """The names of each day, one day as a rule; what is broken stood in the feed all the same."""
    days: dict[date, dict[str, AnnouncementKind]] = {}
    for record in records:
        said = record.announcements[0]
        days.setdefault(said.day, {})[f"arxiv:{record.source_id}"] = said.kind
    for trouble in troubles:
        if trouble.source_id and day:
            number, kind = named(trouble.raw)
            days.setdefault(day, {}).setdefault(f"arxiv:{number}", kind)
    return tuple(
        Listed(feed=arxiv.FEED, day=day, names=names, whole=whole)
        for day, names in sorted(days.items())
    )
