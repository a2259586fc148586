"""arXiv's announcement feeds, RSS 2.0 and Atom 1.0: one day in New York, empty on many."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from tests.upstream import answers, days, taxonomy
from tests.upstream.answers import Answer, Asked
from tests.upstream.archive import KINDS, Archive, Kind
from tests.upstream.records import Paper

FAULTS: Final = ("yesterday", "late", "half", "duplicates", "broken-record")

_SPACES: Final = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_CREATED: Final = "00.123456+00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """What a feed says of itself; ``day`` is the day of its listing."""

    name: str
    title: str
    about: str
    day: date
    built: datetime
    skips: bool = True


@dataclass(frozen=True, slots=True)
class FeedService:
    """Answers ``/rss/<spec>`` and ``/atom/<spec>``; at most ``per_feed`` papers."""

    archive: Archive
    per_feed: int = 2_000

    def answer(self, asked: Asked, fault: str = "") -> Answer:
        form, _, spec = asked.path.strip("/").partition("/")
        render, kind = _FORMS[form]
        day = days.eastern(self.archive.now)
        name = f"http://rss.arxiv.org/{form}/{spec}"
        try:
            asked_for = taxonomy.asked_for(spec)
        except taxonomy.UnknownSpec as error:
            title = f"Feed error for query: {name}"
            feed = _Feed(
                name=name,
                title=title,
                about=str(error),
                day=day,
                built=self.archive.now,
                skips=False,
            )
            return answers.xml(render(feed, []), kind, status=400)
        if fault == "late":
            day -= days.DAY
        listed = self._listed(day, asked_for, fault)
        words = ", ".join(spec.split("+"))
        feed = _Feed(
            name=name,
            title=f"{words} updates on arXiv.org",
            about=f"{words} updates on the arXiv.org e-print archive.",
            day=day,
            built=self.archive.now,
        )
        text = render(feed, listed)
        if fault == "broken-record":
            text = text.replace("oai:arXiv.org:", "oai:arXiv.org:v", 1)
        return answers.xml(text, kind, headers=self._headers(text))

    def _headers(self, text: str) -> dict[str, str]:
        tomorrow = days.midnight(days.eastern(self.archive.now) + days.DAY)
        left = int((tomorrow - self.archive.now).total_seconds())
        return {
            "ETag": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
            "Cache-Control": f"max-age={left}",
        }

    def _listed(self, day: date, asked: frozenset[str], fault: str) -> list[tuple[Paper, Kind]]:
        shown = day
        if fault == "yesterday":
            shown = max((one for one in self.archive.listings if one < day), default=day)
        listing = self.archive.listings.get(shown, {})
        kinds = self.archive.truth().kinds(shown, asked)
        shown_ids = sorted(kinds, key=lambda one: (KINDS.index(kinds[one]), one), reverse=True)
        within = frozenset(shown_ids[: self.per_feed])  # what is new is left out first
        rows = [(listing[one].paper, kind) for one, kind in kinds.items() if one in within]
        if fault == "half":
            return rows[: len(rows) // 2]
        return rows + rows[: len(rows) // 3] if fault == "duplicates" else rows


def _summary(paper: Paper, kind: Kind) -> str:
    name = f"{paper.id}v{paper.newest.number}"
    return f"arXiv:{name} Announce Type: {kind} \nAbstract: {escape(paper.abstract)}"


def _tag(name: str, text: str, space: str) -> str:
    return f"{space}<{name}>{escape(text)}</{name}>\n" if text else ""


def _rss(feed: _Feed, listed: list[tuple[Paper, Kind]]) -> str:
    midnight = f"{days.midnight(feed.day):%a, %d %b %Y %H:%M:%S %z}"
    skips = "    <skipDays>\n      <day>Sunday</day>\n      <day>Saturday</day>\n    </skipDays>\n"
    about = "".join(
        (
            _tag("title", feed.title, "    "),
            _tag("link", feed.name, "    "),
            _tag("description", feed.about, "    "),
            f'    <atom:link href="{escape(feed.name)}" rel="self" type="application/rss+xml"/>\n',
            _tag("docs", "http://www.rssboard.org/rss-specification", "    "),
            _tag("language", "en-us", "    "),
            _tag("lastBuildDate", f"{feed.built:%a, %d %b %Y %H:%M:%S +0000}", "    "),
            _tag("managingEditor", "rss-help@arxiv.org", "    "),
            _tag("pubDate", midnight, "    "),
            skips if feed.skips else "",
        )
    )
    items = "".join(_item(paper, kind, midnight) for paper, kind in listed)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<rss {_SPACES} xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">\n'
        f"  <channel>\n{about}{items}  </channel>\n</rss>\n"
    )


def _item(paper: Paper, kind: Kind, midnight: str) -> str:
    space = "      "
    number = paper.newest.number
    return "".join(
        (
            "    <item>\n",
            _tag("title", paper.title, space),
            _tag("link", f"https://arxiv.org/abs/{paper.id}", space),
            f"{space}<description>{_summary(paper, kind)}</description>\n",
            f'{space}<guid isPermaLink="false">oai:arXiv.org:{paper.id}v{number}</guid>\n',
            *(_tag("category", one, space) for one in paper.categories),
            _tag("pubDate", midnight, space),
            _tag("arxiv:announce_type", kind, space),
            _tag("dc:rights", paper.license, space),
            _tag("arxiv:DOI", paper.doi, space),
            _tag("arxiv:journal_reference", paper.journal_ref, space),
            _tag("dc:creator", ", ".join(paper.authors), space),
            "    </item>\n",
        )
    )


def _atom(feed: _Feed, listed: list[tuple[Paper, Kind]]) -> str:
    built = f"{feed.built:%Y-%m-%dT%H:%M:}{_CREATED}"
    entries = "".join(_entry(paper, kind, built, feed.day) for paper, kind in listed)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<feed {_SPACES} xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">\n'
        + _tag("id", feed.name, "  ")
        + _tag("title", feed.title, "  ")
        + _tag("updated", built, "  ")
        + f'  <link href="{escape(feed.name)}" rel="self" type="application/atom+xml"/>\n'
        + _tag("subtitle", feed.about, "  ")
        + f"{entries}</feed>\n"
    )


def _entry(paper: Paper, kind: Kind, built: str, day: date) -> str:
    space = "    "
    page = f"https://arxiv.org/abs/{paper.id}"
    return "".join(
        (
            "  <entry>\n",
            _tag("id", f"oai:arXiv.org:{paper.id}v{paper.newest.number}", space),
            _tag("title", paper.title, space),
            _tag("updated", built, space),
            f'{space}<link href="{page}" rel="alternate" type="text/html"/>\n',
            f"{space}<summary>{_summary(paper, kind)}</summary>\n",
            *(f'{space}<category term="{one}"/>\n' for one in paper.categories),
            _tag("published", days.midnight(day).isoformat(), space),
            _tag("arxiv:announce_type", kind, space),
            _tag("dc:rights", paper.license, space),
            _tag("arxiv:journal_reference", paper.journal_ref, space),
            _tag("arxiv:DOI", paper.doi, space),
            _tag("dc:creator", ", ".join(paper.authors), space),
            "  </entry>\n",
        )
    )


_FORMS: Final[dict[str, tuple[Callable[[_Feed, list[tuple[Paper, Kind]]], str], str]]] = {
    "rss": (_rss, "application/rss+xml"),
    "atom": (_atom, "application/atom+xml"),
}
