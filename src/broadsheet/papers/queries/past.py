"""What was said of a paper before."""

from dataclasses import dataclass

from broadsheet.papers import past
from broadsheet.papers.models import Record
from broadsheet.papers.packing import unpacked
from broadsheet.papers.queries.records import MergeLine, merges
from broadsheet.sources.contract import Record as Said
from broadsheet.sources.registry import SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Every change of what is shown, newest first, and every merge, undone ones too."""

    events: tuple[past.Event, ...]
    merges: tuple[MergeLine, ...]


def history(paper: int) -> Past:
    """How the paper of this number became what it is."""
    events = past.events(_said(paper))
    newest = sorted(events, key=lambda event: event.at, reverse=True)
    return Past(events=tuple(newest), merges=merges(paper))


def publication(paper: int) -> past.Publication | None:
    """Where a preprint was published; see ``past.publication``."""
    return past.publication(_said(paper))


def _said(paper: int) -> list[Said]:
    """Everything ever said of a paper, oldest first."""
    rows = Record.objects.filter(paper=paper).order_by("seen_at", "turn", "pk")
    return [
        SOURCES[source].reread(unpacked(raw), seen_at)
        for source, raw, seen_at in rows.values_list("source", "raw", "seen_at")
    ]
