"""What may be wished for: addresses of people and of editions, checked and in one spelling."""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from broadsheet.digest import rules
from broadsheet.digest.models import Cadence, State, Subscription
from broadsheet.digest.types import Mailing, Wish
from broadsheet.editions import addresses, titles, wording
from broadsheet.editions.types import Question
from broadsheet.fields import field as field_named
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.search.contract import Filters
from broadsheet.search.ranking.recipes import RECIPES

LONGEST_ADDRESS: Final = 254
MOST_PAPERS: Final = 50

_GONE: Final = "a list that is no longer here"
_LONGEST_LOCAL: Final = 64
_LONGEST_EDITION: Final = 2_000
_MAILED: Final = ("front", "trending", "search")
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """How often, when and how much: what a reader may change of a subscription."""

    cadence: str
    weekday: int
    hour: int
    zone: str
    size: int
    even_empty: bool


def checked(wish: Wish) -> Wish:
    """The wish with both addresses in their one spelling. Raises BadQuestion, NotFound."""
    terms(wish)
    return replace(wish, address=address(wish.address), edition=edition_for(wish))


def edition_for(wish: Wish) -> str:
    """The edition wished for. Raises BadQuestion where it cannot come that often, NotFound."""
    found = edition(wish.edition)
    if wish.cadence == Cadence.AT_ONCE and question(found).place != "search":
        reason = "only a search can; choose another rhythm for this list"
        raise BadQuestion(what="A list that writes as soon as something matches", reason=reason)
    if wish.cadence == Cadence.AT_ONCE:
        _check_watched(found)
    return found


def _check_watched(edition: str) -> None:
    """Raises BadQuestion for a search that is not watched, so that nothing of it would come."""
    from broadsheet.digest import matching  # noqa: PLC0415  # it reads addresses by this module

    matching.watched(edition)


def terms(wish: Wish) -> Terms:
    """What a wish says beside its addresses. Raises BadQuestion."""
    if wish.cadence not in Cadence.values:
        reason = f"it is one of {', '.join(Cadence.values)}"
        raise BadQuestion(what=f"The rhythm “{wish.cadence[:40]}”", reason=reason)
    check_zone(wish.zone)
    _within("The weekday", wish.weekday, 0, 6)
    _within("The hour", wish.hour, 0, 23)
    _within("The number of papers", wish.size, 1, MOST_PAPERS)
    return Terms(wish.cadence, wish.weekday, wish.hour, wish.zone, wish.size, bool(wish.even_empty))


def check_zone(name: str) -> None:
    """Raises BadQuestion for a time zone that there is none of."""
    if name not in zones():
        reason = "write a time zone as Europe/Berlin or UTC"
        raise BadQuestion(what=f"The time zone “{name[:40]}”", reason=reason)


def _within(what: str, number: int, low: int, high: int) -> None:
    if not low <= number <= high:
        reason = f"write a whole number from {low} to {high}"
        raise BadQuestion(what=f"{what} {number}", reason=reason)


@cache
def zones() -> frozenset[str]:
    """The time zones this machine knows by their IANA names."""
    return frozenset(name for name in available_timezones() if name != "localtime")


def address(text: str) -> str:
    """A mail address as it is written to: the name as given, the domain in lower case and ASCII.

    Raises BadQuestion, whose words do not repeat the address. A domain whose Unicode form has
    two readings in the DNS (ß, ς) is refused rather than written to a stranger's.
    """
    name, at, domain = text.strip().rpartition("@")
    try:
        plain = f"{name}{at}{_domain(domain)}"
        validate_email(plain)
    except (UnicodeError, ValidationError):
        plain = ""
    if not plain or not _PLAIN.fullmatch(plain) or '"' in plain or "[" in plain:
        reason = "write it as name@example.org, the part before the @ in plain letters"
        raise BadQuestion(what="The mail address", reason=reason)
    if len(plain) > LONGEST_ADDRESS or len(name) > _LONGEST_LOCAL:
        reason = f"it has more than {LONGEST_ADDRESS} characters, or {_LONGEST_LOCAL} before the @"
        raise BadQuestion(what="The mail address", reason=reason)
    return plain


