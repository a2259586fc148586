"""Addresses of editions, both ways: an address is a Question written down.

A list's address never changes its meaning; every list takes field, recipe, as_of, page and
filters as parameters, and a suffix for its format.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar
from urllib.parse import quote, quote_plus, urlencode

from broadsheet.editions import site
from broadsheet.editions.types import DEEPEST, LONGEST, MODES, ORDERS, Question
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Period, first_day, last_day, start_of
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.kernel.text import clean
from broadsheet.search.contract import Filters, Mode
from broadsheet.search.language.pasted import kept

T = TypeVar("T")

SUFFIXES: Final = (".json", ".atom", ".bib")
_PERIODS: Final = {"daily": "day", "weekly": "week", "monthly": "month"}
_PLACES: Final = {"day": "daily", "week": "weekly", "month": "monthly"}
_SIMILAR: Final = re.compile(r"papers/([^\x00-\x1f]+)/similar")
_MOST_VALUES: Final = 20
_YEARS: Final = range(1900, 2201)


def split_suffix(path: str) -> tuple[str, str]:
    """Part a path from the suffix of a format; only known suffixes are cut off."""
    for suffix in SUFFIXES:
        if path.endswith(suffix):
            return path.removesuffix(suffix), suffix
    return path, ""


def read(path: str, params: Mapping[str, str], *, size: int = 30) -> Question:
    """The question an address asks.

    Args:
        path: with or without leading slash and suffix.
        params: the last value of each; categories, sources and organisations may hold
            several, separated by commas.
        size: papers on a page.

    Raises:
        NotFound: no list has this address, or there is no such field.
        BadQuestion: a part of it cannot be read; says which and how to write it. A search
            leaves out a filter that cannot be read and goes on, with the reason in ``problems``.

    What was pasted into a search and is long is kept shorter, so that every address that leads on
    from it is short.
    """
    question = _place(split_suffix(path)[0].strip("/"))
    filters, wrong = _filters(params)
    mode: Mode = "hybrid"
    if question.place == "search":
        mode = _mode(params.get("mode", ""), wrong)
    elif wrong:
        raise wrong[0]
    text, shortened = _text(params.get("q", ""))
    left_out = (f"{error.user_message} It was left out." for error in wrong)
    return question.but(
        field=field_named(params.get("field") or site.field()).name,
        text=text,
        filters=filters,
        recipe=_recipe(params.get("recipe", ""), question),
        mode=mode,
        as_of=_moment(params.get("as_of", "")),
        page=_page(params.get("page", ""), question, size),
        size=size,
        problems=(*left_out, *shortened),
    )


def _place(path: str) -> Question:
    if path in ("", "latest"):
        return Question(place="front")
    if path == "trending":
        return Question(place="trending")
    if path == "search":
        return Question(place="search")
    if match := _SIMILAR.fullmatch(path):
        return Question(place="similar", like=match[1])
    first, _, rest = path.partition("/")
    if first not in _PERIODS or not rest:
        raise NotFound(kind="list", name=f"/{path}")
    text, _, more = rest.partition("/")
    period = Period.parse(text)
    if period.kind != _PERIODS[first]:
        example = {"day": "2026-08-14", "week": "2026-W33", "month": "2026-08"}
        reason = f"write it as /{first}/{example[_PERIODS[first]]}"
        raise BadQuestion(what=f"“{text}”", reason=reason)
    _possible(period.first, text)
    if more == "all" and first == "daily":
        return Question(place="all", period=period)
    if more:
        raise NotFound(kind="list", name=f"/{path}")
    return Question(place="front", period=period)


def _text(text: str) -> tuple[str, tuple[str, ...]]:
    """The question, and what was lost of it."""
    if len(text) > LONGEST:
        reason = f"a question holds at most {LONGEST:,} characters, this one {len(text):,}"
        raise BadQuestion(what="The question", reason=reason)
    short, lost = kept(clean(text))
    return short, (lost,) if lost else ()


def _mode(name: str, wrong: list[BadQuestion]) -> Mode:
    """What a search goes by; one that is not known is left out."""
    known = next((mode for mode in MODES if mode == name), MODES[0])
    if name and known != name:
        reason = f"a search goes by one of {', '.join(MODES)}"
        wrong.append(BadQuestion(what=f"mode “{name[:40]}”", reason=reason))
    return known


def _recipe(name: str, question: Question) -> str:
    allowed = ORDERS[question.place]
    if name and name not in allowed:
        which = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
        raise BadQuestion(what=f"recipe “{name[:40]}”", reason=f"this list is ordered by {which}")
    return name


def _page(text: str, question: Question, size: int) -> int:
    page = _whole(text, "page", low=1) or 1
    if page > 1 and question.place == "similar":
        raise BadQuestion(what=f"page {page}", reason="papers like one paper fill one page")
    if page * size > DEEPEST:
        reason = f"lists are paged to {DEEPEST:,} papers; narrow the list by date or category"
        raise BadQuestion(what=f"page {page}", reason=reason)
    return page


def _possible(day: date, text: str) -> date:
    """The day, where its year is one that papers can have: arithmetic ends at the year 1."""
    if day.year in _YEARS:
        return day
    reason = f"years go from {_YEARS.start} to {_YEARS.stop - 1}"
    raise BadQuestion(what=f"“{text[:40]}”", reason=reason)


def _moment(text: str) -> datetime | None:
    """An instant in ISO form; a date alone means its end, a time without zone is UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        day = _possible(moment.date(), text)
        if len(text) == len("2026-08-14"):
            return start_of(day) + timedelta(days=1)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except ValueError:
        reason = "write a moment as 2026-08-14T16:00Z or a day as 2026-08-14"
        raise BadQuestion(what=f"as_of “{text[:40]}”", reason=reason) from None


