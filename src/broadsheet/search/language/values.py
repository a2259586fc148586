"""The values of the fields that are no text: each reader gives a node or says what is wrong."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from broadsheet.kernel import dates, identifiers
from broadsheet.search.language.tree import Category, Code, Dates, Like, Named, Node, Organization

_RANGE: Final = re.compile(r"\s*(.*?)\s*\.\.+\s*(.*?)\s*")
_LONGEST_CATEGORY: Final = 100
_KEY: Final = re.compile(r"[^\s\"]{1,120}")

Reading = tuple[Node | None, str]


def named(text: str) -> Reading:
    """``id:``, in any usual form."""
    identifier = identifiers.parse(text)
    if identifier is None or not survives(identifier):
        return None, f"“{text[:80]}” is no identifier known here (arXiv, DOI, ACL, address)."
    return Named(identifier), ""


def survives(identifier: identifiers.Identifier) -> bool:
    """Whether it can be written down in a query again."""
    bare = identifier.value if identifier.scheme == "url" else str(identifier)
    return '"' not in bare and identifiers.parse(bare) == identifier


def short(identifier: identifiers.Identifier) -> str:
    """An identifier as short as it is still known by."""
    bare = identifier.value
    return bare if identifiers.parse(bare) == identifier else str(identifier)


def like(text: str) -> tuple[Like | None, str]:
    """``like:``, an identifier in any usual form or a key, as it stands in a paper's address."""
    if identifier := identifiers.parse(text):
        name = short(identifier)
    else:
        name = text if _KEY.fullmatch(text) else ""
    if not name or '"' in name:
        return None, f"“{text[:80]}” names no paper. Write like:2401.01234, or the key of a paper."
    return Like(name), ""


def category(text: str) -> Reading:
    """``cat:``; what is longer than any category costs an engine more than it finds."""
    if not text:
        return None, "cat: needs a category, such as cat:cs.CL."
    if len(text) > _LONGEST_CATEGORY:
        return None, f"“{text[:40]}…” is longer than any category, such as cat:cs.CL."
    return Category(text), ""


def organization(text: str) -> Reading:
    return (Organization(text), "") if text else (None, "org: needs an organisation's name.")


def has(text: str) -> Reading:
    if text.lower() == "code":
        return Code(), ""
    return None, f"has: knows only has:code, not “{text[:40]}”."


def period(text: str) -> Reading:
    """``2024``, ``2024-01..2024-06``, ``2024-01..``, ``..2024-06-15``."""
    match = _RANGE.fullmatch(text)
    since, until = match.groups() if match else (text, text)
    for side in (since, until):
        if side and not dates.is_partial(side):
            return None, f"“{side[:40]}” is no date. Write date:2024, 2024-01 or 2024-01..2024-06."
    if not since and not until:
        return None, "date: needs a date, such as date:2024-01..2024-06."
    first, last = dates.first_day(since), dates.last_day(until)
    if first and last and first > last:
        return Dates(until, since), f"The dates {since} and {until} were put in order."
    return Dates(since, until), ""


READERS: Final[Mapping[str, Callable[[str], Reading]]] = MappingProxyType(
    {"id": named, "cat": category, "org": organization, "has": has, "date": period}
)
