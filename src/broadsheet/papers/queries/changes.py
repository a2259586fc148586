"""The change log, and papers as the follower of the log needs them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from broadsheet.kernel.dates import last_day
from broadsheet.papers.models import Change
from broadsheet.papers.queries.sql import among, moment, select


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Two numbers that move when anything a page shows does: what caches are keyed by."""

    change: int
    signal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexable:
    """What can be found of a paper, flat.

    Papers that are ``gone``, merged into another or withdrawn, are only to be removed.
    """

    key: str
    gone: bool
    title: str
    abstract: str
    keywords: tuple[str, ...]
    authors: tuple[str, ...]
    organization: str
    organization_name: str
    categories: tuple[str, ...]
    identifiers: tuple[str, ...]
    sources: tuple[str, ...]
    published: date | None
    last: date | None
    votes: int
    comments: int
    has_code: bool


def state() -> State:
    """The last change and the last signal written."""
    newest = "SELECT (SELECT MAX(number) FROM papers_change), (SELECT MAX(id) FROM papers_signal)"
    change, signal = select(newest)[0]
    return State(change=change or 0, signal=signal or 0)


def last_change() -> int:
    """The number of the newest change, 0 for an empty catalogue."""
    return Change.objects.aggregate(last=Max("number"))["last"] or 0


def change_mark(number: int) -> str:
    """What tells a change from one of the same number in another catalogue; "" if not held."""
    at = Change.objects.filter(number=number).values_list("at", flat=True).first()
    return at.isoformat() if at else ""


def changes_after(number: int, *, limit: int) -> tuple[tuple[int, ...], int]:
    """The papers of the next ``limit`` changes after ``number``, and the last number read."""
    rows = list(
        Change.objects.filter(number__gt=number)
        .order_by("number")
        .values_list("number", "paper_id")[:limit]
    )
    return tuple(dict.fromkeys(paper for _, paper in rows)), rows[-1][0] if rows else number


def lately_held(papers: Sequence[int], since: datetime) -> dict[int, tuple[str, datetime]]:
    """Those of these papers that came to be held since a moment: the key of each, and when."""
    of, given = among(papers)
    rows = select(
        f"SELECT p.id, p.key, p.added_at FROM papers_paper p WHERE p.id {of} AND p.added_at >= %s",
        *given,
        since,
    )
    return {number: (key, moment(added)) for number, key, added in rows}


def documents(papers: Sequence[int]) -> Iterator[Indexable]:
    """These papers as the index wants them, in any order. Five queries."""
    named = _grouped("papers_identifier", "scheme, value", papers)
    origins = _grouped("papers_record", "origin", papers)
    feeds = _grouped("papers_announcement", "feed", papers)
    counts = _counts(papers)
    of, given = among(papers)
    rows = select(
        "SELECT p.id, p.key, p.merged_into_id, p.title, p.abstract, p.keywords, p.authors,"
        " p.organization, p.organization_name, p.categories, p.published, p.published_on,"
        f" p.code_url, p.withdrawn FROM papers_paper p WHERE p.id {of}",
        *given,
    )
    for pk, key, into, title, said, words, names, slug, name, cats, dated, on, code, out in rows:
        yield Indexable(
            key=key,
            gone=bool(into or out),
            title=title,
            abstract=said,
            keywords=_lines(words),
            authors=_lines(names),
            organization=slug,
            organization_name=name,
            categories=_lines(cats),
            identifiers=tuple(":".join(n) for n in named.get(pk, ())),
            sources=tuple(dict.fromkeys(s[0] for s in (*origins.get(pk, ()), *feeds.get(pk, ())))),
            published=on,
            last=last_day(dated),
            votes=counts.get((pk, "votes"), 0),
            comments=counts.get((pk, "comments"), 0),
            has_code=bool(code),
        )


def _lines(column: str) -> tuple[str, ...]:
    return tuple(column.split("\n")) if column else ()


def _grouped(table: str, columns: str, papers: Sequence[int]) -> dict[int, list[tuple[str, ...]]]:
    of, given = among(papers)
    found: dict[int, list[tuple[str, ...]]] = {}
    for paper, *values in select(
        f"SELECT paper_id, {columns} FROM {table} WHERE paper_id {of}", *given
    ):
        found.setdefault(paper, []).append(tuple(values))
    return found


def _counts(papers: Sequence[int]) -> dict[tuple[int, str], int]:
    """The newest total of each origin, added up."""
    newest: dict[tuple[int, str, str], int] = {}
    of, given = among(papers)
    for paper, kind, origin, total in select(
        f"SELECT s.paper_id, s.kind, s.origin, s.total FROM papers_signal s WHERE s.paper_id {of}"
        " AND s.kind IN ('votes', 'comments') ORDER BY s.true_at, s.id",
        *given,
    ):
        newest[paper, kind, origin] = total
    sums: dict[tuple[int, str], int] = {}
    for (paper, kind, _), total in newest.items():
        sums[paper, kind] = sums.get((paper, kind), 0) + total
    return sums
