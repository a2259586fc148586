"""The numbers of a day, from ListIdentifiers: a second word, beside the feeds, for the ledger.

Numbers are given as papers are announced, each greater than those before it. So of everything
that changed on a day the new papers are those beyond the greatest number of the days before.
What changes again later moves on to that day: a list is best asked for on the day itself.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from broadsheet.kernel import clock, identifiers
from broadsheet.sources import arxiv
from broadsheet.sources.arxiv_oai import sets
from broadsheet.sources.arxiv_oai.answer import Header, header
from broadsheet.sources.arxiv_oai.client import BASE, EARLIEST, get
from broadsheet.sources.contract import AnnouncementKind, Trouble
from broadsheet.sources.live import Listed, Need, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken

# So far back there is always a day of announcements, whose numbers the next are beyond.
_BEFORE: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a listing is: the day, the greatest number of the days before it, and so far."""

    day: str = ""
    before: str = ""
    greatest: str = ""

    @classmethod
    def of(cls, resume: str) -> tuple["_Place", str]:
        if not resume:
            return cls(), ""
        day, before, greatest, token = (*resume.split(" ", 3), "", "", "")[:4]
        return cls(day, before, greatest), token

    def then(self, token: str) -> str:
        return f"{self.day} {self.before} {self.greatest} {token}" if token else ""

    def on(self, day: str) -> "_Place":
        return self if day == self.day else replace(self, day=day, before=self.greatest)

    def with_(self, number: str) -> "_Place":
        return replace(self, greatest=max(self.greatest, number))


class ArxivNumbers:
    """A LiveSource without records: the new numbers of each day, as listed by OAI-PMH.

    Nothing is listed of days before the first announcement seen, for want of a comparison.
    """

    name = "arxiv_numbers"
    title = "arXiv, new numbers by day (OAI-PMH)"
    base_url = BASE
    needs: tuple[Need, ...] = ("contact",)
    schedule = "10 23 * * 0-4"
    zone = arxiv.ZONE
    feeds: tuple[str, ...] = (arxiv.FEED,)
    heals: tuple[str, ...] = ()
    repositories: tuple[int, int] = (0, 0)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        """The listing is one for all categories; only papers of those wanted are named."""
        today = clock.now().date()
        since = min(wanted.since or today, today)
        place, token = _Place.of(resume)
        params = {"verb": "ListIdentifiers"}
        if token:
            params["resumptionToken"] = token
        else:
            first = max(since - _BEFORE, EARLIEST)
            params |= {"metadataPrefix": "arXiv", "from": first.isoformat()}
        got = get(upstream, params, "header")
        days: dict[date, dict[str, AnnouncementKind]] = {}
        wanted_sets = {sets.spec(category) for category in upstream.categories}
        lines, troubles = _headers(upstream, got.raws)
        for line in sorted(lines, key=lambda one: one.datestamp):
            number = _given(line)
            place = place.on(line.datestamp.isoformat())
            is_new = bool(place.before) and number > place.before
            if is_new and line.datestamp >= since:
                named = days.setdefault(line.datestamp, {})
                if not wanted_sets or sets.is_within(line.sets, wanted_sets):
                    named[f"arxiv:{number}"] = "new"
            place = place.with_(number)
        listed = [
            Listed(
                feed=arxiv.FEED,
                day=day,
                names=names,
                # The last day of a page may go on with the next one.
                whole=not got.token or day.isoformat() < place.day,
            )
            for day, names in days.items()
            if not wanted.until or day <= wanted.until
        ]
        return Portion(
            items=tuple(troubles),
            listed=tuple(listed),
            resume=place.then(got.token),
            reached=since,
            outcome="found" if listed else "nothing-new",
        )


def _headers(upstream: Upstream, raws: tuple[bytes, ...]) -> tuple[list[Header], list[Trouble]]:
    """The lines that can be read, and those that cannot: they name nothing to look for."""
    lines: list[Header] = []
    troubles: list[Trouble] = []
    for raw in raws:
        try:
            lines.append(header(raw))
        except Broken as error:
            troubles.append(received(ArxivNumbers.name, upstream.base_url, error, raw=raw))
    return lines, troubles


def _given(line: Header) -> str:
    """The number of a line if it is one of those given since 2007, which sort by age; or ""."""
    found = identifiers.arxiv(line.name)
    return found[0] if found and "/" not in found[0] else ""
