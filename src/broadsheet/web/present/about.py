"""Pages about the site itself: ranking and status."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from broadsheet.editions.addresses import write
from broadsheet.editions.status import Status
from broadsheet.editions.types import Question
from broadsheet.fields import FieldFile
from broadsheet.harvest.queries import SourceState
from broadsheet.kernel import words
from broadsheet.kernel.text import plural
from broadsheet.mail.queries import Outbox
from broadsheet.search.ranking.recipes import Recipe

ROBOTS: Final = """User-agent: *
Disallow: /search
Disallow: /*/why
Disallow: /*/ask
Disallow: /*?*as_of=
Disallow: /subscribe
Disallow: /unsubscribe/
Disallow: /mail/
Disallow: /outbox
Disallow: /admin
"""


def about(fields: Iterable[FieldFile]) -> dict[str, Any]:
    """Every field with the address of its front page."""
    return {
        "page_title": "About",
        "fields": [
            (field.title, write(Question(place="front", field=field.name)), field.description)
            for field in fields
        ],
    }


def ranking(recipes: Iterable[Recipe]) -> dict[str, Any]:
    """Every recipe with its features and weights, as its own table says."""
    return {
        "page_title": "How ranking works",
        "recipes": [
            {
                "name": recipe.name,
                "label": recipe.label[:1].upper() + recipe.label[1:],
                "version": recipe.version,
                "help": recipe.help,
                "features": [
                    (feature.label, feature.help, words.number(feature.weight))
                    for feature in recipe.features
                ],
            }
            for recipe in recipes
        ],
    }


def status(now: Status, letters: Outbox | None) -> dict[str, Any]:
    """What is held, and whether the index has all of it; ``letters`` where mail is sent."""
    sizes = now.sizes
    return {
        "page_title": "Status",
        "held": [
            ("Papers", f"{sizes.papers:,}"),
            ("Records they were made from", f"{sizes.records:,}"),
            ("Announcements", f"{sizes.announcements:,}"),
            ("Counts of votes, comments, stars", f"{sizes.signals:,}"),
            ("Merges of records into one paper", f"{sizes.merges:,}"),
            ("Records refused", f"{sizes.rejections:,}"),
        ],
        "newest_day": words.day(now.newest_day, weekday=True) if now.newest_day else "",
        "healthy": now.index.healthy,
        "trouble": now.index.trouble,
        "backend": now.index.backend,
        "documents": f"{now.index.documents:,}",
        "size": words.size(now.index.size_bytes),
        "lag": plural(now.lag, "change") if now.lag else "",
        "sources": [_source(one) for one in now.sources],
        "work": [
            ("Jobs that wait", f"{now.queue.waiting:,}"),
            ("Jobs that run", f"{now.queue.running:,}"),
            ("Jobs set aside after errors", f"{now.queue.failed:,}"),
            *(_letters(letters) if letters else ()),
            ("Room left on the disk", words.size(now.free_bytes)),
        ],
    }


def _letters(outbox: Outbox) -> Iterator[tuple[str, str]]:
    """How mail goes."""
    late = f", since {words.moment(outbox.due_since)}" if outbox.due_since else ""
    yield "Letters sent in a day", f"{outbox.sent_in_day:,}"
    yield "Letters that wait to go", f"{outbox.due:,}{late}"


def _source(one: SourceState) -> dict[str, str]:
    """An upstream in words: how its last asking went, and when the next is."""
    went = one.error or (words.moment(one.succeeded_at) if one.succeeded_at else "not yet")
    return {
        "title": one.title,
        "went": went,
        "next": words.moment(one.next_at) if one.next_at else "on demand",
    }
