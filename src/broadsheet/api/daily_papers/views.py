"""The addresses of the Daily Papers API."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from broadsheet.api.answers import answer
from broadsheet.api.daily_papers import asking, shape
from broadsheet.api.daily_papers import markdown as text
from broadsheet.api.daily_papers.shape import Place, Received, Told
from broadsheet.editions import answer as editions
from broadsheet.editions.periods import Ranked
from broadsheet.editions.site import root
from broadsheet.kernel.errors import NotFound
from broadsheet.papers import queries
from broadsheet.papers.cards import Card
from broadsheet.papers.queries.paper import Appearance, PaperPage
from broadsheet.papers.queries.records import received
from broadsheet.sources import values
from broadsheet.sources.hf_daily.parse import opened
from broadsheet.sources.values import Broken

_MARKDOWN: Final = "text/markdown; charset=utf-8"
_SOURCE: Final = "hf_daily"
_AT_ONCE: Final = 1_000


@require_safe
def daily(request: HttpRequest) -> HttpResponse:
    """The papers of a day, a week, a month, or what is trending: ``GET /api/daily_papers``."""
    params = request.GET.dict()
    asked = asking.listing(params)
    _, moment, order = editions.ordered(asked.question)
    ranked = _submitted(order.ranked, asked.submitter)
    if asked.by_day:
        ranked = sorted(ranked, key=lambda one: -one.best.day.toordinal() if one.best else 0)
    shown = ranked[asked.first : asked.first + asked.limit]
    cards = queries.cards([one.paper for one in shown], until=moment)
    told = _told([(one.paper, one.best) for one in shown], cards)
    made = answer(shape.entries(told))
    more = len(ranked) > asked.first + asked.limit
    if links := asking.links(asked, params, root(request), more=more):
        made["Link"] = links
    return _warned(made, asked.warnings)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Papers that a search finds: ``GET /api/papers/search``."""
    question, warnings = asking.search(request.GET.dict())
    cards = [hit.card for hit in editions.answer(question).hits]
    numbers = queries.numbers([card.key for card in cards])
    held = {numbers[card.key][0]: card for card in cards if card.key in numbers}
    told = _told([(number, None) for number in held], held)
    return _warned(answer(shape.entries(told)), warnings)


@require_safe
def paper(_request: HttpRequest, key: str) -> HttpResponse:
    """One paper, by its key or any identifier: ``GET /api/papers/{id}``."""
    page = _page(key)
    [told] = _told([(page.number, _appearance(page))], {page.number: page.card})
    return answer(shape.single(told))


@require_safe
def markdown(_request: HttpRequest, key: str) -> HttpResponse:
    """One paper as Markdown: ``GET /papers/{id}.md``."""
    page = _page(key)
    stood = next(iter(editions.standings(page.card.key)), None)
    why = editions.receipt(stood.question, page.card.key) if stood else None
    return HttpResponse(text.paper(page, stood, why), content_type=_MARKDOWN)


@require_safe
def harnesses(_request: HttpRequest) -> HttpResponse:
    """What the command line asks before anything else, and keeps for a day."""
    return answer({"standardEnvVars": [], "harnesses": {}})


def wants_markdown(request: HttpRequest) -> bool:
    """Whether a paper's own address is asked for as Markdown, which no browser does."""
    asked = request.headers.get("Accept", "")
    return request.path.startswith("/papers/") and "text/markdown" in asked


def _page(name: str) -> PaperPage:
    page = queries.paper(name)
    if page is None:
        raise NotFound(kind="paper", name=name)
    return page


def _appearance(page: PaperPage) -> Appearance | None:
    """The newest place on a list that somebody picked, else on any list."""
    picked = (one for one in page.announcements if one.kind == "picked")
    return next(picked, next(iter(page.announcements), None))


def _told(shown: Sequence[tuple[int, Place | None]], cards: Mapping[int, Card]) -> list[Told]:
    """All that is to be said of these papers, in their order. Two queries."""
    numbers = [number for number, _ in shown if number in cards]
    authors = queries.authors([cards[number].key for number in numbers])
    entries = _received(numbers)
    return [
        Told(
            card=cards[number],
            authors=authors.get(cards[number].key, ()),
            place=place,
            received=entries.get(number, {}),
        )
        for number, place in shown
        if number in cards
    ]


def _received(numbers: Sequence[int]) -> dict[int, Received]:
    """The newest entry of the Daily Papers on each of these papers that it spoke of."""
    found: dict[int, Received] = {}
    for first in range(0, len(numbers), _AT_ONCE):
        some = received(_SOURCE, numbers[first : first + _AT_ONCE])
        for number, raw in some.items():
            try:
                found[number] = opened(values.decoded_object(raw).get("entry"))
            except Broken:  # kept by an older version that read what this one does not
                continue
    return found


def _submitted(ranked: Sequence[Ranked], account: str) -> Sequence[Ranked]:
    """Those of these papers that the account put on the list; all of them for no account."""
    if not account:
        return ranked
    entries = _received([one.paper for one in ranked])
    sent = {number for number, one in entries.items() if shape.submitter(one) == account}
    return [one for one in ranked if one.paper in sent]


def _warned(made: HttpResponse, warnings: Sequence[str]) -> HttpResponse:
    """The answer, with what the command line is to tell whoever asked."""
    if warnings:
        made["X-HF-Warning"] = warnings[0]
    return made
