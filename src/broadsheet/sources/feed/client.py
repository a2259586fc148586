"""Asking feeds, one after the other, for what is in them now."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.net.contract import Known, Response
from broadsheet.net.targets import shown
from broadsheet.sources.contract import AnnouncementKind, Record, Trouble
from broadsheet.sources.feed.document import LARGEST, document
from broadsheet.sources.feed.parse import NAME, parse
from broadsheet.sources.live import Listed, Need, Outcome, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken

_ACCEPT: Final = {
    "accept": "application/rss+xml, application/atom+xml, application/feed+json,"
    " application/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
}


class LiveFeed:
    """A LiveSource. A portion is one feed as it is now; a feed cannot be asked for a day.

    The addresses are the names wanted, else the base URL, which may be several with blanks
    between. Of a feed only items with one of the categories wanted are taken, if there are any.
    Where several are asked, one that gives no answer is told and the others are asked all the
    same.
    """

    name = NAME
    title = "journals and blogs (RSS, Atom, JSON Feed)"
    base_url = ""
    needs: tuple[Need, ...] = ("contact",)
    schedule = "17 * * * *"
    zone = "UTC"
    feeds: tuple[str, ...] = ()
    heals: tuple[str, ...] = ()
    repositories: tuple[int, int] = (0, 0)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        addresses = wanted.names or tuple(upstream.base_url.split())
        if not addresses:
            raise NotAsked(host="a feed", reason="no address is set; give the feed's address")
        place = int(resume) if resume.isdecimal() and len(resume) < 9 else 0
        if place >= len(addresses) or (resume and not resume.isdecimal()):
            raise Expired(host="the list of feeds", reason="it has changed since")
        following = str(place + 1) if place + 1 < len(addresses) else ""
        try:
            return _portion(upstream, wanted.said, addresses[place], following)
        except (NotAsked, Unreadable) as error:
            if len(addresses) == 1:
                raise
            return _untold(addresses[place], error, following)


def _untold(address: str, error: NotAsked | Unreadable, following: str) -> Portion:
    trouble = received(NAME, shown(address), error.user_message.rstrip("."))
    outcome: Outcome = "unreadable" if isinstance(error, Unreadable) else "not-asked"
    return Portion(items=(trouble,), resume=following, outcome=outcome)


def _portion(upstream: Upstream, said: Mapping[str, str], address: str, following: str) -> Portion:
    known = Known(
        etag=said.get(f"etag {address}", ""),
        last_modified=said.get(f"last-modified {address}", ""),
    )
    answer = upstream.client.get(address, headers=_ACCEPT, known=known, most_bytes=LARGEST)
    now = {
        f"{header} {address}": answer.headers[header]
        for header in ("etag", "last-modified")
        if answer.headers.get(header)
    }
    if answer.status == 304:
        return Portion(resume=following, outcome="nothing-new", said=now)
    items = _items(answer, address, upstream.categories)
    return Portion(
        items=items,
        listed=_listed(items),
        resume=following,
        reached=answer.asked_at.date(),
        outcome="found" if items else "nothing-new",
        said=now,
    )


def _items(
    answer: Response, address: str, categories: tuple[str, ...]
) -> tuple[Record | Trouble, ...]:
    try:
        found = document(answer.body, asked=address)
    except Broken as error:
        host = urlsplit(address).hostname or address
        raise Unreadable(where=host, reason=str(error)) from None
    captured = found.captured(answer.asked_at)
    items: list[Record | Trouble] = []
    for place, raw in enumerate(found.items, start=1):
        try:
            record = parse(raw, captured)
        except Broken as error:
            items.append(received(NAME, shown(address), f"item {place}: {error}", raw=raw))
            continue
        if _is_wanted(record, categories):
            items.append(record)
    if found.wrong:
        reason = f"it is broken ({found.wrong}); what could be read of it is kept"
        items.append(received(NAME, shown(address), reason))
    return tuple(items)


def _is_wanted(record: Record, categories: tuple[str, ...]) -> bool:
    own = {word.casefold() for word in record.keywords}
    return not categories or any(category.casefold() in own for category in categories)


def _listed(items: tuple[Record | Trouble, ...]) -> tuple[Listed, ...]:
    """What stood in the feed on each of its days.

    A feed shows its newest items only, so no day is whole. An item that names nothing by which
    it could be found again is not counted.
    """
    days: dict[tuple[str, date], dict[str, AnnouncementKind]] = {}
    for item in items:
        if isinstance(item, Record) and item.identifiers:
            said = item.announcements[0]
            days.setdefault((said.feed, said.day), {})[str(item.identifiers[0])] = said.kind
    return tuple(
        Listed(feed=feed, day=day, names=names, whole=False)
        for (feed, day), names in sorted(days.items())
    )
