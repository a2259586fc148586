"""A paper's own page, ready to be shown."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any, Final

from django.utils.safestring import SafeString

from broadsheet.editions.addresses import paper_href, search_href, why_href, write
from broadsheet.editions.answer import Standing
from broadsheet.editions.types import Edition
from broadsheet.fields import feed_title
from broadsheet.kernel import mathml, words
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import plural
from broadsheet.papers import bibtex
from broadsheet.papers.cards import Card
from broadsheet.papers.citations import part
from broadsheet.papers.past import Publication
from broadsheet.papers.queries.paper import PaperPage, SignalPoint
from broadsheet.papers.queries.records import MergeLine
from broadsheet.sources.starter import summaries
from broadsheet.web.present.cards import cards

_SCHEMES: Final = {
    "arxiv": "arXiv",
    "doi": "DOI",
    "acl": "ACL Anthology",
    "openreview": "OpenReview",
    "openalex": "OpenAlex",
    "s2": "Semantic Scholar",
    "url": "Web page",
}
SIMILAR: Final = 8
"""How many similar papers are shown."""

_NAMES_SHOWN: Final = 12
_NAMES_TAGGED: Final = 500
_LONG_TITLE: Final = 110
_KINDS: Final = {"new": "new", "cross": "cross-listed", "replace": "replaced", "picked": "picked"}


def paper(
    page: PaperPage,
    standings: Sequence[Standing],
    similar: Edition | None,
    *,
    merges: Sequence[MergeLine],
    root: str,
) -> dict[str, Any]:
    """Everything held of a paper. ``root`` is the site's address, for machines."""
    card = page.card
    title = mathml.plain(card.title)
    return {
        "page_title": title,
        "root": root,
        "canonical": paper_href(card.key),
        "title": SafeString(mathml.html(card.title)),
        "long_title": len(title) > _LONG_TITLE,
        "plain_title": title,
        "description": mathml.plain(page.abstract)[:300],
        "withdrawn": page.withdrawn,
        "published_at": _published_at(page.publication),
        "history_href": f"{paper_href(card.key)}/history",
        "names": _names(page.authors[:_NAMES_SHOWN]),
        "more_names": _names(page.authors[_NAMES_SHOWN:]),
        "more_count": f"{len(page.authors) - _NAMES_SHOWN:,}",
        "n_authors": plural(card.n_authors, "author") if card.n_authors else "",
        "organization": card.organization_name or card.organization,
        "organization_href": search_href(org=card.organization),
        "published": card.published,
        "date": words.partial(card.published),
        "updated": words.partial(page.updated),
        "updated_iso": page.updated,
        "abstract": SafeString(mathml.html(page.abstract)),
        "is_summary": page.abstract in summaries(),
        "abstract_page": card.abstract_page,
        "outs": _outs(page),
        "versions": _versions(page),
        "facts": _facts(page),
        "identifiers": [(_SCHEMES[i.scheme], i.value, i.href) for i in page.identifiers],
        "categories": [(name, search_href(category=name)) for name in card.categories],
        "keywords": [(word, search_href(q=f'"{word}"')) for word in page.keywords],
        "standings": [_standing(one, card) for one in standings],
        "announcements": _announcements(page),
        "counted": _counted(card),
        "counts": _counts(page.signals),
        "chart": _chart(page.signals),
        "records": [
            (line.source, line.origin, line.source_id, words.moment(line.seen_at))
            for line in page.records
        ],
        "merges": [
            (line.how, line.evidence, ", ".join(line.records) or line.other_key, line.weak)
            for line in merges
            if line.undone_at is None
        ],
        "bibtex": bibtex.entry(page.citation),
        "similar": cards(similar.hits, write(similar.question)) if similar else [],
        "similar_href": f"{paper_href(card.key)}/similar",
        "citation_tags": citation_tags(page, root),
    }


def first_place(standings: Sequence[Standing]) -> str:
    """``Third of 27, Friday 14 August 2026``; "" for a paper no edition held."""
    if not standings:
        return ""
    one = standings[0]
    when = words.period(one.question.period) if one.question.period else ""
    if one.total == 1:
        return f"The only paper, {when}"
    return f"{words.ordinal(one.rank).capitalize()} of {one.total:,}, {when}"


def _published_at(found: Publication | None) -> dict[str, str]:
    """Where the preprint was published: in words, its DOI, and since when that is known."""
    if found is None:
        return {}
    return {
        "where": mathml.plain(found.where) or f"doi.org/{found.doi}",
        "href": Identifier("doi", found.doi).href if found.doi else "",
        "since": words.day(found.since.date()) if found.since else "",
    }


def _names(names: Sequence[str]) -> list[tuple[str, str]]:
    said = [mathml.plain(name) for name in names]
    return [(name, search_href(q=f'author:"{name}"')) for name in said]


