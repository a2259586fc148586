"""The card of a paper as every list shows it."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import Final, TypedDict
from urllib.parse import quote, urlencode

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from broadsheet.editions.addresses import paper_href, search_href
from broadsheet.editions.types import Hit
from broadsheet.kernel import mathml, sentences, words
from broadsheet.kernel.text import plural
from broadsheet.papers.cards import Card
from broadsheet.web.present import people

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
_STARS: Final = ' {:,}<span aria-hidden="true">★</span><span class="hush"> stars</span>'
_MORE: Final = (
    '<details class="more"><summary><span class="shut">the whole text</span>'
    '<span class="opened">less</span></summary>'
)
_PERCENT: Final = {ord(char): quote(char) for char in map(chr, range(128))}
_COINS: Final = "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal"


class CardView(TypedDict):
    """What one card shows; "" and () where nothing is known. Every text is ready for markup."""

    rank: SafeString
    size: SafeString
    key: str
    href: SafeString
    title: SafeString
    said: SafeString
    whole: SafeString
    who: SafeString
    organization: SafeString
    organization_href: SafeString
    date: SafeString
    published: SafeString
    votes: SafeString
    votes_word: SafeString
    links: SafeString
    withdrawn: bool
    found: SafeString
    reason: SafeString
    why: SafeString
    why_word: SafeString
    coins: SafeString


def sizes(count: int, *, front: bool) -> list[str]:
    """The size of each card of a page: one lead and two seconds on a front, else briefs."""
    if not front or not count:
        return ["brief"] * count
    seconds = 2 if count > 2 else 0
    return ["lead"] + ["second"] * seconds + ["brief"] * (count - 1 - seconds)


def cards(
    hits: Sequence[Hit],
    address: str,
    *,
    front: bool = False,
    who: Callable[[Hit], SafeString] = people.line,
) -> list[CardView]:
    """The cards of an edition, whose address stands in each "why here?".

    ``who`` makes the line of authors.
    """
    where = urlencode({"in": address})
    return [
        _card(hit, size, where, who)
        for hit, size in zip(hits, sizes(len(hits), front=front), strict=True)
    ]


def items(cards: Sequence[CardView], *, level: int = 2) -> SafeString:
    """The cards as the items of a list, their titles headings of that level.

    Markup made here and not in a template, whose tags took a third of the time of a page.
    """
    return SafeString("".join(_item(card, f"h{level}") for card in cards))


def _item(card: CardView, head: str) -> str:
    rank, why = card["rank"], card["why"]
    tag = '<p class="tag">Withdrawn by its authors</p>' if card["withdrawn"] else ""
    votes = f'<p class="votes"><b>{card["votes"]}</b> {card["votes_word"]}</p>'
    return (
        f'<li class="paper {card["size"]}" id="p{rank}">\n<p class="rank">{rank}</p>\n<div>\n'
        f'{tag}<{head} class="head" id="t{rank}" dir="auto">'
        f'<a href="{card["href"]}">{card["title"]}</a></{head}>\n'
        f'{_said(card)}\n<p class="meta">{_meta(card)}'
        f'<a class="why" href="{why}" hx-get="{why}" hx-target="#w{rank}"'
        f' aria-describedby="t{rank}">{card["why_word"]}</a></p>\n'
        f'<div class="slot" id="w{rank}" aria-live="polite"></div>\n</div>\n'
        f"{votes if card['votes'] else ''}\n"
        f'<span class="Z3988" title="{card["coins"]}" aria-hidden="true"></span>\n</li>\n'
    )


def _said(card: CardView) -> str:
    """What is said of the paper, the whole of it behind a fold."""
    if not card["said"]:
        return ""
    said = f'<p class="said" dir="auto">{card["said"]}</p>'
    return f'{said}{_MORE}<p dir="auto">{card["whole"]}</p></details>' if card["whole"] else said


def _meta(card: CardView) -> str:
    """Who, where, when, and how a search came to it; each with a space behind it."""
    parts = []
    if card["who"]:
        parts.append(f'<span class="who">{card["who"]}</span> ')
    if card["organization_href"]:
        parts.append(f'<a href="{card["organization_href"]}">{card["organization"]}</a> ')
    elif card["organization"]:
        parts.append(f"<span>{card['organization']}</span> ")
    if card["date"]:
        parts.append(f'<time datetime="{card["published"]}">{card["date"]}</time> ')
    parts.append(f"{card['links']} ")
    if card["found"]:
        parts.append(f'<span class="by" title="{card["reason"]}">{card["found"]}</span> ')
    elif card["reason"]:
        parts.append(f"<span>{card['reason']}</span> ")
    return "".join(parts)


def _card(hit: Hit, size: str, where: str, who: Callable[[Hit], SafeString]) -> CardView:
    card = hit.card
    said, whole = _abstract(hit, _LIMITS[size])
    href = paper_href(card.key)
    return CardView(
        rank=SafeString(f"{hit.rank:,}"),
        size=SafeString(size),
        key=card.key,
        href=_text(href),
        title=SafeString(mathml.html(card.title, hit.marks.title)),
        said=said,
        whole=whole,
        who=who(hit),
        organization=_text(card.organization_name or card.organization),
        organization_href=_search("org", card.organization),
        date=_text(words.partial(card.published)),
        published=_text(card.published),
        votes=SafeString("" if card.votes is None else f"{card.votes:,}"),
        votes_word=SafeString("vote" if card.votes == 1 else "votes"),
        links=_links(card, f' aria-describedby="t{hit.rank:,}"'),
        withdrawn=card.withdrawn,
        found=SafeString("found by meaning" if hit.found_by == "meaning" else ""),
        reason=_text(hit.reason),
        why=_text(f"{href}/why?{where}"),
        why_word=SafeString("why first?" if hit.rank == 1 else "why here?"),
        coins=_text(coins(card)),
    )


def _text(text: str) -> SafeString:
    """Text made ready for markup here: ten times faster than in the template, card by card."""
    return SafeString(escape(text))


@lru_cache(maxsize=4_096)
def _search(name: str, value: str) -> SafeString:
    """The address of the papers that share something with this one; "" where it has none."""
    return _text(search_href(**{name: value}) if value else "")


def _links(card: Card, about: str) -> SafeString:
    """Where the paper is, its code, its comments and categories, as far as they are known."""
    parts = []
    if card.identifiers:
        named = card.identifiers[0]
        parts.append(f'<a href="{_text(named.href)}"{about}>{_PAGES[named.scheme]}</a>')
    if pdf := card.pdf:
        parts.append(f'<a href="{_text(pdf)}"{about}>PDF</a>')
    if card.code_url:
        stars = _STARS.format(card.stars) if card.stars else ""
        parts.append(f'<a href="{_text(card.code_url)}"{about}>code{stars}</a>')
    if card.comments:
        parts.append(f"<span>{plural(card.comments, 'comment')}</span>")
    parts.append(_categories(card.categories[:_MOST_CATEGORIES]))
    return SafeString(" ".join(parts))


@lru_cache(maxsize=4_096)
def _categories(names: tuple[str, ...]) -> SafeString:
    pairs = ((_search("category", name), name) for name in names)
    return format_html_join(" ", '<a href="{}">{}</a>', pairs)


def _abstract(hit: Hit, limit: int) -> tuple[SafeString, SafeString]:
    """What is said at once, and the whole abstract that takes its place; "" if that is all."""
    text, marks = hit.card.abstract, hit.marks.abstract
    start, stop = (0, sentences.opening(text, limit))
    if marks and stop < len(text):
        start, stop = sentences.telling(text, marks, limit)
    said = _safe(text, marks, start, stop)
    is_all = start == 0 and stop == len(text)
    return said, SafeString("") if is_all else _safe(text, marks, 0, len(text))


def _safe(text: str, marks: sentences.Spans, start: int, stop: int) -> SafeString:
    part = text[start:stop].rstrip()
    return SafeString(mathml.html(part, sentences.within(marks, start, stop)))


def coins(card: Card) -> str:
    """ContextObject in SPAN: what reference managers read from a list (ANSI/NISO Z39.88-2004)."""
    pairs = [
        ("rft.genre", "preprint" if card.arxiv else "article"),
        ("rft.atitle", mathml.plain(card.title)),
        *(("rft.au", mathml.plain(name)) for name in card.authors),
        ("rft.date", card.published),
        ("rft_id", f"info:doi/{card.doi}" if card.doi else card.abstract_page),
    ]
    return _COINS + "".join(f"&{name}={_quoted(value)}" for name, value in pairs if value)


def _quoted(value: str) -> str:
    """As ``quote`` would, which takes ten times as long over plain ASCII."""
    return value.translate(_PERCENT) if value.isascii() else quote(value)
