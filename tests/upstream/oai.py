"""arXiv's OAI-PMH service: verbs, arguments, pages and tokens as the real one has them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from tests.upstream import answers, oai_records, taxonomy
from tests.upstream import oai_protocol as protocol
from tests.upstream.answers import Answer, Asked
from tests.upstream.archive import Archive
from tests.upstream.oai_protocol import PREFIX, SAID, ProtocolError
from tests.upstream.records import EARLIEST, Paper

_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")
_LISTED_BY: Final = frozenset(("verb", "metadataPrefix", "from", "until", "set"))
_SPECS: Final = frozenset(spec for spec, _ in taxonomy.sets())
_INVENTED_ERRORS: Final = {
    "expired-token": ProtocolError("badResumptionToken", "Token has expired."),
    "protocol-error": ProtocolError("badArgument", "database query failed"),
}
FAULTS: Final = (
    *_INVENTED_ERRORS,
    "repeated-page",
    "swapped-pages",
    "shuffled",
    "duplicates",
    "broken-record",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A list that is asked for, with how many of its papers to pass over."""

    verb: str
    prefix: str
    since: str = ""
    until: str = ""
    spec: str = ""
    skip: int = 0

    def token(self, since: date | str, skip: int) -> str:
        """The query that goes on, quoted twice as the real service writes it."""
        named = {"verb": self.verb, "metadataPrefix": self.prefix, "from": str(since)}
        named |= {"until": self.until, "set": self.spec, "skip": str(skip)}
        return quote(urlencode({name: text for name, text in named.items() if text}))


