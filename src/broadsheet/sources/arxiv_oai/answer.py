"""What an OAI-PMH answer holds beside its records: errors, the token, the moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from broadsheet.kernel.text import clean
from broadsheet.sources import slices, values
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, document

_ROOT = "OAI-PMH"
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer taken apart. ``errors`` are codes with their texts, all of them with status 200.

    ``responded`` is the day of the answer in UTC, None where it is not told.
    """

    raws: tuple[bytes, ...]
    errors: Mapping[str, str]
    token: str
    responded: date | None


@dataclass(frozen=True, slots=True)
class Header:
    """One line of an answer to ListIdentifiers."""

    name: str
    datestamp: date
    sets: tuple[str, ...]


def answer(body: bytes, of: str = "record") -> Answer:
    """Take an answer apart; ``of`` is "header" where only identifiers were asked for.

    Raises BadXml for a body that is no whole OAI-PMH answer.
    """
    raws, rest = slices.cut(slices.utf8(body), of)
    root = document(rest)
    if root.tag.rpartition("}")[2] != _ROOT:
        raise BadXml(f"it is XML, but no OAI-PMH answer: its root is {clean(root.tag)[:60]}")
    errors = {}
    token = ""
    for element in root.iter():
        match element.tag.rpartition("}")[2]:
            case "error":
                errors[element.get("code", "")] = clean(element.text or "")[:_SHOWN]
            case "resumptionToken":
                token = (element.text or "").strip()
    said = root.findtext("{*}responseDate") or ""
    return Answer(raws=tuple(raws), errors=errors, token=token, responded=_day(said))


def _day(moment: str) -> date | None:
    try:
        return date.fromisoformat(moment.strip()[: len("2026-11-21")])
    except ValueError:
        return None


def header(raw: bytes) -> Header:
    """Read one ``header`` element. Raises Broken."""
    identifier = datestamp = ""
    sets = []
    for child in slices.tree(raw, "header"):
        said = (child.text or "").strip()
        match slices.local(child.tag):
            case "identifier":
                identifier = said
            case "datestamp":
                datestamp = said
            case "setSpec":
                sets.append(said)
    day = values.day({"datestamp": datestamp}, "datestamp")
    if not identifier or day is None:
        raise Broken("it has no identifier or no datestamp")
    return Header(identifier, day, tuple(sets))
