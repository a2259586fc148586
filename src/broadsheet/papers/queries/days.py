"""What was announced when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Max, Min, QuerySet

from broadsheet.kernel.dates import Period
from broadsheet.papers.facts import Entry
from broadsheet.papers.models import Announcement, Paper


def _rows(feeds: Sequence[str], until: datetime) -> QuerySet[Announcement]:
    """The announcements of these feeds (none named: of all) seen at or before a moment."""
    gone = Paper.objects.filter(merged_into__isnull=False).values("pk")
    rows = Announcement.objects.filter(seen_at__lte=until).exclude(paper__in=gone)
    return rows.filter(feed__in=feeds) if feeds else rows


def announcements_between(
    feeds: Sequence[str], first: date, last: date, *, until: datetime
) -> list[Entry]:
    """Every paper each feed announced on these days; of several captures the newest counts."""
    rows = _rows(feeds, until).filter(day__gte=first, day__lte=last)
    newest: dict[tuple[int, str, date], Entry] = {}
    for paper, feed, day, rank, kind, seen_at, key, on, cats, slug, name, code in rows.order_by(
        "seen_at", "pk"
    ).values_list(
        "paper_id",
        "feed",
        "day",
        "rank",
        "kind",
        "seen_at",
        "paper__key",
        "paper__published_on",
        "paper__categories",
        "paper__organization",
        "paper__organization_name",
        "paper__code_url",
    ):
        newest[paper, feed, day] = Entry(
            paper=paper,
            feed=feed,
            day=day,
            rank=rank,
            kind=kind,
            seen_at=seen_at,
            key=key,
            published_on=on,
            categories=tuple(cats.split("\n")) if cats else (),
            organization=slug,
            organization_name=name,
            has_code=bool(code),
        )
    return list(newest.values())


def papers_on(feeds: Sequence[str], first: date, last: date, *, until: datetime) -> QuerySet[Paper]:
    """The numbers of the papers announced on these days, as a query for other queries."""
    rows = _rows(feeds, until).filter(day__gte=first, day__lte=last)
    return rows.values("paper_id")  # type: ignore[return-value]  # a query of numbers


def latest_day(feeds: Sequence[str], *, until: datetime) -> date | None:
    """The newest day these feeds announced anything; None where they never did."""
    return _rows(feeds, until).order_by("-day").values_list("day", flat=True).first()


def day_before(feeds: Sequence[str], period: Period, *, until: datetime) -> date | None:
    """The last day with announcements before the period."""
    rows = _rows(feeds, until).filter(day__lt=period.first)
    return rows.order_by("-day").values_list("day", flat=True).first()


def day_after(feeds: Sequence[str], period: Period, *, until: datetime) -> date | None:
    """The first day with announcements after the period."""
    rows = _rows(feeds, until).filter(day__gt=period.last)
    return rows.order_by("day").values_list("day", flat=True).first()


def newest_day(*, until: datetime) -> date | None:
    """The newest day anything held speaks of: an announcement's, else a paper's own."""
    announced = latest_day((), until=until)
    if announced:
        return announced
    rows = Paper.objects.filter(published_on__lte=until.date(), merged_into=None)
    found: date | None = rows.aggregate(day=Max("published_on"))["day"]
    return found


def first_days(papers: Collection[int], *, until: datetime) -> dict[int, date]:
    """The day each paper was first announced."""
    rows = Announcement.objects.filter(paper__in=papers, seen_at__lte=until)
    return dict(rows.values("paper_id").annotate(d=Min("day")).values_list("paper_id", "d"))


def days_of(paper: int) -> tuple[date, ...]:
    """The days a paper was announced, newest first."""
    rows = Announcement.objects.filter(paper=paper).values_list("day", flat=True).distinct()
    return tuple(rows.order_by("-day"))
