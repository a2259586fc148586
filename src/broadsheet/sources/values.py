"""Reading facts out of decoded JSON, strictly: what is not as it should be is Broken."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson

from broadsheet.kernel.dates import is_partial, start_of
from broadsheet.kernel.text import clean

Entry = Mapping[str, Any]

# Day lists are captured from 15 to 18 o'clock UTC as a rule: where nobody noted the moment,
# what a day's list says is taken as true at this hour of its day.
_USUAL_HOUR: Final = 16
_LARGEST: Final = 2**31 - 1
_SHOWN: Final = 60
# In characters, far above anything a paper has: what is longer is no text but a mistake.
LONGEST_TITLE: Final = 2_000
_LONGEST_TEXT: Final = 100_000
_LONGEST_ITEM: Final = 1_000
_ADDRESS: Final = re.compile(r"https?://[^\s/?#\\]+\S*", re.IGNORECASE)


class Broken(ValueError):
    """A record that breaks the rules of its kind; the text says which, without full stop."""


class Garbled(Broken):
    """A record whose bytes are damaged, as on their way to us."""


def decoded(raw: bytes) -> Any:
    """Decode JSON. Raises Broken for what is none.

    An escaped half of a character (U+D800 and its like) is legal JSON, so it is let in;
    ``clean`` takes it out of every text.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        reason = f"it is no JSON: {error.msg} at column {error.colno}"
    if b"\\u" in raw:
        try:
            return json.loads(raw, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
    raise Broken(reason)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def encoded(entry: Entry) -> bytes:
    """Encode JSON that ``decoded`` gave, half characters among it. Raises Broken for the rest."""
    try:
        return orjson.dumps(entry)
    except (orjson.JSONEncodeError, RecursionError):
        pass
    try:
        return json.dumps(entry, separators=(",", ":")).encode()
    except (ValueError, TypeError, RecursionError):
        raise Broken("it is nested too deep") from None


def decoded_object(raw: bytes) -> Entry:
    """Decode a JSON object. Raises Broken for anything else."""
    entry = decoded(raw)
    if not isinstance(entry, dict):
        raise Broken(f"it is JSON, but {_kind(entry)} and no object")
    return entry


def _kind(value: object) -> str:
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return type(value).__name__


_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (str, "text"),
    (bool, "true or false"),
    ((int, float), "a number"),
    (list, "a list"),
    (dict, "an object"),
)


def text(entry: Entry, name: str, longest: int = _LONGEST_TEXT) -> str:
    """A text of at most so many characters, cleaned; "" where absent."""
    value = entry.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Broken(f"its {name} is {_kind(value)}, not text")
    if len(value) > longest:
        raise Broken(f"its {name} has {len(value):,} characters; {longest:,} are the most")
    return clean(value)


def needed(entry: Entry, name: str, longest: int = _LONGEST_TEXT) -> str:
    """A text that must be there."""
    value = text(entry, name, longest)
    if not value:
        raise Broken(f"it has no {name}")
    return value


def texts(entry: Entry, name: str) -> tuple[str, ...]:
    """A list of texts, cleaned; empty ones are left out."""
    values = entries(entry, name)
    for value in values:
        if not isinstance(value, str):
            raise Broken(f"its {name} hold {_kind(value)} where text should be")
        if len(value) > _LONGEST_ITEM:
            raise Broken(f"one of its {name} has {len(value):,} characters")
    return tuple([shown for value in values if (shown := clean(value))])


def entries(entry: Entry, name: str) -> list[Any]:
    """A list; empty where absent."""
    value = entry.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Broken(f"its {name} is {_kind(value)}, not a list")
    return value


def objects(entry: Entry, name: str) -> list[Entry]:
    """A list of objects; empty where absent."""
    values = entries(entry, name)
    for value in values:
        if not isinstance(value, dict):
            raise Broken(f"its {name} hold {_kind(value)} where an object should be")
    return values


def count(entry: Entry, name: str, largest: int = _LARGEST) -> int | None:
    """A whole number from 0 to ``largest``; None where absent."""
    value = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise Broken(f"its {name} is {_kind(value)}, not a whole number")
    if not 0 <= value <= largest:
        raise Broken(f"its {name} is {value}, which cannot be")
    return value


def partial_date(entry: Entry, name: str) -> str:
    """A date known by year, month or day; "" where absent."""
    value = text(entry, name)
    if value and not is_partial(value):
        raise Broken(f"its {name} is “{value[:_SHOWN]}”; dates are YYYY, YYYY-MM or YYYY-MM-DD")
    return value


def day(entry: Entry, name: str) -> date | None:
    """A whole date; None where absent."""
    value = text(entry, name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise Broken(f"its {name} is “{value[:_SHOWN]}”; days are YYYY-MM-DD") from None


def address(entry: Entry, name: str) -> str:
    """A web address as given; "" for anything a reader should not be led to."""
    value = text(entry, name)
    return value if value and _ADDRESS.fullmatch(value) else ""


def moment(entry: Entry, name: str) -> datetime | None:
    """A moment with its offset, in UTC; None where absent."""
    value = text(entry, name)
    try:
        return in_utc(value) if value else None
    except ValueError:
        raise Broken(f"its {name} is “{value[:_SHOWN]}”, no moment with an offset") from None


def in_utc(value: str) -> datetime:
    """Read an ISO moment with its offset. Raises ValueError for any other text."""
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError(value)
    return read.astimezone(UTC)


def usual_moment(of: date) -> datetime:
    """16:00 UTC of a day: when its list is taken to have been seen."""
    return start_of(of).replace(hour=_USUAL_HOUR)
