"""One paper as an OAI record, in each format of arXiv's service. Rendered once, then kept."""

from collections.abc import Callable, Iterable
from typing import Final
from xml.sax.saxutils import escape

from tests.upstream import records, taxonomy
from tests.upstream.records import Paper

_XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc"


def header(paper: Paper) -> str:
    """The header; of a deleted paper with its mark."""
    status = ' status="deleted"' if paper.deleted else ""
    specs = "".join(
        f"            <setSpec>{taxonomy.set_spec(one)}</setSpec>\n" for one in paper.categories
    )
    return (
        f"                <header{status}>\n"
        f"        <identifier>oai:arXiv.org:{paper.id}</identifier>\n"
        f"        <datestamp>{paper.datestamp}</datestamp>\n{specs}    </header>\n\n"
    )


def record(paper: Paper, prefix: str) -> str:
    """A record in one of FORMATS."""
    body = "" if paper.deleted else _metadata(FORMATS[prefix](paper))
    return f"                    <record>\n{header(paper)}{body}        </record>\n\n"


def _metadata(inner: str) -> str:
    return f"            <metadata>\n{inner}\n            </metadata>\n"


def _opening(name: str) -> str:
    space = f"http://arxiv.org/OAI/{name}/"
    return (
        f'                        <{name} xmlns="{space}" {_XSI}'
        f' xsi:schemaLocation="{space} https://oaipmh.arxiv.org/OAI/{name}.xsd">\n'
        "        <id>{}</id>\n"
    )


_ARXIV: Final = _opening("arXiv")
_RAW: Final = _opening("arXivRaw")


def _fields(facts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"            <{name}>{escape(text)}</{name}>\n" for name, text in facts if text)


def _arxiv(paper: Paper) -> str:
    return (
        _ARXIV.format(paper.id)
        + f"        <created>{paper.updated}</created>\n"
        + f"            <updated>{paper.datestamp}</updated>\n        <authors>\n"
        + "".join(map(_author, paper.authors))
        + f"        </authors>\n        <title>{escape(paper.title)}</title>\n"
        + _fields(_facts(paper))
        + "    </arXiv>\n"
    )


def _author(name: str) -> str:
    forenames, keyname, suffix = records.name_parts(name)
    return (
        "                <author>\n"
        f"                    <keyname>{escape(keyname)}</keyname>\n"
        + (
            f"                        <forenames>{escape(forenames)}</forenames>\n"
            * bool(forenames)
        )
        + (f"                        <suffix>{escape(suffix)}</suffix>\n" * bool(suffix))
        + "                </author>\n"
    )


def _facts(paper: Paper) -> list[tuple[str, str]]:
    return [
        ("categories", " ".join(paper.categories)),
        ("comments", paper.comment),
        ("journal-ref", paper.journal_ref),
        ("doi", paper.doi),
        ("license", paper.license),
        ("abstract", paper.abstract),
    ]


def _raw(paper: Paper) -> str:
    versions = "".join(
        f'            <version version="v{one.number}">\n'
        f"                <date>{one.at:%a, %d %b %Y %H:%M:%S} GMT</date>\n"
        f"                <size>{one.size_kb}kb</size>\n"
        f"                    <source_type>{one.source_type}</source_type>\n"
        "            </version>\n"
        for one in paper.versions
    )
    submitter = escape(next(iter(paper.authors), "Anonymous"))
    return (
        _RAW.format(paper.id)
        + f"        <submitter>{submitter}</submitter>\n{versions}"
        + f"        <title>{escape(paper.title)}</title>\n"
        + f"        <authors>{escape(', '.join(paper.authors))}</authors>\n"
        + _fields(_facts(paper))
        + "    </arXivRaw>\n"
    )


def _dublin_core(paper: Paper) -> str:
    creators = []
    for forenames, keyname, suffix in map(records.name_parts, paper.authors):
        last = f"{keyname} {suffix}".strip()
        creators.append(f"{last}, {forenames}" if forenames else last)
    dates = [paper.published, *([paper.updated] if len(paper.versions) > 1 else [])]
    doi = f"doi:{paper.doi}" if paper.doi else ""
    facts = [
        ("title", paper.title),
        *(("creator", one) for one in creators),
        *(("subject", taxonomy.name(one)) for one in paper.categories),
        ("description", paper.abstract),
        ("description", paper.comment),
        *(("date", one.isoformat()) for one in dates),
        ("type", "text"),
        ("identifier", f"https://arxiv.org/abs/{paper.id}"),
        ("identifier", f"http://arxiv.org/abs/{paper.id}"),
        ("identifier", paper.journal_ref),
        ("identifier", doi),
    ]
    return (
        f'                        <oai_dc:dc xmlns:oai_dc="{_DC}/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" {_XSI}'
        f' xsi:schemaLocation="{_DC}/ https://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n'
        + _fields((f"dc:{name}", text) for name, text in facts)
        + "    </oai_dc:dc>\n"
    )


FORMATS: Final[dict[str, Callable[[Paper], str]]] = {
    "oai_dc": _dublin_core,
    "arXiv": _arxiv,
    "arXivRaw": _raw,
}
