"""Many papers by their names at once."""

from collections.abc import Collection

from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.papers import rules
from broadsheet.papers.queries.sql import places, select


def named(identifiers: Collection[Named]) -> dict[Named, str]:
    """The key of the paper that each of these identifiers names, of those held.

    One query a scheme.
    """
    found: dict[Named, str] = {}
    for scheme in dict.fromkeys(identifier.scheme for identifier in identifiers):
        values = [one.value for one in identifiers if one.scheme == scheme]
        rows = select(
            "SELECT i.value, p.key FROM papers_identifier i"
            " JOIN papers_paper p ON p.id = i.paper_id"
            f" WHERE i.scheme = %s AND i.value IN {places(values)} AND p.merged_into_id IS NULL",
            scheme,
            *values,
        )
        found |= {Named(scheme, value): key for value, key in rows}
    return found


def newest_titled(titles: Collection[str]) -> dict[str, str]:
    """The key of the newest paper that bears, or bore, each of these titles.

    Case and punctuation do not count.
    """
    digests = {title: rules.title_hash(title) for title in titles}
    rows = select(
        "SELECT r.title_hash, p.key FROM papers_record r JOIN papers_paper p ON p.id = r.paper_id"
        f" WHERE r.title_hash IN {places(digests)} AND p.merged_into_id IS NULL"
        " ORDER BY p.published_on IS NOT NULL, p.published_on, p.key DESC",
        *digests.values(),
    )
    keys = dict(rows)  # of equal titles the last, which is the newest
    return {title: keys[digest] for title, digest in digests.items() if digest in keys}
