"""The card of a paper as every list shows it."""

from collections.abc import Sequence
from typing import Final, TypedDict
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString

from broadsheet.editions.types import Hit
from broadsheet.kernel import mathml
from broadsheet.kernel.text import plural
from broadsheet.papers.cards import Card
from broadsheet.web.present import sentences, words

_LIMITS: Final = {"lead": 700, "second": 460, "brief": 300}
_PAGES: Final = {
    "arxiv": "arXiv",
    "doi": "DOI",
    "acl": "ACL Anthology",
    "openreview": "OpenReview",
    "openalex": "OpenAlex",
    "s2": "Semantic Scholar",
    "url": "web page",
}
_MOST_CATEGORIES: Final = 4


class CardView(TypedDict):
    """What one card shows; "" and () where nothing is known."""

    rank: str
    size: str
    key: str
    href: str
    title: SafeString
    said: SafeString
    rest: SafeString
    whole: bool
    who: str
    organization: str
    organization_href: str
    date: str
    published: str
    votes: str
    votes_word: str
    comments: str
    page: str
    page_href: str
    pdf: str
    code: str
    stars: str
    categories: tuple[tuple[str, str], ...]
    withdrawn: bool
    why: str
    why_word: str
    coins: str


def sizes(count: int, *, front: bool) -> list[str]:
    """The size of each card of a page: one lead and two seconds on a front, else briefs."""
    if not front or not count:
        return ["brief"] * count
    seconds = 2 if count > 2 else 0
    return ["lead"] + ["second"] * seconds + ["brief"] * (count - 1 - seconds)


def cards(hits: Sequence[Hit], address: str, *, front: bool = False) -> list[CardView]:
    """The cards of an edition, whose address stands in each "why here?"."""
    where = urlencode({"in": address})
    return [
        _card(hit, size, where)
        for hit, size in zip(hits, sizes(len(hits), front=front), strict=True)
    ]


def _card(hit: Hit, size: str, where: str) -> CardView:
    card = hit.card
    said, rest, whole = _abstract(hit, _LIMITS[size])
    href = words.paper_href(card.key)
    named = card.identifiers[0] if card.identifiers else None
    return CardView(
        rank=f"{hit.rank:,}",
        size=size,
        key=card.key,
        href=href,
        title=SafeString(mathml.html(card.title, hit.marks.title)),
        said=said,
        rest=rest,
        whole=whole,
        who=authors(card),
        organization=card.organization_name or card.organization,
        organization_href=words.search_href(org=card.organization) if card.organization else "",
        date=words.partial(card.published),
        published=card.published,
        votes="" if card.votes is None else f"{card.votes:,}",
        votes_word="vote" if card.votes == 1 else "votes",
        comments=plural(card.comments, "comment") if card.comments else "",
        page=_PAGES[named.scheme] if named else "",
        page_href=named.href if named else "",
        pdf=card.pdf,
        code=card.code_url,
        stars=f"{card.stars:,}" if card.stars else "",
        categories=tuple(
            (name, words.search_href(category=name)) for name in card.categories[:_MOST_CATEGORIES]
        ),
        withdrawn=card.withdrawn,
        why=f"{href}/why?{where}",
        why_word="why first?" if hit.rank == 1 else "why here?",
        coins=coins(card),
    )


def _abstract(hit: Hit, limit: int) -> tuple[SafeString, SafeString, bool]:
    """What is said at once, what opens, and whether that is the whole abstract again."""
    text, marks = hit.card.abstract, hit.marks.abstract
    start, stop = (0, sentences.opening(text, limit))
    if marks and stop < len(text):
        start, stop = sentences.telling(text, marks, limit)
    said = _safe(text, marks, start, stop)
    if start:
        return said, _safe(text, marks, 0, len(text)), True
    return said, _safe(text, marks, stop, len(text)), False


def _safe(text: str, marks: sentences.Spans, start: int, stop: int) -> SafeString:
    part = text[start:stop].rstrip()
    return SafeString(mathml.html(part, sentences.within(marks, start, stop)))


def authors(card: Card) -> str:
    """The first three and the last with how many there are; a number where no name is known."""
    names = [mathml.plain(name) for name in card.authors]
    if not names:
        return plural(card.n_authors, "author") if card.n_authors else ""
    if card.n_authors <= len(names):
        return words.listed(names)
    between = card.n_authors - len(names)
    if len(names) < 4:
        return f"{', '.join(names)} and {between:,} more"
    return f"{', '.join(names[:-1])}, {between:,} more and {names[-1]}"


def coins(card: Card) -> str:
    """ContextObject in SPAN: what reference managers read from a list (ANSI/NISO Z39.88-2004)."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "preprint" if card.arxiv else "article"),
        ("rft.atitle", mathml.plain(card.title)),
        *(("rft.au", mathml.plain(name)) for name in card.authors),
    ]
    if card.published:
        pairs.append(("rft.date", card.published))
    if card.doi:
        pairs.append(("rft_id", f"info:doi/{card.doi}"))
    elif card.abstract_page:
        pairs.append(("rft_id", card.abstract_page))
    return urlencode(pairs, quote_via=quote)
