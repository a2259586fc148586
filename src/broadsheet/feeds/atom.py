"""Editions as Atom 1.0 (RFC 4287), long ones in pages (RFC 5005).

Ids never change; the same edition gives the same bytes.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from django.utils.feedgenerator import Atom1Feed

from broadsheet.editions.addresses import write
from broadsheet.editions.titles import heading
from broadsheet.editions.types import Edition, Hit
from broadsheet.kernel.dates import first_day, start_of
from broadsheet.kernel.mathml import plain
from broadsheet.kernel.text import plural
from broadsheet.papers.citations import Citation

# Made once for this project: a paper has the same id in every feed of every instance.
_NAMESPACE: Final = uuid.UUID("6f0b6f2e-7d0c-5f0e-9a55-6d1c3a2b9e11")
_MOST_AUTHORS: Final = 50


class Feed(Atom1Feed):
    """An Atom feed whose dates come from its papers, never from the clock."""

    def __init__(self, edition: Edition, site: str, root: str) -> None:
        self._changed = max((h.card.changed_at for h in edition.hits), default=edition.true_at)
        asked = edition.asked
        self._pages = [
            (rel, root + write(asked.but(page=page), ".atom"))
            for rel, page in (("previous", asked.page - 1), ("next", asked.page + 1))
            if 1 <= page <= edition.pages
        ]
        super().__init__(
            title=f"{heading(asked)} · {site}",
            link=root + write(asked),
            subtitle=edition.why_empty or None,
            description="",
            author_name=site,
            feed_url=root + write(asked, ".atom"),
            feed_guid=paper_id(write(asked.but(page=1))),
            language="en",
        )

    def latest_post_date(self) -> datetime:
        return self._changed

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel, href in self._pages:
            handler.addQuickElement("link", "", {"rel": rel, "href": href})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for rel, href in item["related"]:
            handler.addQuickElement("link", "", {"rel": rel, "href": href})
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


def paper_id(name: str) -> str:
    """A stable id for anything that has an address in this project."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, name)}"


def feed(edition: Edition, citations: Mapping[str, Citation], site: str, root: str) -> bytes:
    """An edition as an Atom document; ``site`` is the name on the masthead."""
    made = Feed(edition, site, root)
    for hit in edition.hits:
        _add(made, hit, citations[hit.card.key], root)
    return made.writeString("utf-8").encode()


def _add(made: Feed, hit: Hit, citation: Citation, root: str) -> None:
    card = hit.card
    names = list(citation.authors[:_MOST_AUTHORS])
    if len(citation.authors) > _MOST_AUTHORS:
        names.append(f"and {len(citation.authors) - _MOST_AUTHORS} more")
    if not names:  # nobody known at all: then the feed's own author stands for all
        house = card.organization_name or card.organization
        names = [house or plural(card.n_authors, "author")] if house or card.n_authors else []
    dated = first_day(card.published)
    made.add_item(
        title=plain(card.title),
        link=f"{root}/papers/{card.key}",
        description=f"<p>{escape(plain(card.abstract))}</p>" if card.abstract else "",
        unique_id=paper_id(f"paper/{card.key}"),
        pubdate=start_of(dated) if dated else None,
        updateddate=card.changed_at,
        categories=card.categories,
        authors=names,
        related=[("related", card.abstract_page)] if card.abstract_page else [],
    )
