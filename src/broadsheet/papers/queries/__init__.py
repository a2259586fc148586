"""What the catalogue tells. Reads only; each module answers one kind of question."""

from broadsheet.papers.queries.cards import cards
from broadsheet.papers.queries.changes import (
    change_mark,
    changes_after,
    documents,
    last_change,
    lately_held,
    state,
)
from broadsheet.papers.queries.citations import authors, citations
from broadsheet.papers.queries.days import (
    announcements_between,
    count_between,
    day_after,
    day_before,
    days_of,
    latest_day,
    newest_day,
)
from broadsheet.papers.queries.holding import holding, newest_number
from broadsheet.papers.queries.naming import named, newest_titled
from broadsheet.papers.queries.near import near_misses
from broadsheet.papers.queries.paper import find, former_keys, keys, numbers, paper, titled
from broadsheet.papers.queries.past import history
from broadsheet.papers.queries.records import merges, records, rejections, sizes
from broadsheet.papers.queries.saying import said_between
from broadsheet.papers.queries.signals import ends_between, totals, totals_between
from broadsheet.papers.queries.texts import texts_after, titles

__all__ = [
    "announcements_between",
    "authors",
    "cards",
    "change_mark",
    "changes_after",
    "citations",
    "count_between",
    "day_after",
    "day_before",
    "days_of",
    "documents",
    "ends_between",
    "find",
    "former_keys",
    "history",
    "holding",
    "keys",
    "last_change",
    "lately_held",
    "latest_day",
    "merges",
    "named",
    "near_misses",
    "newest_day",
    "newest_number",
    "newest_titled",
    "numbers",
    "paper",
    "records",
    "rejections",
    "said_between",
    "sizes",
    "state",
    "texts_after",
    "titled",
    "titles",
    "totals",
    "totals_between",
]
