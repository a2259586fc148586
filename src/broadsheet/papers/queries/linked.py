"""The repositories that recent papers link to, as GitHub is to be asked for them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from broadsheet.papers.queries.cards import identifiers
from broadsheet.papers.queries.records import received
from broadsheet.papers.queries.sql import STANDS, select
from broadsheet.sources.github.names import Linked, repository
from broadsheet.sources.github.parse import SOURCE, Kept, kept
from broadsheet.sources.values import Broken

DAYS: Final = 37
"""Papers announced in so many days: as far back as trending looks, and a week of stars before."""

_DUE: Final = timedelta(hours=20)
_GONE: Final = timedelta(days=30)
_AT_ONCE: Final = 500
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class _Asked(NamedTuple):
    """A link, and when its repository was last asked for."""

    link: Linked
    last: datetime


def linked(*, now: datetime, most: int) -> tuple[str, ...]:
    """The names to ask for, at most so many repositories: those not counted for longest first.

    Left out are those that were counted in the last 20 hours, and those that were gone in the
    last 30 days. A paper without identifier has no name to ask by. Names that ask for the same
    repository stand together.
    """
    by_repository: dict[str, list[_Asked]] = {}
    for one in _asked(now):
        by_repository.setdefault(one.link.asked.lower(), []).append(one)
    waiting = sorted(
        by_repository.items(), key=lambda item: (min(a.last for a in item[1]), item[0])
    )
    return tuple(str(one.link) for _, ones in waiting[:most] for one in ones)


def _asked(now: datetime) -> Iterator[_Asked]:
    """Every link that is to be asked for again, in the order of the papers."""
    rows = select(
        "SELECT DISTINCT p.id, p.title, p.code_url FROM papers_announcement a"
        " JOIN papers_paper p ON p.id = a.paper_id"
        f" WHERE a.day BETWEEN %s AND %s AND {STANDS} AND p.code_url LIKE %s ORDER BY p.id",
        (now - timedelta(days=DAYS)).date(),
        now.date(),
        "%github.com/%",
    )
    for first in range(0, len(rows), _AT_ONCE):
        yield from _of(rows[first : first + _AT_ONCE], now)


def _of(rows: Sequence[tuple[int, str, str]], now: datetime) -> Iterator[_Asked]:
    numbers = [number for number, _, _ in rows]
    names, before = identifiers(numbers), received(SOURCE, numbers)
    for number, title, address in rows:
        to = repository(address)
        # An address as the only name is none to ask by.
        if not to or number not in names or names[number][0].scheme == "url":
            continue
        last = _kept(before.get(number), to)
        if last and now - last.captured < (_DUE if last.now else _GONE):
            continue
        moved = last.now if last and last.now.lower() != to.lower() else ""
        link = Linked(repository=to, paper=names[number][0], title=title, moved=moved)
        yield _Asked(link, last.captured if last else _NEVER)


def _kept(raw: bytes | None, repository: str) -> Kept | None:
    """What was last heard of that repository by this paper."""
    try:
        found = kept(raw) if raw else None
    except Broken:
        return None
    return found if found and found.linked.repository.lower() == repository.lower() else None
