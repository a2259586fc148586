"""Asking arXiv's query service for single papers, or for all that was submitted in some days.

A search gives 30,000 entries at most, so days are asked for in windows of a week. Pages come
empty now and then that are not: they are asked for again before they are believed.
"""

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.kernel.text import clean
from broadsheet.sources import arxiv
from broadsheet.sources.arxiv_api.parse import SOURCE, Answer, answer, named, parse
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.live import Need, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml

MOST_NAMES: Final = 100
PAGE: Final = 500
_WINDOW: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_TRIES: Final = 3


class ArxivAPI:
    """A LiveSource: papers by number, or by the day of their first version.

    ``resume`` is the place in the list of names, or a window's first day and the place in it.
    It is asked on demand only, so it has no schedule.
    """

    name = SOURCE
    title = "arXiv, single papers and past days (query API)"
    base_url = "https://export.arxiv.org/api/query"
    needs: tuple[Need, ...] = ("contact",)
    schedule = ""
    zone = arxiv.ZONE
    feeds: tuple[str, ...] = ()
    heals: tuple[str, ...] = ("arxiv",)
    repositories: tuple[int, int] = (0, 0)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        if wanted.names:
            return _by_name(upstream, wanted.names, resume)
        return _by_day(upstream, wanted, resume)


def _by_name(upstream: Upstream, names: tuple[str, ...], resume: str) -> Portion:
    """A hundred names; those without an answer are told. Answers are matched by their number."""
    at = int(resume) if resume.isdecimal() else 0 if not resume else len(names)
    if at >= len(names):
        raise Expired(host=_host(upstream), reason="other numbers are asked for now")
    portion = names[at : at + MOST_NAMES]
    following = str(at + MOST_NAMES) if at + MOST_NAMES < len(names) else ""
    numbers: dict[str, None] = {}
    troubles: list[Trouble] = []
    for name in portion:
        if found := identifiers.arxiv(name):
            numbers[found[0]] = None
        else:
            reason = f"“{clean(name[:60])}” is no arXiv number"
            troubles.append(received(SOURCE, upstream.base_url, reason))
    if not numbers:
        return Portion(items=tuple(troubles), resume=following)
    got = _get(upstream, {"id_list": ",".join(numbers)}, 0, len(numbers))
    items = _items(upstream, got)
    answered = {item.source_id for item in items}
    for number in numbers:
        if number not in answered:
            reason = "arXiv knows no paper of this number"
            troubles.append(received(SOURCE, upstream.base_url, reason, source_id=number))
    return Portion(items=(*items, *troubles), resume=following)


def _by_day(upstream: Upstream, wanted: Wanted, resume: str) -> Portion:
    today = clock.now().date()
    until = min(wanted.until or today, today)
    first = min(wanted.since or until, until)
    start = 0
    if resume:
        first, start = _place(upstream, resume)
    last = min(first + _WINDOW - _DAY, until)
    span = f"submittedDate:[{first:%Y%m%d}0000 TO {last:%Y%m%d}2359]"
    query = " AND ".join(filter(None, (_within(upstream.categories), span)))
    order = {"sortBy": "submittedDate", "sortOrder": "ascending"}
    got = _get(upstream, {"search_query": query} | order, start, PAGE)
    following = ""
    behind = start + min(len(got.raws), PAGE)  # a page that repeats itself is longer
    if behind < got.total:
        following = f"{first} {behind}"
    elif last < until:
        following = f"{last + _DAY} 0"
    items = _items(upstream, got)
    return Portion(
        items=items,
        resume=following,
        reached=first if following else last,
        outcome="found" if items else "nothing-new",
    )


def _place(upstream: Upstream, resume: str) -> tuple[date, int]:
    day, _, start = resume.partition(" ")
    try:
        return date.fromisoformat(day), int(start)
    except ValueError:
        raise Expired(host=_host(upstream), reason="other days are asked for now") from None


def _within(categories: tuple[str, ...]) -> str:
    """The categories as a condition; a bare archive stands for everything in it, too."""
    terms = []
    for category in categories:
        terms.append(f"cat:{category}")
        if "." not in category:
            terms.append(f"cat:{category}.*")
    return f"({' OR '.join(terms)})" if terms else ""


def _get(upstream: Upstream, params: dict[str, str], start: int, most: int) -> Answer:
    """One page. Raises NotAsked for an error, and for a page that stays empty against its count."""
    asked = params | {"start": str(start), "max_results": str(most)}
    for _ in range(_TRIES):
        response = upstream.client.get(upstream.base_url, asked)
        try:
            got = answer(response.body)
        except BadXml as error:
            raise Unreadable(where=_host(upstream), reason=str(error)) from None
        if got.error:
            raise NotAsked(host=_host(upstream), reason=f"it answered with an error: {got.error}")
        if got.raws or not (start or got.total):
            return got
    if got.total <= start:
        return got
    reason = f"page {start} of {got.total} results stayed empty {_TRIES} times"
    raise NotAsked(host=_host(upstream), reason=reason)


def _items(upstream: Upstream, got: Answer) -> tuple[Record | Trouble, ...]:
    items: list[Record | Trouble] = []
    for raw in got.raws:
        try:
            items.append(parse(raw))
        except Broken as error:
            url, number = upstream.base_url, named(raw)
            items.append(received(SOURCE, url, error, raw=raw, source_id=number))
    return tuple(items)


def _host(upstream: Upstream) -> str:
    return urlsplit(upstream.base_url).hostname or upstream.base_url