def _domain(text: str) -> str:
    """Raises UnicodeError for a domain that does not come back as it went."""
    low = text.strip().rstrip(".").lower()
    plain = low.encode("idna")
    if not low.isascii() and plain.decode("idna") != low:
        raise UnicodeError
    return plain.decode("ascii").lower()


def question(edition: str) -> Question:
    """The question that an edition's address asks. Raises BadQuestion, NotFound."""
    path, _, query = edition.partition("?")
    return addresses.read(path, dict(parse_qsl(query)))


def edition(text: str) -> str:
    """The one spelling of the address of a list that can be mailed.

    A front page (of a field, with filters), trending and searches can: lists that go on. A page
    of one, or one as of a past moment, means the list. Raises BadQuestion, NotFound.
    """
    _check_length(text)
    asked = question(text).but(as_of=None, problems=())
    if asked.place not in _MAILED or asked.period:
        reason = "it never changes; the latest edition, trending and searches come by mail"
        raise BadQuestion(what="The list as mail", reason=reason)
    if asked.place == "search" and not asked.text and asked.filters == Filters():
        reason = "it asks for nothing; write words, or choose a filter"
        raise BadQuestion(what="The search", reason=reason)
    written = addresses.write(asked)
    found = f"/latest{written[1:]}" if asked.place == "front" else written
    _check_length(found)  # again: other scripts are written in many more signs there
    return found


def _check_length(text: str) -> None:
    if len(text) > _LONGEST_EDITION:
        reason = (
            f"the address of a list has at most {_LONGEST_EDITION:,} characters here, and a letter"
            " that is not plain counts as up to twelve; ask for less"
        )
        raise BadQuestion(what="The edition", reason=reason)


def title(edition: str, *, bare: bool = False) -> str:
    """What an edition is called, as part of a sentence: "the front page of Everything".

    ``bare`` repeats nothing that somebody typed: it goes to an address that may be a stranger's.
    An address that means nothing any more is called so: whoever subscribed to it can still leave.
    """
    try:
        asked = question(edition)
    except (BadQuestion, NotFound):  # a field that is gone, say
        return _GONE
    filters = [words for words, _ in wording.filtered(asked.filters, {})]
    if bare:
        return _name(asked, "a search" if asked.text else "papers") + (
            (", with filters" if filters else "")
            + (", shown behind the link" if asked.text or filters else "")
        )
    name = _name(asked, f"the search “{titles.asked(asked)}”" if asked.text else "papers")
    if asked.place == "search" and not asked.text:
        name = f"{name} {filters.pop(0)}"
    order = f"ranked by {RECIPES[asked.recipe].label}" if asked.recipe else ""
    return ", ".join(filter(None, [name, *filters, order]))


def _name(asked: Question, search: str) -> str:
    field = field_named(asked.field).title
    if asked.place == "search":
        return search if asked.field == "everything" else f"{search} in {field}"
    if asked.place == "trending":
        return f"what is trending in {field}"
    return f"the front page of {field}"


def said(edition: str, terms: Terms, *, bare: bool = False) -> str:
    """A subscription in words: "the front page of Everything, every Monday at 7:00, UTC"."""
    return rules.said(
        title(edition, bare=bare),
        terms.cadence,
        weekday=terms.weekday,
        hour=terms.hour,
        zone=terms.zone,
        is_search=_is_search(edition),
    )


def _is_search(edition: str) -> bool:
    return edition.startswith("/search")


def mailing(row: Subscription, zone: str) -> Mailing:
    """What a subscription is, its hour by the clocks of ``zone``."""
    named = title(row.edition)
    return Mailing(
        name=row.name,
        edition=row.edition,
        title=named,
        said=rules.said(
            named,
            row.cadence,
            weekday=row.weekday,
            hour=row.hour,
            zone=zone,
            is_search=_is_search(row.edition),
        ),
        cadence=row.cadence,
        weekday=row.weekday,
        hour=row.hour,
        zone=zone,
        size=row.size,
        even_empty=row.even_empty,
        state=State(row.state).value,
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        due_at=row.due_at,
        trouble=row.trouble,
    )