def _whole(text: str, what: str, *, low: int) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= low:
        return int(text)
    reason = f"write a whole number from {low}"
    raise BadQuestion(what=f"{what} “{text[:40]}”", reason=reason)


def _filters(params: Mapping[str, str]) -> tuple[Filters, list[BadQuestion]]:
    """The filters, and an error for each that cannot be read and is not among them."""
    wrong: list[BadQuestion] = []

    def tried(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except BadQuestion as error:
            wrong.append(error)
            return otherwise

    since = tried(lambda: _day(params.get("from", ""), first_day), None)
    until = tried(lambda: _day(params.get("to", ""), last_day), None)
    if since and until and since > until:
        what = f"from “{params['from']}” to “{params['to']}”"
        wrong.append(BadQuestion(what=what, reason="the first date is after the second"))
        since = until = None
    filters = Filters(
        since=since,
        until=until,
        categories=_several(params.get("category", "")),
        sources=_several(params.get("source", "")),
        organizations=_several(params.get("org", "")),
        has_code=params.get("code", "") not in ("", "0"),
        min_votes=tried(lambda: _whole(params.get("votes", ""), "votes", low=0), 0),
    )
    return filters, wrong


def _day(text: str, edge: Callable[[str], date | None]) -> date | None:
    if not text:
        return None
    day = edge(text)
    if day is None:
        reason = "write a date as 2024, 2024-05 or 2024-05-17"
        raise BadQuestion(what=f"“{text[:40]}”", reason=reason)
    return _possible(day, text)


def _several(text: str) -> tuple[str, ...]:
    values = (clean(value)[:100] for value in text.split(","))
    return tuple(dict.fromkeys(filter(None, values)))[:_MOST_VALUES]


def write(question: Question, suffix: str = "") -> str:
    """The address of a question: what ``read`` reads back, with nothing said twice."""
    path = _path(question)
    if suffix and path == "/":
        path = "/latest"
    pairs = [
        ("q", question.text),
        ("field", named_field(question)),
        ("recipe", question.recipe),
        ("mode", question.mode if question.mode != MODES[0] else ""),
        *_filter_pairs(question.filters),
        ("as_of", _iso(question.as_of) if question.as_of else ""),
        ("page", str(question.page) if question.page > 1 else ""),
    ]
    query = "&".join([f"{name}={_quoted(value)}" for name, value in pairs if value])
    return f"{path}{suffix}{'?' if query else ''}{query}"


_quoted = lru_cache(maxsize=256)(quote_plus)  # a page's addresses differ in little


def named_field(question: Question) -> str:
    """The field as an address names it: "" for the site's own."""
    return question.field if question.field != site.field() else ""


def _path(question: Question) -> str:
    if question.place == "similar":
        return f"/papers/{quote(question.like)}/similar"
    if question.place in ("trending", "search"):
        return f"/{question.place}"
    if question.period is None:
        return "/"
    path = f"/{_PLACES[question.period.kind]}/{question.period}"
    return f"{path}/all" if question.place == "all" else path


def _filter_pairs(filters: Filters) -> list[tuple[str, str]]:
    return [
        ("from", _partial(filters.since.isoformat(), "-01-01") if filters.since else ""),
        ("to", _partial(filters.until.isoformat(), "-12-31") if filters.until else ""),
        ("category", ",".join(filters.categories)),
        ("source", ",".join(filters.sources)),
        ("org", ",".join(filters.organizations)),
        ("code", "1" if filters.has_code else ""),
        ("votes", str(filters.min_votes) if filters.min_votes else ""),
    ]


def _partial(day: str, edge: str) -> str:
    """The year alone where the day is its edge: /search?from=2024 stays as typed."""
    return day.removesuffix(edge)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def paper_href(key: str) -> str:
    """The address of a paper's page."""
    return f"/papers/{quote(key)}"


def search_href(**params: str) -> str:
    """The address of a search."""
    return f"/search?{urlencode({name: value for name, value in params.items() if value})}"


def why_href(key: str, edition_address: str) -> str:
    """The address of a receipt."""
    return f"{paper_href(key)}/why?{urlencode({'in': edition_address})}"
