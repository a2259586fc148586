"""What filters by date and source ask of the papers of some days."""

from collections import defaultdict
from datetime import date

from broadsheet.kernel.dates import last_day
from broadsheet.papers.facts import Said
from broadsheet.papers.queries.sql import select

_PAPERS = "(SELECT a.paper_id FROM papers_announcement a WHERE a.day BETWEEN %s AND %s)"


def said_between(first: date, last: date) -> dict[int, Said]:
    """Of every paper announced on these days: how late its date can be, all its sources."""
    days = (first, last)
    sources: defaultdict[int, set[str]] = defaultdict(set)
    rows = select(
        f"SELECT r.paper_id, r.origin FROM papers_record r WHERE r.paper_id IN {_PAPERS}"
        " UNION SELECT b.paper_id, b.feed FROM papers_announcement b"
        f" WHERE b.paper_id IN {_PAPERS}",
        *days,
        *days,
    )
    for paper, source in rows:
        sources[paper].add(source)
    dated = select(f"SELECT id, published FROM papers_paper WHERE id IN {_PAPERS}", *days)
    return {
        paper: Said(last=last_day(published), sources=frozenset(sources[paper]))
        for paper, published in dated
    }
