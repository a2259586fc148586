"""Addresses of editions, both ways: an address is a Question written down.

A list's address never changes its meaning; every list takes field, recipe, as_of, page and
filters as parameters, and a suffix for its format.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from broadsheet.editions.types import DEEPEST, LONGEST, Question
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Period, first_day, last_day, start_of
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.search.contract import Filters
from broadsheet.search.ranking.recipes import RECIPES

SUFFIXES: Final = (".json", ".atom", ".bib")
_PERIODS: Final = {"daily": "day", "weekly": "week", "monthly": "month"}
_PLACES: Final = {"day": "daily", "week": "weekly", "month": "monthly"}
_SIMILAR: Final = re.compile(r"papers/(.+)/similar")
_MOST_VALUES: Final = 20


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
        BadQuestion: a part of it cannot be read; says which and how to write it.
    """
    question = _place(split_suffix(path)[0].strip("/"))
    name = params.get("field") or question.field
    page = _whole(params.get("page", ""), "page", low=1) or 1
    if page * size > DEEPEST:
        reason = f"lists are paged to {DEEPEST:,} papers; narrow the list by date or category"
        raise BadQuestion(what=f"page {page}", reason=reason)
    return question.but(
        field=field_named(name).name,
        text=_text(params.get("q", "")),
        filters=_filters(params),
        recipe=_recipe(params.get("recipe", "")),
        as_of=_moment(params.get("as_of", "")),
        page=page,
        size=size,
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
    if more == "all" and first == "daily":
        return Question(place="all", period=period)
    if more:
        raise NotFound(kind="list", name=f"/{path}")
    return Question(place="front", period=period)


def _text(text: str) -> str:
    if len(text) > LONGEST:
        reason = f"a question holds at most {LONGEST:,} characters, this one {len(text):,}"
        raise BadQuestion(what="The question", reason=reason)
    return " ".join(text.split())


def _recipe(name: str) -> str:
    if name and name not in RECIPES:
        raise BadQuestion(
            what=f"recipe “{name[:40]}”", reason=f"choose one of {', '.join(RECIPES)}"
        )
    return name


def _moment(text: str) -> datetime | None:
    """An instant in ISO form; a date alone means its end, a time without zone is UTC."""
    if not text:
        return None
    try:
        if len(text) == len("2026-08-14"):
            return start_of(datetime.fromisoformat(text).date()) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        reason = "write a moment as 2026-08-14T16:00Z or a day as 2026-08-14"
        raise BadQuestion(what=f"as_of “{text[:40]}”", reason=reason) from None


def _whole(text: str, what: str, *, low: int) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= low:
        return int(text)
    reason = f"write a whole number from {low}"
    raise BadQuestion(what=f"{what} “{text[:40]}”", reason=reason)


def _filters(params: Mapping[str, str]) -> Filters:
    since, until = params.get("from", ""), params.get("to", "")
    for text in (since, until):
        if text and first_day(text) is None:
            reason = "write a date as 2024, 2024-05 or 2024-05-17"
            raise BadQuestion(what=f"“{text[:40]}”", reason=reason)
    return Filters(
        since=first_day(since),
        until=last_day(until),
        categories=_several(params.get("category", "")),
        sources=_several(params.get("source", "")),
        organizations=_several(params.get("org", "")),
        has_code=params.get("code", "") not in ("", "0"),
        min_votes=_whole(params.get("votes", ""), "votes", low=0),
    )


def _several(text: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(v.strip()[:100] for v in text.split(",") if v.strip()))
    return values[:_MOST_VALUES]


def write(question: Question, suffix: str = "") -> str:
    """The address of a question: what ``read`` reads back, with nothing said twice."""
    path = _path(question)
    if suffix and path == "/":
        path = "/latest"
    pairs = [
        ("q", question.text),
        ("field", question.field if question.field != "everything" else ""),
        ("recipe", question.recipe),
        *_filter_pairs(question.filters),
        ("as_of", _iso(question.as_of) if question.as_of else ""),
        ("page", str(question.page) if question.page > 1 else ""),
    ]
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{path}{suffix}{'?' if query else ''}{query}"


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