@dataclass(slots=True)
class OaiService:
    """Answers ``/oai``; ``per_page`` records or ``headers_per_page`` headers at a time."""

    archive: Archive
    per_page: int = 2_500
    headers_per_page: int = 20_000
    _rendered: dict[tuple[str, str], tuple[Paper, str]] = field(default_factory=dict)
    _in_set: dict[str, tuple[int, list[Paper]]] = field(default_factory=dict)
    _swapped: dict[str, list[Paper]] = field(default_factory=dict)

    def answer(self, asked: Asked, fault: str = "") -> Answer:
        """The answer to a request, with one of FAULTS where one is named."""
        try:
            text = self._verb(_once_each(asked), fault)
        except ProtocolError as error:
            said = SAID[error.code] + (f" Reason: {error.reason}" if error.reason else "")
            text = protocol.request(error.shown)
            text += f"    <error code='{error.code}'>{said}</error>\n"
        return answers.xml(self._whole(text), "application/xml")

    def _verb(self, given: dict[str, str], fault: str) -> str:
        if fault in _INVENTED_ERRORS:
            raise _INVENTED_ERRORS[fault]
        verb = given.get("verb", "")
        plain: dict[str, Callable[[dict[str, str]], str]] = {
            "Identify": protocol.identify,
            "ListMetadataFormats": self._formats,
            "ListSets": protocol.sets,
            "GetRecord": self._record,
        }
        if verb in plain:
            return plain[verb](given)
        if verb in ("ListRecords", "ListIdentifiers"):
            return self._list(given, fault)
        raise ProtocolError("badVerb", "Invalid verb provided")

    def _formats(self, given: dict[str, str]) -> str:
        if given.keys() - {"verb", "identifier"}:
            raise ProtocolError("badArgument", "Only allowed parameters are verb, identifier")
        if "identifier" in given:
            self._paper(given["identifier"])
        return protocol.request(given) + protocol.formats()

    def _record(self, given: dict[str, str]) -> str:
        if given.keys() != {"verb", "identifier", "metadataPrefix"}:
            raise ProtocolError(
                "badArgument",
                "Parameters provided did not match expected. Expected: identifier,"
                " metadataPrefix, verb",
            )
        paper = self._paper(given["identifier"])
        protocol.check_format(
            given["metadataPrefix"], {k: given[k] for k in ("verb", "identifier")}
        )
        shown = {name: given[name] for name in ("verb", "identifier", "metadataPrefix")}
        return protocol.request(shown) + protocol.element(
            "GetRecord", self._text(paper, given["metadataPrefix"])
        )

    def _paper(self, identifier: str) -> Paper:
        if not identifier.startswith(PREFIX):
            raise ProtocolError("idDoesNotExist", f"All identifiers start with: {PREFIX}")
        paper_id = identifier.removeprefix(PREFIX)
        if not _ARXIV_ID.fullmatch(paper_id):
            raise ProtocolError("idDoesNotExist", "Invalid arXiv_id structure")
        if paper_id not in self.archive.papers:
            raise ProtocolError("idDoesNotExist", "Nothing found for this id")
        return self.archive.papers[paper_id]

    def _list(self, given: dict[str, str], fault: str) -> str:
        token = given.get("resumptionToken")
        query = self._query(given)
        limit = self.per_page if query.verb == "ListRecords" else self.headers_per_page
        papers = self._matching(query)[query.skip : query.skip + limit + 1]
        if not papers:
            raise ProtocolError("noRecordsMatch")
        page, following = papers[:limit], ""
        if len(papers) > limit:
            following = self._following(query, papers, limit)
        if fault == "repeated-page":
            following = query.token(query.since, query.skip)
        page = self._out_of_order(page, token or "", following, fault)
        shown = {"verb": query.verb, "metadataPrefix": query.prefix, "from": query.since}
        shown |= {"until": query.until, "set": query.spec}
        request = protocol.resumed(query.verb, token) if token else protocol.request(shown)
        body = "".join(self._texts(page, query, fault))
        return request + protocol.element(
            query.verb, body + self._token(following, resumed=bool(token))
        )

    def _query(self, given: dict[str, str]) -> Query:
        verb = given["verb"]
        if "resumptionToken" in given:
            if given.keys() != {"verb", "resumptionToken"}:
                raise ProtocolError(
                    "badArgument", "No other paramters allowed with resumptionToken"
                )
            given = dict(parse_qsl(unquote(given["resumptionToken"])))
            if not given.get("skip", "").isdigit():
                raise ProtocolError(
                    "badResumptionToken", "Token decoding failed or format is invalid."
                )
            if given.get("verb") != verb:
                raise ProtocolError("badResumptionToken", "token from different verb")
        skip = int(given.pop("skip", "0"))
        if "metadataPrefix" not in given:
            raise ProtocolError("badArgument", "metadataPrefix required.")
        if given.keys() - _LISTED_BY:
            raise ProtocolError("badArgument", "Unallowed parameter.")
        protocol.check_format(given["metadataPrefix"], {"verb": verb})
        return self._checked(
            Query(
                verb=verb,
                prefix=given["metadataPrefix"],
                since=given.get("from", ""),
                until=given.get("until", ""),
                spec=given.get("set", ""),
                skip=skip,
            )
        )

    def _checked(self, query: Query) -> Query:
        """The query, if its dates and its set are such as the service takes."""
        today = self.archive.now.date()
        since = protocol.day("from", query.since) or EARLIEST
        until = protocol.day("until", query.until) or today
        if query.spec and query.spec not in _SPECS:
            raise ProtocolError("badArgument", "Set does not exist")
        if since > until:
            raise ProtocolError(
                "badArgument", "until date must be greater than or equal to from date"
            )
        if since < EARLIEST:
            raise ProtocolError("badArgument", "start date too early")
        if until > today + timedelta(days=1):
            raise ProtocolError("badArgument", "until date too late")
        return query

    def _matching(self, query: Query) -> list[Paper]:
        papers = self._of_set(query.spec)
        since = date.fromisoformat(query.since) if query.since else EARLIEST
        until = date.fromisoformat(query.until) if query.until else date.max
        if since <= EARLIEST and until >= self.archive.now.date():
            return papers
        return [paper for paper in papers if since <= paper.datestamp <= until]

    def _of_set(self, spec: str) -> list[Paper]:
        papers = self.archive.in_order()
        if not spec:
            return papers
        revision, found = self._in_set.get(spec, (-1, []))
        if revision != self.archive.revision:
            found = [paper for paper in papers if _stands_in(paper, spec)]
            self._in_set[spec] = (self.archive.revision, found)
        return found

    def _following(self, query: Query, papers: list[Paper], limit: int) -> str:
        """The token behind a page: from the day of the next paper, passing over those shown."""
        last = papers[limit].datestamp
        if last == papers[0].datestamp:
            return query.token(query.since, query.skip + limit)
        return query.token(last, sum(paper.datestamp == last for paper in papers[:limit]))

    def _out_of_order(
        self, page: list[Paper], token: str, following: str, fault: str
    ) -> list[Paper]:
        """The papers to show: with a fault those of the next page, and then those owed."""
        if token in self._swapped:
            return self._swapped.pop(token)
        if fault == "swapped-pages" and following:
            coming = self._query({"verb": _verb_of(following), "resumptionToken": following})
            self._swapped[following] = page
            limit = self.per_page if coming.verb == "ListRecords" else self.headers_per_page
            return self._matching(coming)[coming.skip : coming.skip + limit]
        if fault == "shuffled":
            return [*page[1::2], *page[::2]]
        return [*page, *page[: max(len(page) // 3, 1)]] if fault == "duplicates" else page

    def _texts(self, page: list[Paper], query: Query, fault: str) -> list[str]:
        if query.verb == "ListIdentifiers":
            return [oai_records.header(paper) for paper in page]
        texts = [self._text(paper, query.prefix) for paper in page]
        if fault == "broken-record":
            middle = len(texts) // 2
            texts[middle] = re.sub(r"<(/?)(id|dc:title)>", r"<\1di>", texts[middle])
        return texts

    def _text(self, paper: Paper, prefix: str) -> str:
        of, text = self._rendered.get((paper.id, prefix), (None, ""))
        if of is not paper:
            text = oai_records.record(paper, prefix)
            self._rendered[paper.id, prefix] = (paper, text)
        return text

    def _token(self, following: str, *, resumed: bool) -> str:
        if following:
            expires = self.archive.now.date() + timedelta(days=1)
            expiry = f"expirationDate='{expires}T00:00:00Z'"
            return (
                f"                    <resumptionToken {expiry}>{following}</resumptionToken>\n\n"
            )
        return "                    <resumptionToken/>\n\n" if resumed else ""

    def _whole(self, inner: str) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \n'
            '         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
            '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/'
            ' http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
            f"    <responseDate>{answers.stamp(self.archive.now)}</responseDate>\n"
            f"{inner}</OAI-PMH>"
        )


def _once_each(asked: Asked) -> dict[str, str]:
    given = asked.field
    if len(given) < len(asked.fields):
        raise ProtocolError("badArgument", "Duplicate parameters not allowed")
    return given


def _stands_in(paper: Paper, spec: str) -> bool:
    return any(f"{taxonomy.set_spec(one)}:".startswith(f"{spec}:") for one in paper.categories)


def _verb_of(token: str) -> str:
    return dict(parse_qsl(unquote(token)))["verb"]
