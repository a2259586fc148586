"""The JSON of the Daily Papers API, with every name its clients read and its description requires.

What a paper's own record of the Daily Papers says beyond what is held of every paper (who
submitted it, its discussion, its summary by a machine) is passed on as it was received, where the
parts have the form they should have: a client fails on anything else.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from broadsheet.fields.feeds import feed_title
from broadsheet.kernel.dates import start_of
from broadsheet.papers.cards import Card
from broadsheet.papers.facts import Entry
from broadsheet.papers.queries.paper import Appearance

# Where addresses without a host, as those of avatars, lead.
_HOME: Final = "https://huggingface.co"

Received = Mapping[str, Any]
Place = Entry | Appearance


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that an entry is made of.

    ``place`` is the announcement it is shown with, None where there is none. ``received``
    is the newest entry of the Daily Papers about it, empty where there is none.
    """

    card: Card
    authors: tuple[str, ...]
    place: Place | None = None
    received: Received = field(default_factory=dict)


def entries(told: Sequence[Told]) -> list[dict[str, Any]]:
    """The answer of a list and of a search."""
    return [_entry(one) for one in told]


def _entry(told: Told) -> dict[str, Any]:
    """An entry of a list: the paper, and again beside it what clients read there only."""
    paper = _paper(told)
    place = told.place
    repeated = ("id", "title", "summary", "source", "githubRepo", "githubStars", "projectPage")
    return {
        **{name: paper[name] for name in (*repeated, "ai_summary", "ai_keywords", "mediaUrls")},
        "paper": paper,
        "publishedAt": paper["submittedOnDailyAt"] or paper["publishedAt"],
        "thumbnail": _text(told.received, "thumbnail"),
        "numComments": told.card.comments or 0,
        "isAuthorParticipating": told.received.get("isAuthorParticipating") is True,
        "submittedBy": paper["submittedOnDailyBy"],
        "organization": paper["organization"],
        "announced": place
        and {"feed": place.feed, "day": place.day, "rank": place.rank, "kind": place.kind},
    }


def single(told: Told) -> dict[str, Any]:
    """The answer about one paper: flat, with what else links to it, of which nothing is held."""
    return {
        **_paper(told),
        "numComments": told.card.comments or 0,
        "linkedModels": [],
        "numTotalModels": 0,
        "linkedDatasets": [],
        "numTotalDatasets": 0,
        "linkedSpaces": [],
        "numTotalSpaces": 0,
    }


def _paper(told: Told) -> dict[str, Any]:
    card, received = told.card, _object(told.received, "paper")
    day = told.place.day if told.place else None
    return {
        "id": card.arxiv or card.key,
        "title": card.title,
        "summary": card.abstract,
        "authors": _authors(told, received),
        "publishedAt": _moment(received, "publishedAt", card.published_on),
        "submittedOnDailyAt": _moment(received, "submittedOnDailyAt", day),
        "submittedOnDailyBy": _submitter(told),
        "upvotes": card.votes or 0,
        "discussionId": _text(received, "discussionId"),
        "organization": _organization(told, received),
        "source": card.identifiers[0].scheme if card.identifiers else None,
        "projectPage": card.project_url or None,
        "githubRepo": card.code_url or None,
        "githubStars": card.stars,
        "ai_summary": _text(received, "ai_summary") or None,
        "ai_keywords": _texts(received, "ai_keywords"),
        "mediaUrls": _texts(told.received, "mediaUrls") or _texts(received, "mediaUrls"),
        "withdrawnAt": (_text(received, "withdrawnAt") or _written(card.changed_at))
        if card.withdrawn
        else None,
    }


def _authors(told: Told, received: Received) -> list[dict[str, Any]]:
    """Every author held, with what the Daily Papers tell of one of that name."""
    known = {_text(one, "name"): one for one in _objects(received, "authors")}
    return [
        {
            "_id": _text(known.get(name, {}), "_id") or _mark(told.card.key, str(place)),
            "name": name,
            "hidden": False,
            "user": _user(_object(known.get(name, {}), "user")),
            **_standing(known.get(name, {})),
        }
        for place, name in enumerate(told.authors)
    ]


def _standing(author: Received) -> dict[str, str]:
    """Whether an author claimed the paper, and since when."""
    said = {name: _text(author, name) for name in ("status", "statusLastChangedAt")}
    if not _is_moment(said["statusLastChangedAt"]):
        said["statusLastChangedAt"] = ""
    return {name: text for name, text in said.items() if text}


def _submitter(told: Told) -> dict[str, Any] | None:
    """Who put the paper on the list: a reader, as received, else the feed it stood in."""
    inner = _object(told.received, "paper")
    sent = _object(told.received, "submittedBy") or _object(inner, "submittedOnDailyBy")
    if sent or not told.place:
        return _user(sent)
    feed = told.place.feed
    return _user({"name": feed, "fullname": feed_title(feed)})


def submitter(received: Received) -> str:
    """The account that submitted a paper, as received; "" where none is told."""
    inner = _object(received, "paper")
    sent = _object(received, "submittedBy") or _object(inner, "submittedOnDailyBy")
    return _text(sent, "user") or _text(sent, "name")


def _user(sent: Received) -> dict[str, Any] | None:
    """An account: clients read its name from ``user``, the API's description says ``name``."""
    name = _text(sent, "user") or _text(sent, "name")
    if not name:
        return None
    return {
        "_id": _text(sent, "_id") or _mark("account", name),
        "user": name,
        "name": name,
        "fullname": _text(sent, "fullname") or name,
        "avatarUrl": _address(_text(sent, "avatarUrl")),
        "isPro": sent.get("isPro") is True,
        "type": _text(sent, "type") or "user",
    }


def _organization(told: Told, received: Received) -> dict[str, Any] | None:
    """The organisation: clients read its picture from ``avatarUrl``, the API sends ``avatar``."""
    card = told.card
    if not card.organization:
        return None
    sent = _object(received, "organization") or _object(told.received, "organization")
    if _text(sent, "name") != card.organization:
        sent = {}
    avatar = _address(_text(sent, "avatar"))
    return {
        "_id": _text(sent, "_id") or _mark("organization", card.organization),
        "name": card.organization,
        "fullname": card.organization_name or card.organization,
        "avatar": avatar,
        "avatarUrl": avatar,
    }


def _moment(received: Received, name: str, day: date | None) -> str | None:
    """The moment received, where it is one of that day or no day is known; else its midnight."""
    text = _text(received, name)
    if _is_moment(text) and (day is None or text.startswith(day.isoformat())):
        return text
    return _written(start_of(day)) if day else None


def _is_moment(text: str) -> bool:
    """Whether clients can read a moment: they take UTC written with a Z, and fail on all else."""
    try:
        return text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _mark(*parts: str) -> str:
    """An identity of 24 hexadecimal digits, as the API gives them, the same every time."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()


def _address(text: str) -> str:
    return f"{_HOME}{text}" if text.startswith("/") else text


def _text(sent: Received, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _texts(sent: Received, name: str) -> list[str]:
    value = sent.get(name)
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _object(sent: Received, name: str) -> Received:
    value = sent.get(name)
    return value if isinstance(value, dict) else {}


def _objects(sent: Received, name: str) -> list[Received]:
    value = sent.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
