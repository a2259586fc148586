"""Searches that somebody watches: what of the newly held papers matches them.

The change log is read on from a bookmark, each changed paper is held against each watched search,
and what matches is kept as a clipping: so a look costs changes times searches, whatever the
catalogue holds. A paper that came to be held a while ago, or is dated long before that, is no
news: an import of the past tells nobody anything. One that is news and comes to match later, by
votes or by its code, is clipped then.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import transaction

from broadsheet.digest.models import Bookmark, Cadence, Clipping, State, Subscription, Webhook
from broadsheet.digest.subscriptions import wishes
from broadsheet.editions import index
from broadsheet.editions.asking import within
from broadsheet.fields import field as field_named
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.papers import queries
from broadsheet.papers.queries.changes import Indexable
from broadsheet.search.contract import Filters
from broadsheet.search.language.holds import Paper
from broadsheet.search.language.parse import parse
from broadsheet.search.language.tree import Node

NEWS: Final = timedelta(days=30)
"""For how long a paper is news once it is held, and how old it may be then by its own date."""

_KEPT: Final = timedelta(days=90)
_STEP: Final = 500
_BOOKMARK: Final = "clippings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A search as papers are held against it; ``mark`` stands for its address."""

    mark: str
    tree: Node | None
    filters: Filters

    def holds(self, paper: Paper) -> bool:
        """Whether the paper matches by words and filters."""
        return paper.holds(self.tree) and paper.passes(self.filters)


def mark(edition: str) -> str:
    """What stands for the address of a search where that may be long."""
    return hashlib.sha256(edition.encode()).hexdigest()


@lru_cache(maxsize=4096)
def watched(edition: str) -> Watched:
    """What is watched by the address of a search.

    Raises:
        NotFound: no list has this address.
        BadQuestion: it is no search, or one that words and filters cannot answer.
    """
    question = wishes.question(edition)
    if question.place != "search":
        raise BadQuestion(what="The address", reason="only searches are watched for matches")
    parsed = parse(question.text)
    if parsed.likes or parsed.papers:
        reason = "papers like others, or ones that were pasted, cannot be watched for; use words"
        raise BadQuestion(what="The search", reason=reason)
    if parsed.tree is None and question.filters == Filters():
        reason = "it asks for nothing; give it words or a filter"
        raise BadQuestion(what="The search", reason=reason)
    return Watched(
        mark=mark(edition),
        tree=within(parsed.tree, field_named(question.field)),
        filters=question.filters,
    )


def matched(edition: str, since: datetime) -> dict[str, datetime]:
    """The papers found since then to match a search, the first found first.

    By their keys, each with when it came to be held.

    ``edition`` is the address of the search, spelt as ``wishes.edition`` does. Only one that a
    webhook or an active subscription "at once" has is watched; of another nothing is known.
    """
    found = Clipping.objects.filter(search=mark(edition), found_at__gt=since)
    return dict(found.order_by("pk").values_list("key", "held_at"))


def clip(beat: Callable[[str], None]) -> None:
    """Read the change log on from the bookmark, and clip what matches.

    The bookmark moves in steps, each with its clippings, so that a look that is killed goes on
    where it was, and of two at once one alone writes.
    """
    while change := _step():
        beat(f"at change {change:,}")
    _forget()


def _step() -> int:
    """Read some changes; gives the number of the last, 0 where none were left."""
    last = queries.last_change()
    bookmark = _bookmark(last)
    if bookmark.change >= last:
        return 0
    searches = _searches()
    papers: tuple[int, ...] = ()
    upto = last  # nobody watches: nothing is read
    if searches:
        papers, upto = queries.changes_after(bookmark.change, limit=_STEP)
    clippings = _clippings(searches, papers)  # takes its time, and nobody waits for it
    with transaction.atomic():
        place = Bookmark.objects.filter(pk=bookmark.pk, change=bookmark.change)
        if place.update(change=upto, mark=queries.change_mark(upto)):
            Clipping.objects.bulk_create(clippings, batch_size=500, ignore_conflicts=True)
    return upto


def _bookmark(last: int) -> Bookmark:
    """Where the last look ended. In a new or another catalogue it is put at the end."""
    end = {"change": last, "mark": queries.change_mark(last)}
    bookmark = Bookmark.objects.filter(name=_BOOKMARK).first()
    is_place = bookmark and bookmark.change <= last
    if bookmark and is_place and bookmark.mark == queries.change_mark(bookmark.change):
        return bookmark
    return Bookmark.objects.update_or_create(name=_BOOKMARK, defaults=end)[0]


def _searches() -> list[Watched]:
    """Every search that is watched, each once."""
    webhooks = Webhook.objects.filter(on=True).exclude(search="")
    alerts = Subscription.objects.filter(cadence=Cadence.AT_ONCE, state=State.ACTIVE)
    editions = {*webhooks.values_list("edition", flat=True).distinct()}
    editions |= {*alerts.values_list("edition", flat=True).distinct()}
    return list(_readable(editions))


def _readable(editions: Iterable[str]) -> Iterable[Watched]:
    """Those that can be watched; a field may have gone since somebody asked for it."""
    for edition in sorted(editions):
        try:
            yield watched(edition)
        except (NotFound, BadQuestion):
            continue


def _clippings(searches: list[Watched], papers: tuple[int, ...]) -> list[Clipping]:
    """What matches of these changed papers."""
    now = clock.now()
    held = queries.lately_held(papers, now - NEWS)
    added = dict(held.values())
    return [
        Clipping(search=search.mark, key=paper.key, held_at=added[paper.key], found_at=now)
        for paper in queries.documents([*held])
        if _is_news(paper, added[paper.key])
        for search in _matching(searches, Paper(index.document(paper)))
    ]


def _is_news(paper: Indexable, held_at: datetime) -> bool:
    """Whether a paper was young when it came to be held, as far as its date tells."""
    return not paper.gone and (paper.last is None or paper.last >= held_at.date() - NEWS)


def _matching(searches: Iterable[Watched], paper: Paper) -> Iterable[Watched]:
    return (search for search in searches if search.holds(paper))


def _forget() -> None:
    """Drop clippings that are old enough that nothing in them is news any more."""
    Clipping.objects.filter(found_at__lt=clock.now() - _KEPT).delete()
