"""The JSON of editions and papers. ``docs/formats.md`` describes every part of it.

Values that are shown as they are stay dataclasses: the encoder writes them as objects.
"""

from collections.abc import Mapping
from typing import Any

from broadsheet.editions.addresses import write
from broadsheet.editions.explaining import Explained
from broadsheet.editions.suggesting import Suggested
from broadsheet.editions.types import Edition, Hit, Neighbour, Question
from broadsheet.harvest.queries import DayState, DemandState
from broadsheet.kernel.identifiers import Identifier
from broadsheet.papers.queries.paper import PaperPage
from broadsheet.papers.queries.past import Past
from broadsheet.search.ranking.receipt import Line, Receipt


def edition(edition: Edition, authors: Mapping[str, tuple[str, ...]], root: str) -> dict[str, Any]:
    """An edition. ``root`` is the address of the site, ``authors`` every author by key."""
    question = edition.question
    return {
        "address": root + write(question),
        "field": question.field,
        "recipe": {"name": edition.recipe, "version": edition.recipe_version},
        "mode": question.mode if question.place == "search" else None,
        "period": str(question.period) if question.period else None,
        "query": question.text or None,
        "read_as": edition.reading.words or None,
        "problems": list(edition.reading.problems),
        "true_at": edition.true_at,
        "changed": edition.changed,
        "total": edition.total,
        "by_meaning": edition.by_meaning,
        "from_catalogue": edition.from_catalogue,
        "voted": edition.voted,
        "page": question.page,
        "pages": edition.pages,
        "next_page": _page(edition, 1, root),
        "previous_page": _page(edition, -1, root),
        "previous": _neighbour(edition.previous, question, root),
        "next": _neighbour(edition.next, question, root),
        "why_empty": edition.why_empty or None,
        "ledger": [day(state) for state in edition.ledger],
        "sealed": edition.sealed,
        "corrections": edition.corrections,
        "facets": edition.facets,
        "hits": [hit(h, authors.get(h.card.key, ()), root) for h in edition.hits],
    }


def day(state: DayState) -> dict[str, Any]:
    """A feed's day in the ledger."""
    return {
        "feed": state.feed,
        "day": state.day,
        "outcome": state.outcome,
        "why": state.why,
        "announced": state.announced,
        "held": state.held,
        "late": state.late,
        "rejected": state.rejected,
        "alarm": state.alarm or None,
        "asked_at": state.asked_at,
        "missed_at": state.missed_at,
        "healed_at": state.healed_at,
        "complete_at": state.complete_at,
        "next_day": state.next_day,
        "next_due": state.next_due,
    }


def demand(state: DemandState, root: str, *, held: bool) -> dict[str, Any]:
    """How it stands with a paper that may be asked for."""
    return {
        "number": state.number,
        "url": f"{root}/papers/{state.number}",
        "held": held,
        "may_ask": state.may_ask and not held,
        "standing": state.standing,
        "asked_at": state.asked_at,
        "answered_at": state.answered_at,
        "outcome": state.outcome or None,
        "error": state.error or None,
    }


def suggestions(found: tuple[Suggested, ...], root: str) -> dict[str, Any]:
    """How what was typed may go on."""
    return {
        "suggestions": [
            {
                "kind": one.kind,
                "text": one.text,
                "question": one.question,
                "url": root + one.address,
                "key": one.key or None,
            }
            for one in found
        ],
    }


def _page(edition: Edition, step: int, root: str) -> str | None:
    page = edition.question.page + step
    if not 1 <= page <= edition.pages:
        return None
    return root + write(edition.question.but(page=page), ".json")


def _neighbour(found: Neighbour | None, question: Question, root: str) -> dict[str, Any] | None:
    if found is None:
        return None
    there = question.but(period=found.period)
    return {
        "period": str(found.period),
        "papers": found.papers,
        "address": root + write(there, ".json"),
    }