def _outs(page: PaperPage) -> list[tuple[str, str, str]]:
    """Ways out: label, address, note."""
    card = page.card
    stars = plural(card.stars, "star") if card.stars else ""
    ways = [
        ("Abstract page", card.abstract_page, ""),
        ("PDF", card.pdf, ""),
        ("Code", page.code_url, stars),
        ("Project page", page.project_url, ""),
    ]
    if page.url and page.url not in {href for _, href, _ in ways}:
        ways.append(("Landing page", page.url, ""))
    return [way for way in ways if way[1]]


def _versions(page: PaperPage) -> dict[str, Any]:
    """The versions held, newest first, and a sentence on what changed; {} for just one."""
    if len(page.versions) < 2 and not any(v.number > 1 for v in page.versions):
        return {}
    titles = [mathml.plain(v.title or page.card.title) for v in page.versions]
    changes = sum(a != b for a, b in pairwise(titles))
    change = f", {plural(changes, 'change')} of title" if changes else ""
    return {
        "label": f"{plural(len(page.versions), 'version')} held{change}"
        if len(titles) > 1
        else f"Version {page.versions[0].number}, the only one held",
        "rows": [
            (f"v{v.number}", words.partial(v.published), v.published, title)
            for v, title in zip(page.versions, titles, strict=True)
        ],
    }


def _facts(page: PaperPage) -> list[tuple[str, str]]:
    pairs = (
        ("Published in", mathml.plain(page.venue)),
        ("Journal reference", mathml.plain(page.journal_ref)),
        ("Comment by the authors", mathml.plain(page.comment)),
    )
    return [pair for pair in pairs if pair[1]]


def _standing(standing: Standing, card: Card) -> dict[str, str]:
    period = standing.question.period
    href = write(standing.question)
    return {
        "label": words.period(period) if period else "",
        "href": href,
        "votes": f"{standing.votes:,}" if card.votes is not None else "not counted",
        "place": f"{standing.rank:,} of {standing.total:,}",
        "why": why_href(card.key, href),
    }


def _announcements(page: PaperPage) -> list[tuple[str, str, str, str]]:
    """Day, feed, place and kind of each announcement."""
    return [
        (
            words.day(one.day, weekday=True),
            feed_title(one.feed),
            f"{one.rank:,} of {one.of:,}" if one.rank else f"one of {one.of:,}",
            _KINDS.get(one.kind, one.kind),
        )
        for one in page.announcements
    ]


def _counted(card: Card) -> list[str]:
    """What is counted of it: ``81 votes``; nothing for what nobody counts."""
    counts = ((card.votes, "vote"), (card.comments, "comment"))
    return [plural(count, what) for count, what in counts if count is not None]


def _counts(signals: Sequence[SignalPoint]) -> list[tuple[str, str, str, str]]:
    """The newest total of each kind and origin, and when it was true."""
    rows = []
    for (kind, origin), points in groupby(signals, key=lambda s: (s.kind, s.origin)):
        last = list(points)[-1]
        rows.append((kind.capitalize(), origin, f"{last.total:,}", words.moment(last.true_at)))
    return rows


def _chart(signals: Sequence[SignalPoint]) -> dict[str, Any]:
    """Votes at the end of each day they were counted, as columns 20 wide of an SVG 136 high."""
    days = {s.true_at.date(): s.total for s in signals if s.kind == "votes"}
    if len({s.origin for s in signals if s.kind == "votes"}) != 1 or len(days) < 3:
        return {}
    shown = sorted(days.items())[-20:]
    most = max(total for _, total in shown) or 1
    bars, before = [], 0
    for at, (_, total) in enumerate(shown):
        was, now = round(min(before, total) / most * 132), round(total / most * 132)
        bars.append(
            {"x": at * 20 + 3, "was": was, "was_y": 136 - was, "new": now - was, "y": 136 - now}
        )
        before = total
    said = ", ".join(f"{words.day(day, year=False)} {total:,}" for day, total in shown)
    return {
        "bars": bars,
        "width": len(shown) * 20,
        "label": f"Votes: {said}",
        "first": words.day(shown[0][0]),
        "last": words.day(shown[-1][0]),
        "most": plural(most, "vote"),
    }


def citation_tags(page: PaperPage, root: str) -> list[tuple[str, str]]:
    """Meta tags for reference managers: those that make a preprint of it, no others.

    A summary of ours is not the paper's abstract and is left out.
    """
    card = page.card
    date = card.published.replace("-", "/")
    tags = [("citation_title", mathml.plain(card.title))]
    tags += [
        ("citation_author", part(mathml.plain(name)).inverted)
        for name in page.authors[:_NAMES_TAGGED]
    ]
    doi = card.doi or (f"10.48550/arXiv.{card.arxiv}" if card.arxiv else "")
    tags += [
        ("citation_publication_date", date),
        ("citation_doi", doi),
        ("citation_arxiv_id", card.arxiv),
        ("citation_pdf_url", card.pdf),
        ("citation_public_url", root + paper_href(card.key)),
        ("citation_keywords", "; ".join(page.keywords)),
        ("citation_abstract", "" if page.abstract in summaries() else mathml.plain(page.abstract)),
        ("DC.type", "preprint"),
    ]
    return [(name, content) for name, content in tags if content]
