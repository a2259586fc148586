"""Asking arXiv's OAI-PMH service: records by the day they changed, and the day's new numbers.

All errors of the protocol come with status 200. Answers about today are kept for hours on the
way here, errors until midnight, so nothing is asked from today on: yesterday is asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.kernel.text import clean
from broadsheet.sources import arxiv
from broadsheet.sources.arxiv_oai import sets
from broadsheet.sources.arxiv_oai.answer import Answer, answer
from broadsheet.sources.arxiv_oai.parse import discreet, named, parse
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.live import Need, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml

BASE: Final = "https://oaipmh.arxiv.org/oai"
# Nothing carries an older datestamp, and asking from before it is an error.
EARLIEST: Final = date(2005, 9, 16)
_DAY: Final = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class ArxivOAI:
    """A LiveSource: all metadata in one format, by datestamp or by number.

    ``resume`` is a set and a token, or the place in the list of names.
    """

    name: str
    title: str
    prefix: str
    schedule: str
    base_url: str = BASE
    needs: tuple[Need, ...] = ("contact",)
    zone: str = arxiv.ZONE
    feeds: tuple[str, ...] = ()
    heals: tuple[str, ...] = ()
    repositories: tuple[int, int] = (0, 0)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        if wanted.names:
            return self._one(upstream, wanted.names, place(upstream, resume))
        asked = sets.specs(upstream.categories)
        spec, _, token = resume.partition(" ") if resume else (asked[0], "", "")
        if spec not in asked:
            raise Expired(host=host(upstream), reason="other categories are asked for now")
        params = {"verb": "ListRecords"}
        if token:
            params["resumptionToken"] = token
        else:
            params |= {"metadataPrefix": self.prefix} | _span(wanted)
            params |= {"set": spec} if spec else {}
        got = get(upstream, params)
        left = asked[asked.index(spec) + 1 :]
        following = f"{spec} {got.token}" if got.token else f"{left[0]} " if left else ""
        items = self._items(upstream, got)
        return Portion(
            items=items,
            resume=following,
            reached=_reached(items, got, wanted) if len(asked) == 1 or not following else None,
            outcome="found" if items else "nothing-new",
        )

    def _one(self, upstream: Upstream, names: tuple[str, ...], at: int) -> Portion:
        """The record of one name."""
        if at >= len(names):
            raise Expired(host=host(upstream), reason="other numbers are asked for now")
        following = str(at + 1) if at + 1 < len(names) else ""
        found = identifiers.arxiv(names[at])
        if not found:
            reason = f"“{clean(names[at][:60])}” is no arXiv number"
            return Portion(
                items=(received(self.name, upstream.base_url, reason),), resume=following
            )
        identifier = f"oai:arXiv.org:{found[0]}"
        params = {"verb": "GetRecord", "metadataPrefix": self.prefix, "identifier": identifier}
        got = get(upstream, params)
        items = self._items(upstream, got)
        if not items:
            reason = "arXiv knows no paper of this number"
            items = (received(self.name, upstream.base_url, reason, source_id=found[0]),)
        return Portion(items=items, resume=following)

    def _items(self, upstream: Upstream, got: Answer) -> tuple[Record | Trouble, ...]:
        items: list[Record | Trouble] = []
        for told in got.raws:
            raw = discreet(told)
            try:
                items.append(parse(raw))
            except Broken as error:
                number = named(raw)
                url = upstream.base_url
                items.append(received(self.name, url, error, raw=raw, source_id=number))
        return tuple(items)


def get(upstream: Upstream, params: Mapping[str, str], of: str = "record") -> Answer:
    """One answer without an error. Raises NotAsked, Unreadable, or Expired for an old token.

    Where nothing matches, or a number is not known, it holds no records.
    """
    response = upstream.client.get(upstream.base_url, params)
    try:
        got = answer(response.body, of)
    except BadXml as error:
        raise Unreadable(where=host(upstream), reason=str(error)) from None
    for code, said in got.errors.items():
        if code == "badResumptionToken":
            raise Expired(host=host(upstream), reason=said or code)
        if code not in ("noRecordsMatch", "idDoesNotExist"):
            about = f" about the set {params['set']}" if "set" in params else ""
            raise NotAsked(host=host(upstream), reason=f"it answered {code}{about}: {said}")
    return got


def place(upstream: Upstream, resume: str) -> int:
    """How many names were asked for before. Raises Expired for what is no such number."""
    if not resume:
        return 0
    if not resume.isdecimal():
        raise Expired(host=host(upstream), reason="other names are asked for now")
    return int(resume)


def host(upstream: Upstream) -> str:
    """The upstream's name for a sentence."""
    return urlsplit(upstream.base_url).hostname or upstream.base_url


def _span(wanted: Wanted) -> dict[str, str]:
    """From and until as the service takes them; both days included."""
    today = clock.now().date()
    span = {}
    if wanted.since:
        span["from"] = max(min(wanted.since, today - _DAY), EARLIEST).isoformat()
    if wanted.until and wanted.until < today:
        span["until"] = max(wanted.until, EARLIEST).isoformat()
    return span


def _reached(items: tuple[Record | Trouble, ...], got: Answer, wanted: Wanted) -> date | None:
    """The day from which to ask again.

    Records come by datestamp: before the newest one here nothing is missing. After the last
    portion it is the day before the answer, for that day's records may still change.
    """
    if not got.token and got.responded:
        day = got.responded - _DAY
        return min(day, wanted.until) if wanted.until else day
    days = [item.seen_at.date() for item in items if isinstance(item, Record)]
    return max(days, default=None)


METADATA: Final = ArxivOAI(
    name="arxiv_oai",
    title="arXiv, all metadata (OAI-PMH)",
    prefix="arXiv",
    schedule="45 22 * * 0-4",
)
VERSIONS: Final = ArxivOAI(
    name="arxiv_raw",
    title="arXiv, all metadata with versions (OAI-PMH)",
    prefix="arXivRaw",
    schedule="15 23 * * 0-4",
)