def hit(hit: Hit, authors: tuple[str, ...], root: str) -> dict[str, Any]:
    """One hit: the paper as its card shows it, with every author, and the receipt."""
    card = hit.card
    return {
        "rank": hit.rank,
        "key": card.key,
        "url": f"{root}/papers/{card.key}",
        "title": card.title,
        "abstract": card.abstract or None,
        "authors": list(authors),
        "n_authors": card.n_authors or None,
        "organization": (
            {"slug": card.organization, "name": card.organization_name}
            if card.organization
            else None
        ),
        "published": card.published or None,
        "categories": list(card.categories),
        "identifiers": _identifiers(card.identifiers),
        "abstract_page": card.abstract_page or None,
        "pdf": card.pdf or None,
        "votes": card.votes,
        "comments": card.comments,
        "stars": card.stars,
        "code_url": card.code_url or None,
        "project_url": card.project_url or None,
        "withdrawn": card.withdrawn,
        "marks": hit.marks,
        "found_by": hit.found_by or None,
        "reason": hit.reason or None,
        "receipt": receipt(hit.receipt),
    }


def _identifiers(identifiers: tuple[Identifier, ...]) -> list[dict[str, str]]:
    return [{"scheme": i.scheme, "value": i.value, "url": i.href} for i in identifiers]


def explanation(told: Explained, root: str) -> dict[str, Any]:
    """How one paper stands to one search."""
    placed = told.receipt
    return {
        "key": told.card.key,
        "url": f"{root}/papers/{told.card.key}",
        "title": told.card.title,
        "address": root + write(told.question),
        "matched": told.matched,
        "checks": told.checks,
        "rank": told.rank,
        "total": placed[0].total if placed else None,
        "by_meaning": placed[0].by_meaning if placed else None,
        "scored": told.scored,
        "words": told.words,
        "terms": dict(told.terms),
        "meaning": told.meaning,
        "drawn": told.drawn,
        "late": told.late,
        "score": told.score,
        "joined": told.joined,
        "receipt": receipt(placed[1].receipt) if placed else None,
        "true_at": told.true_at,
        "problems": list(told.problems),
    }


def receipt(receipt: Receipt) -> dict[str, Any]:
    """A receipt: add up value x weight of its lines, exactly, and you have the score."""
    return {
        "recipe": receipt.recipe,
        "version": receipt.version,
        "score": receipt.score,
        "lines": [_line(line) for line in receipt.lines],
        "notes": list(receipt.notes),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "feature": line.feature,
        "label": line.label,
        "value": line.value,
        "weight": line.weight,
        "reading": line.reading,
        "seen": line.seen,
        "points": line.points,
    }


def history(key: str, past: Past, root: str) -> dict[str, Any]:
    """What was said of one paper before, and what was taken for it."""
    return {"key": key, "url": f"{root}/papers/{key}", "events": past.events, "merges": past.merges}


def paper(page: PaperPage, root: str) -> dict[str, Any]:
    """Everything held of one paper."""
    card = page.card
    return {
        "key": card.key,
        "url": f"{root}/papers/{card.key}",
        "title": card.title,
        "abstract": page.abstract or None,
        "authors": list(page.authors),
        "n_authors": card.n_authors or None,
        "organization": (
            {"slug": card.organization, "name": card.organization_name}
            if card.organization
            else None
        ),
        "published": card.published or None,
        "updated": page.updated or None,
        "categories": list(card.categories),
        "keywords": list(page.keywords),
        "identifiers": _identifiers(page.identifiers),
        "pdf": card.pdf or None,
        "comment": page.comment or None,
        "journal_ref": page.journal_ref or None,
        "venue": page.venue or None,
        "code_url": page.code_url or None,
        "project_url": page.project_url or None,
        "withdrawn": page.withdrawn,
        "publication": page.publication,
        "votes": card.votes,
        "comments": card.comments,
        "stars": card.stars,
        "versions": page.versions,
        "announcements": page.announcements,
        "signals": page.signals,
        "records": page.records,
    }
