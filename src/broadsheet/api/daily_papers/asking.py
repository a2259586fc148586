"""What a request to the Daily Papers API asks, as a Question of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

from broadsheet.editions import addresses
from broadsheet.editions.types import Question
from broadsheet.kernel.dates import Kind, Period
from broadsheet.kernel.errors import BadQuestion

Sort = Literal["publishedAt", "trending"]

MOST_LISTED: Final = 100
MOST_FOUND: Final = 120
_LISTED: Final = 50
_FOUND: Final = 20
_PERIODS: Final[Mapping[str, tuple[Kind, str, str]]] = {
    "date": ("day", "daily", "2026-08-14"),
    "week": ("week", "weekly", "2026-W33"),
    "month": ("month", "monthly", "2026-08"),
}
# Every list here takes these two, the API's among them.
_OURS: Final = ("field", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a day, a week, a month, or of what is trending. ``page`` counts from 0.

    ``by_day`` puts newer days first. ``submitter`` ("": anybody) is an account. ``warnings`` are
    sentences about what was changed of what was asked.
    """

    question: Question
    by_day: bool
    submitter: str
    page: int
    limit: int
    warnings: tuple[str, ...]

    @property
    def first(self) -> int:
        return self.page * self.limit

    def address(self, params: Mapping[str, str], step: int) -> str:
        """The address of the page so many further on, without the site's."""
        query = urlencode({**params, "p": str(self.page + step)})
        return f"/api/daily_papers?{query}"


def listing(params: Mapping[str, str]) -> Listing:
    """What ``GET /api/daily_papers`` asks. Raises BadQuestion and NotFound as addresses do."""
    named = [name for name in _PERIODS if params.get(name)]
    if len(named) > 1:
        raise BadQuestion(what="The period", reason=f"give one of {' and '.join(named)}")
    sort = _sort(params.get("sort", ""))
    more = _ours(params)
    if named:
        path = _path(named[0], params[named[0]])
        more |= {"recipe": "hot"} if sort == "trending" else {}
    else:
        path = "/trending" if sort == "trending" else "/"
    limit, warnings = _limit(params, _LISTED, MOST_LISTED)
    return Listing(
        question=addresses.read(path, more),
        by_day=sort == "publishedAt",
        submitter=params.get("submitter", "").strip(),
        page=_whole(params.get("p", "0"), "p", range(10**6)),
        limit=limit,
        warnings=warnings,
    )


def search(params: Mapping[str, str]) -> tuple[Question, tuple[str, ...]]:
    """What ``GET /api/papers/search`` asks, and sentences about what was changed of it."""
    limit, warnings = _limit(params, _FOUND, MOST_FOUND)
    asked = _ours(params) | {"q": params.get("q", "")}
    return addresses.read("/search", asked, size=limit), warnings


def _ours(params: Mapping[str, str]) -> dict[str, str]:
    return {name: params[name] for name in _OURS if name in params}


def _sort(name: str) -> Sort:
    if name in ("", "publishedAt"):
        return "publishedAt"
    if name == "trending":
        return "trending"
    raise BadQuestion(what=f"sort “{name[:40]}”", reason="write publishedAt or trending")


def _path(name: str, text: str) -> str:
    """The address of our own list of that period."""
    kind, place, like = _PERIODS[name]
    try:
        period = Period.parse(text)
    except BadQuestion:
        period = None
    if period is None or period.kind != kind:
        raise BadQuestion(what=f"{name} “{text[:40]}”", reason=f"write it as {like}")
    return f"/{place}/{period}"


def _limit(params: Mapping[str, str], usual: int, most: int) -> tuple[int, tuple[str, ...]]:
    limit = _whole(params.get("limit", str(usual)), "limit", range(1, 10**9))
    if limit <= most:
        return limit, ()
    return most, (f"limit; This address gives {most} papers at most, not {limit}.",)


def _whole(text: str, name: str, within: range) -> int:
    if text.isascii() and text.isdigit() and len(text) < 12 and int(text) in within:
        return int(text)
    reason = f"write a whole number from {within.start}"
    raise BadQuestion(what=f"{name} “{text[:40]}”", reason=reason)


def links(listing: Listing, params: Mapping[str, str], root: str, *, more: bool) -> str:
    """The Link header of a page: where the pages before and after it are."""
    steps: Iterable[tuple[int, str, bool]] = (
        (1, "next", more),
        (-1, "prev", listing.page > 0),
    )
    return ", ".join(
        f'<{root}{listing.address(params, step)}>; rel="{name}"'
        for step, name, is_there in steps
        if is_there
    )
