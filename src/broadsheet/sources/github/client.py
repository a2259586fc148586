"""Asking GitHub how many stars the repositories have that papers link to."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from broadsheet.kernel import clock
from broadsheet.kernel.errors import Expired, NotThere, Unreadable
from broadsheet.sources import values
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.github.names import Linked, linked
from broadsheet.sources.github.parse import SOURCE, line, parse
from broadsheet.sources.live import Need, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken

BASE: Final = "https://api.github.com"

_MOST_BYTES: Final = 1_000_000
_HEADERS: Final = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class GitHub:
    """A LiveSource: a portion is a repository. It is asked by name only, see ``names.Linked``.

    A repository that moved is found by GitHub's own redirect, and one that several papers
    link to is asked for once where their names stand together. ``resume`` is the place in the
    list of names. A key is not needed; with one GitHub answers 5,000 times an hour and not 60,
    and a repository that moved takes two answers.
    """

    name = SOURCE
    title = "GitHub, stars of linked code"
    base_url = BASE
    needs: tuple[Need, ...] = ("contact",)
    schedule = "40 * * * *"
    zone = "UTC"
    feeds: tuple[str, ...] = ()
    heals: tuple[str, ...] = ()
    repositories: tuple[int, int] = (50, 4_000)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        """All names of one repository. Raises as the contract says."""
        if not wanted.names:
            return Portion(reached=clock.now().date(), outcome="nothing-new")
        first = _place(upstream, wanted, resume)
        together, last = _together(wanted.names, first)
        items = _asked(upstream, together) if together else (_unread(upstream, wanted, first),)
        return Portion(items=items, resume=str(last) if last < len(wanted.names) else "")


def _place(upstream: Upstream, wanted: Wanted, resume: str) -> int:
    place = int(resume) if resume.isascii() and resume.isdigit() else 0 if not resume else -1
    if 0 <= place < len(wanted.names):
        return place
    raise Expired(host=_host(upstream), reason="other repositories are asked for now")


def _together(names: tuple[str, ...], first: int) -> tuple[list[Linked], int]:
    """The names from ``first`` on that ask for the same repository, and the place behind them.

    No name where the first cannot be read.
    """
    found: list[Linked] = []
    for place in range(first, len(names)):
        try:
            one = linked(names[place])
        except Broken:
            return found, max(place, first + 1)
        if found and one.asked.lower() != found[0].asked.lower():
            return found, place
        found.append(one)
    return found, len(names)


def _unread(upstream: Upstream, wanted: Wanted, place: int) -> Trouble:
    try:
        linked(wanted.names[place])
    except Broken as error:
        return received(SOURCE, upstream.base_url, str(error))
    raise AssertionError


def _asked(upstream: Upstream, papers: list[Linked]) -> tuple[Record | Trouble, ...]:
    """What is told of one repository, a Record for each paper that links to it."""
    url = f"{upstream.base_url.rstrip('/')}/repos/{papers[0].asked}"
    try:
        response = upstream.client.get(url, headers=_headers(upstream), most_bytes=_MOST_BYTES)
    except NotThere:
        moment = clock.now()
        return tuple(parse(line(paper, None, moment)) for paper in papers)
    try:
        told = values.decoded_object(response.body)
    except Broken as error:
        raise Unreadable(where=url, reason=str(error)) from None
    items: list[Record | Trouble] = []
    for paper in papers:
        raw = line(paper, told, response.asked_at)
        try:
            items.append(parse(raw))
        except Broken as error:
            items.append(received(SOURCE, url, str(error), raw=raw, source_id=paper.repository))
    return tuple(items)


def _headers(upstream: Upstream) -> Mapping[str, str]:
    key = {"Authorization": f"Bearer {upstream.key}"} if upstream.key else {}
    return _HEADERS | key


def _host(upstream: Upstream) -> str:
    return urlsplit(upstream.base_url).hostname or upstream.base_url
