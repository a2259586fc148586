"""What every answer of an OAI-PMH service is framed in, its errors, and what it says of itself."""

import re
from datetime import date
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tests.upstream import oai_records, taxonomy
from tests.upstream.records import EARLIEST

BASE: Final = "https://oaipmh.arxiv.org/oai"
PREFIX: Final = "oai:arXiv.org:"
SAID: Final = {
    "badArgument": "The request includes illegal arguments, is missing required arguments, includes"
    " a repeated argument, or values for arguments have an illegal syntax.",
    "badVerb": "Value of the verb argument is not a legal OAI-PMH verb, the verb argument is"
    " missing, or the verb argument is repeated.",
    "badResumptionToken": "The value of the resumptionToken argument is invalid or expired.",
    "cannotDisseminateFormat": "The metadata format identified by the value given for the"
    " metadataPrefix argument is not supported by the item or by the repository.",
    "idDoesNotExist": "The value of the identifier argument is unknown or illegal in this"
    " repository.",
    "noRecordsMatch": "The combination of the values of the from, until, set, and metadataPrefix"
    " arguments results in an empty list.",
}
_SCHEMAS: Final = (
    ("oai_dc", "https://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
    ("arXiv", "https://oaipmh.arxiv.org/OAI/arXiv.xsd", "http://arxiv.org/OAI/arXiv/"),
    ("arXivRaw", "https://oaipmh.arxiv.org/OAI/arXivRaw.xsd", "http://arxiv.org/OAI/arXivRaw/"),
)  # fmt: skip


class ProtocolError(Exception):
    """What becomes ``<error code=…>`` with status 200; ``shown`` are arguments to repeat."""

    def __init__(self, code: str, reason: str = "", shown: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.shown = code, reason, shown or {}


def day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        whole = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)
        return date.fromisoformat(whole[0] if whole else "")
    except ValueError:
        raise ProtocolError("badArgument", f"{name} date format must be YYYY-MM-DD") from None


def check_format(prefix: str, shown: dict[str, str]) -> None:
    if prefix not in oai_records.FORMATS:
        raise ProtocolError("cannotDisseminateFormat", "Did not recognize requested format", shown)


def request(shown: dict[str, str]) -> str:
    named = "".join(f" {name}={quoteattr(text)}" for name, text in shown.items() if text)
    return f"                <request{named}>{BASE}</request>\n\n\n"


def resumed(verb: str, token: str) -> str:
    named = f"verb='{verb}' resumptionToken='{escape(token)}'"
    return f"                <request {named}>{BASE}</request>\n\n\n"


def element(name: str, inner: str) -> str:
    return f"    <{name}>\n{inner}    </{name}>\n"


def identify(given: dict[str, str]) -> str:
    if given.keys() != {"verb"}:
        raise ProtocolError("badArgument", "No other parameters allowed for Identify")
    facts = {
        "repositoryName": "arXiv",
        "baseURL": BASE,
        "protocolVersion": "2.0",
        "adminEmail": "help@arxiv.org",
        "earliestDatestamp": EARLIEST.isoformat(),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DD",
    }
    inner = "".join(f"        <{name}>{text}</{name}>\n" for name, text in facts.items())
    return request(given) + element("Identify", inner)


def sets(given: dict[str, str]) -> str:
    if given.keys() != {"verb"}:
        raise ProtocolError("badArgument", "No other parameters allowed")
    inner = "".join(
        f"                <set>\n        <setSpec>{spec}</setSpec>\n"
        f"        <setName>{escape(name)}</setName>\n    </set>\n\n"
        for spec, name in taxonomy.sets()
    )
    return request(given) + element("ListSets", inner)


def formats() -> str:
    """The element that lists them."""
    return element("ListMetadataFormats", "\n".join(map(_format, _SCHEMAS)))


def _format(row: tuple[str, str, str]) -> str:
    prefix, schema, space = row
    return (
        f"                <metadataFormat>\n    <metadataPrefix>{prefix}</metadataPrefix>\n"
        f"    <schema>{schema}</schema>\n"
        f"    <metadataNamespace>{space}</metadataNamespace>\n</metadataFormat>\n"
    )
