"""The history of a paper, ready to be shown."""

from typing import Any, Final

from broadsheet.editions.addresses import paper_href
from broadsheet.kernel import mathml, words
from broadsheet.papers.past import Event
from broadsheet.papers.queries.paper import PaperPage
from broadsheet.papers.queries.past import Past

_FIELDS: Final = {
    "title": "Title",
    "abstract": "Abstract",
    "authors": "Authors",
    "venue": "Published in",
    "journal_ref": "Journal reference",
    "doi": "DOI",
    "withdrawn": "Withdrawn by its authors",
}


def history(page: PaperPage, past: Past) -> dict[str, Any]:
    """What changed, newest first, and what was taken for this paper."""
    title = mathml.plain(page.card.title)
    return {
        "page_title": f"History of “{title}”",
        "title": title,
        "href": paper_href(page.card.key),
        "canonical": f"{paper_href(page.card.key)}/history",
        "events": [_event(event) for event in past.events],
        "merges": [
            {
                "at": words.moment(line.at),
                "how": line.how,
                "which": ", ".join(line.records) or line.other_key,
                "evidence": line.evidence,
                "undone": words.moment(line.undone_at) if line.undone_at else "",
            }
            for line in reversed(past.merges)
        ],
    }


def _event(event: Event) -> dict[str, str]:
    return {
        "at": words.moment(event.at),
        "field": _FIELDS[event.field],
        "source": event.source,
        "before": _text(event.before),
        "after": _text(event.after),
    }


def _text(value: str) -> str:
    """Authors stand one a line; everything else is a text."""
    return "; ".join(mathml.plain(line) for line in value.split("\n")) if value else ""
