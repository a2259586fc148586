"""The page of a paper that is not held: whether it can be fetched, or what came of that."""

from datetime import timedelta
from typing import Any, Final

from broadsheet.editions.addresses import paper_href
from broadsheet.harvest.queries import DemandState
from broadsheet.harvest.rules import ANSWERED
from broadsheet.kernel import clock, words
from broadsheet.kernel.identifiers import Identifier

_SOON: Final = timedelta(minutes=5)


def page(demand: DemandState) -> dict[str, Any]:
    """What came of asking for it, and the ways on from here."""
    href = paper_href(demand.number)
    is_coming = _is_coming(demand)
    return {
        "page_title": "On its way" if is_coming else "Not held here",
        "number": demand.number,
        "said": _said(demand),
        "may_ask": demand.may_ask,
        "is_coming": is_coming,
        "under_way": demand.standing == "under-way",
        "href": href,
        "ask_href": f"{href}/ask",
        "out": Identifier("arxiv", demand.number).href,
    }


def _is_coming(demand: DemandState) -> bool:
    """Whether nothing speaks against it being here in a moment."""
    if demand.standing != "under-way" or demand.error or demand.asked_at is None:
        return False
    return abs(clock.now() - demand.asked_at) < _SOON


def _said(demand: DemandState) -> str:
    """How it stands with the last demand; "" where that says nothing any more."""
    if demand.standing == "answered":
        return _answered(demand)
    if demand.asked_at is None or demand.answered_at:
        return ""
    asked = words.moment(demand.asked_at)
    if demand.standing == "none":
        return f"It was asked for on {asked}, in vain. {_failure(demand)}".rstrip()
    if demand.error:
        return f"{_failure(demand)} It will be tried again."
    if _is_coming(demand):
        return "It was asked for, and appears at this address within a minute."
    return (
        f"It was asked for on {asked}, and has not come yet: what fetches papers for this site is"
        " busy, or does not run."
    )


def _answered(demand: DemandState) -> str:
    if demand.answered_at is None or demand.outcome == "found":
        return ""
    at, again = words.moment(demand.answered_at), words.moment(demand.answered_at + ANSWERED)
    if demand.outcome == "unreadable":
        what = f"arXiv was asked on {at}, and what it answered cannot be read: {demand.error}."
    else:
        what = f"arXiv was asked on {at}, and knows no paper of this number."
    return f"{what} It can be asked again from {again} on."


def _failure(demand: DemandState) -> str:
    if demand.outcome == "unreadable":
        return f"The last answer cannot be read: {demand.error}"
    return f"The last try failed: {demand.error}" if demand.error else ""
