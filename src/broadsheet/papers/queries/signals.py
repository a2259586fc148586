"""Running totals as they were known at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from broadsheet.papers.facts import Total
from broadsheet.papers.models import Signal
from broadsheet.sources.contract import SignalKind

Totals = Mapping[tuple[int, str], tuple[Total, ...]]
"""By paper and kind: the totals of each origin, oldest first."""


def totals(
    papers: Collection[int] | QuerySet[Any, Any], kinds: Collection[SignalKind], *, until: datetime
) -> Totals:
    """Every total of these papers that was true at or before ``until``.

    Args:
        papers: numbers of papers, or a query that gives them.
        kinds: which counts.
        until: what was measured later is left out: it was not yet true.
    """
    found: dict[tuple[int, str], list[Total]] = {}
    rows = Signal.objects.filter(paper__in=papers, kind__in=kinds, true_at__lte=until)
    for paper, kind, origin, total, true_at in rows.order_by("true_at", "pk").values_list(
        "paper_id", "kind", "origin", "total", "true_at"
    ):
        entry = Total(origin=origin, total=total, true_at=true_at)
        found.setdefault((paper, kind), []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def latest(entries: tuple[Total, ...]) -> int | None:
    """The sum over origins of the newest total; None where nobody counted."""
    if not entries:
        return None
    return sum({entry.origin: entry.total for entry in entries}.values())
