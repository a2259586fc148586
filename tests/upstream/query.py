"""arXiv's query API: single ids and searches, answered as an Atom feed."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from tests.upstream import answers
from tests.upstream.answers import Answer, Asked, stamp
from tests.upstream.archive import Archive
from tests.upstream.records import Paper, Version

FAULTS: Final = ("empty-page", "protocol-error", "duplicates", "broken-record")
MOST_AT_ONCE: Final = 2_000
MOST_IN_ALL: Final = 30_000
_ATOM: Final = "application/atom+xml; charset=utf-8"
_PDF: Final = 'rel="related" type="application/pdf" title="pdf"'
_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(\d+))?")
_LEXEMES = re.compile(r"\(|\)|\bANDNOT\b|\bAND\b|\bOR\b|\w+:\[[^\]]*\]|\w+:\"[^\"]*\"|[^\s()]+")
_FOUND = tuple[Paper, Version]
_HEAD: Final = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
    ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
)


class BadQuery(Exception):
    """A query that the service does not take: status 400, the reason in an entry."""


@dataclass(frozen=True, slots=True)
class QueryService:
    """Answers ``/api/query``."""

    archive: Archive

    def answer(self, asked: Asked, fault: str = "") -> Answer:
        given = asked.field
        try:
            if fault == "protocol-error":
                return self._error("service temporarily out of order", status=200)
            start, most = _numbers(given)
            found = self._found(given)
        except BadQuery as error:
            return self._error(str(error), status=400)
        page = found[start : start + most]
        if fault == "empty-page":
            page = []
        entries = [_entry(paper, version) for paper, version in page]
        if fault == "duplicates":
            entries += entries[: max(len(entries) // 3, 1)]
        if fault == "broken-record" and entries:
            entries[-1] = re.sub(r"<id>.*</id>", "<id>http://arxiv.org/abs/</id>", entries[-1])
        return answers.xml(self._feed(given, (start, most, len(found)), entries), _ATOM)

    def _found(self, given: dict[str, str]) -> list[_FOUND]:
        ids = [one for one in given.get("id_list", "").split(",") if one]
        search = given.get("search_query", "")
        if not ids and not search:
            raise BadQuery("search_query or id_list must be given")
        test = _parsed(search) if search else lambda _: True
        if ids:
            found = (self._named(one) for one in ids)
            return [one for one in found if one and test(one[0])]
        matching = [paper for paper in self.archive.papers.values() if test(paper)]
        return [(paper, paper.newest) for paper in _ordered(matching, given)]

    def _named(self, text: str) -> _FOUND | None:
        match = _ID.fullmatch(text)
        if not match:
            raise BadQuery(f"incorrect id format for {text}")
        paper = self.archive.papers.get(match[1])
        number = int(match[2] or 0)
        if not paper or paper.deleted or number > len(paper.versions):
            return None
        return paper, paper.versions[number - 1] if number else paper.newest

    def _feed(
        self, given: dict[str, str], numbers: tuple[int, int, int], entries: Iterable[str]
    ) -> str:
        start, most, total = numbers
        search, ids = given.get("search_query", ""), given.get("id_list", "")
        page = f"start={start}&max_results={most}"
        href = f"search_query={quote_plus(search, safe=':[]')}&{page}&id_list={ids}"
        digest = base64.b64encode(hashlib.sha1(href.encode(), usedforsecurity=False).digest())
        title = f"arXiv Query: search_query={search}&id_list={ids}&{page}"
        return (
            f"{_HEAD}  <id>https://arxiv.org/api/{digest.decode().rstrip('=')}</id>\n"
            f"  <title>{escape(title)}</title>\n"
            f"  <updated>{stamp(self.archive.now)}</updated>\n"
            f'  <link href="https://arxiv.org/api/query?{escape(href)}"'
            ' type="application/atom+xml"/>\n'
            f"{_counts(most, total, start)}{''.join(entries)}</feed>\n"
        )

    def _error(self, text: str, *, status: int) -> Answer:
        name = f"https://arxiv.org/api/errors#{escape(text.replace(' ', '_'))}"
        now = stamp(self.archive.now)
        body = (
            f"{_HEAD}  <id>https://arxiv.org/</id>\n  <title>arXiv Search Results</title>\n"
            f"  <updated>{now}</updated>\n{_counts(1, 1, 0)}  <entry>\n    <id>{name}</id>\n"
            f"    <title>Error</title>\n    <updated>{now}</updated>\n"
            f'    <link href="{name}" rel="alternate" type="text/html"/>\n'
            f"    <summary>{escape(text)}</summary>\n"
            "    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n</feed>\n"
        )
        return answers.xml(body, _ATOM, status=status)


def _counts(per_page: int, total: int, start: int) -> str:
    named = {"itemsPerPage": per_page, "totalResults": total, "startIndex": start}
    return "".join(f"  <opensearch:{n}>{v}</opensearch:{n}>\n" for n, v in named.items())


def _numbers(given: dict[str, str]) -> tuple[int, int]:
    numbers = []
    for name, default in (("start", "0"), ("max_results", "10")):
        text = given.get(name) or default
        if not text.isdecimal():
            raise BadQuery(f"{name} must be an integer")
        numbers.append(int(text))
    start, most = numbers
    if most > MOST_AT_ONCE:
        raise BadQuery(f"max_results must be at most {MOST_AT_ONCE}")
    if start + most > MOST_IN_ALL:
        raise BadQuery(f"start plus max_results must be at most {MOST_IN_ALL}")
    return start, most


def _ordered(papers: list[Paper], given: dict[str, str]) -> list[Paper]:
    last = given.get("sortBy") == "lastUpdatedDate"
    return sorted(
        papers,
        key=lambda paper: (paper.newest.at if last else paper.versions[0].at, paper.id),
        reverse=given.get("sortOrder", "descending") == "descending",
    )


_Test = Callable[[Paper], bool]


def _parsed(text: str) -> _Test:
    """A search as a test of a paper: AND and ANDNOT bind as they stand, from left to right."""
    lexemes = _LEXEMES.findall(text.replace("+", " "))
    test = _chain(lexemes)
    if lexemes:
        raise BadQuery(f"query could not be parsed at {lexemes[0]}")
    return test


def _chain(lexemes: list[str]) -> _Test:
    test = _one(lexemes)
    while lexemes and lexemes[0] in _JOINS:
        join = _JOINS[lexemes.pop(0)]
        test = join(test, _one(lexemes))
    return test


_JOINS: Final[dict[str, Callable[[_Test, _Test], _Test]]] = {
    "AND": lambda left, right: lambda paper: left(paper) and right(paper),
    "OR": lambda left, right: lambda paper: left(paper) or right(paper),
    "ANDNOT": lambda left, right: lambda paper: left(paper) and not right(paper),
}


def _one(lexemes: list[str]) -> _Test:
    if not lexemes:
        raise BadQuery("query ends too early")
    lexeme = lexemes.pop(0)
    if lexeme == "(":
        test = _chain(lexemes)
        if not lexemes or lexemes.pop(0) != ")":
            raise BadQuery("a bracket is not closed")
        return test
    name, colon, value = lexeme.partition(":")
    if name in ("submittedDate", "lastUpdatedDate"):
        return _between(name, value)
    if not colon:
        name, value = "all", lexeme
    if name not in _FIELDS:
        raise BadQuery(f"unknown field {name}")
    if name == "cat":
        wanted = value.strip('"').removesuffix("*")
        return lambda paper: any(one.startswith(wanted) for one in paper.categories)
    fields, wanted = _FIELDS[name], value.strip('"').lower()
    return lambda paper: wanted in fields(paper).lower()


_FIELDS: Final[dict[str, Callable[[Paper], str]]] = {
    "ti": lambda paper: paper.title,
    "au": lambda paper: ", ".join(paper.authors),
    "abs": lambda paper: paper.abstract,
    "co": lambda paper: paper.comment,
    "jr": lambda paper: paper.journal_ref,
    "id": lambda paper: paper.id,
    "cat": lambda paper: " ".join(paper.categories),
    "all": lambda paper: f"{paper.title} {' '.join(paper.authors)} {paper.abstract}",
}


def _between(name: str, value: str) -> _Test:
    match = re.fullmatch(r"\[(\d{12}(?:\d\d)?) TO (\d{12}(?:\d\d)?)\]", value)
    if not match:
        raise BadQuery(f"{name} must be [YYYYMMDDTTTT TO YYYYMMDDTTTT]")
    low, high = match[1].ljust(14, "0"), match[2].ljust(14, "9")

    def at(paper: Paper) -> Version:
        return paper.versions[0] if name == "submittedDate" else paper.newest

    return lambda paper: low <= f"{at(paper).at:%Y%m%d%H%M%S}" <= high


def _entry(paper: Paper, version: Version) -> str:
    name = f"{paper.id}v{version.number}"
    scheme = 'scheme="http://arxiv.org/schemas/atom"'
    doi = f"https://doi.org/{escape(paper.doi)}"
    return "".join(
        (
            f"  <entry>\n    <id>http://arxiv.org/abs/{name}</id>\n",
            _tag("title", version.title),
            _tag("updated", stamp(version.at)),
            f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>\n',
            f'    <link href="https://arxiv.org/pdf/{name}" {_PDF}/>\n',
            _tag("summary", version.abstract),
            *(f'    <category term="{one}" {scheme}/>\n' for one in paper.categories),
            _tag("published", stamp(paper.versions[0].at)),
            _tag("arxiv:comment", version.comment),
            f'    <arxiv:primary_category term="{paper.categories[0]}"/>\n',
            _tag("arxiv:journal_ref", paper.journal_ref),
            *(
                f"    <author>\n      <name>{escape(one)}</name>\n    </author>\n"
                for one in version.authors
            ),
            _tag("arxiv:doi", paper.doi),
            f'    <link rel="related" href="{doi}" title="doi"/>\n' * bool(paper.doi),
            "  </entry>\n",
        )
    )


def _tag(name: str, text: str) -> str:
    return f"    <{name}>{escape(text)}</{name}>\n" if text else ""
