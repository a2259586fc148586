"""Looking through the catalogue itself for words: what is left where the search index is not."""

from collections.abc import Sequence

from broadsheet.papers.queries.sql import select

_TEXT = "LOWER(title || ' ' || abstract || ' ' || keywords || ' ' || authors) LIKE %s"


def newest_number() -> int:
    """The number of the paper that was added last, 0 for an empty catalogue."""
    number: int | None = select("SELECT MAX(id) FROM papers_paper")[0][0]
    return number or 0


def holding(parts: Sequence[Sequence[str]], first: int, last: int) -> tuple[int, ...]:
    """Of the papers numbered ``first`` to ``last`` those that hold the parts, the last first.

    Of each group of ``parts``, lower-case parts of words, at least one must stand in title,
    abstract, keywords or authors. Reads every one of these papers.
    """
    asked = "".join(f" AND ({' OR '.join([_TEXT] * len(group))})" for group in parts)
    rows = select(
        "SELECT id FROM papers_paper WHERE id BETWEEN %s AND %s AND merged_into_id IS NULL"
        " AND NOT withdrawn"
        f"{asked} ORDER BY id DESC",
        first,
        last,
        *(f"%{part}%" for group in parts for part in group),
    )
    return tuple(number for (number,) in rows)
