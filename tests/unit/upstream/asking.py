"""A client that knows nothing of the server but HTTP, and the skeleton of what it gets."""

import http.client
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.upstream import records

AGENT = "Broadsheet/0.1 (+https://papers.example/about; mailto:kim@papers.example)"
NAMES = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "atom": "http://www.w3.org/2005/Atom",
    "arxiv": "http://arxiv.org/schemas/atom",
    "opensearch": "http://a9.com/-/spec/opensearch/1.1/",
}


@dataclass(frozen=True, slots=True)
class Got:
    """An answer: names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def tree(self) -> ET.Element:
        return tree(self.body)

    @property
    def error(self) -> str:
        """The code of an OAI error, "" where there is none."""
        found = self.tree.find("oai:error", NAMES)
        return "" if found is None else found.get("code", "")

    @property
    def token(self) -> str:
        return self.tree.findtext(".//oai:resumptionToken", "", NAMES)

    @property
    def ids(self) -> list[str]:
        """Identifiers of OAI records or headers, in order."""
        found = self.tree.iterfind(".//oai:header/oai:identifier", NAMES)
        return [(one.text or "").removeprefix("oai:arXiv.org:") for one in found]


def tree(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314  # our own words, or recorded ones


def get(url: str, *, agent: str = AGENT, **more) -> Got:
    """Ask once, on a connection of its own; ``form`` makes it a POST, ``query`` is encoded."""
    parts = urlsplit(url)
    query = parts.query or urlencode(more.get("query", {}))
    path = f"{parts.path}?{query}" if query else parts.path
    connection = http.client.HTTPConnection(parts.netloc, timeout=more.get("timeout", 60))
    headers = {"User-Agent": agent, **more.get("headers", {})}
    try:
        if "form" in more:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(more["form"]), headers)
        else:
            connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        named = {name.lower(): text for name, text in answer.getheaders()}
        return Got(answer.status, named, answer.read())
    finally:
        connection.close()


def harvest(url: str, *, most: int = 1_000, **query: str) -> tuple[list[str], list[Got]]:
    """All identifiers of a list in the order they came, and the pages they came on."""
    pages = [get(url, query=query)]
    while token := pages[-1].token:
        pages.append(get(url, query={"verb": query["verb"], "resumptionToken": token}))
        assert len(pages) <= most, "the list does not end"
    return [one for page in pages for one in page.ids], pages


def skeleton(element: ET.Element, above: str = "") -> set[str]:
    """Every path of elements and attributes that occurs."""
    path = f"{above}/{element.tag}"
    paths = {path} | {f"{path}@{name}" for name in element.attrib}
    return paths.union(*(skeleton(child, path) for child in element))


def plain(text: str) -> str:
    """Without the blanks between elements, and one blank for many."""
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", text)).strip()


def line(number: int, day: str, **more) -> records.Line:
    """One paper as a line of the corpus, announced on a day."""
    return {
        "id": f"2604.{number:05}",
        "title": f"Paper {number}",
        "abstract": f"Of {number} & more.",
        "authors": ["Ada Lovelace"],
        "categories": ["cs.CL"],
        "announced": day,
        **more,
    }
