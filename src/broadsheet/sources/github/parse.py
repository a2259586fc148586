"""What GitHub said of a repository, as a Record of the paper that links to it.

Such a Record says nothing of the paper but its stars: it bears its title because every Record
has one, and is believed after all others.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from broadsheet.sources import daily, values
from broadsheet.sources.contract import Record
from broadsheet.sources.github.names import Linked, is_repository, linked
from broadsheet.sources.values import Broken, Entry

SOURCE: Final = "github"
# Of the hundred facts of an answer, most of them addresses made from the name, these are kept.
KEPT: Final = (
    "id",
    "full_name",
    "stargazers_count",
    "forks_count",
    "open_issues_count",
    "archived",
    "pushed_at",
)


def line(asked: Linked, repository: Entry | None, captured: datetime) -> bytes:
    """An answer written down; ``repository`` None says that it is gone."""
    told: dict[str, Any] = {"linked": str(asked), "captured": captured.isoformat()}
    if repository is None:
        return orjson.dumps(told | {"gone": True})
    kept = {name: repository[name] for name in KEPT if name in repository}
    licence = repository.get("license")
    if isinstance(licence, dict):
        kept["license"] = licence.get("spdx_id")
    return orjson.dumps(told | {"repository": kept})


def parse(raw: bytes) -> Record:
    """Read one line. Raises Broken for one that breaks the rules of its format."""
    kept = values.decoded_object(raw)
    asked = linked(values.needed(kept, "linked", values.LONGEST_TITLE + 400))
    captured = values.moment(kept, "captured")
    if captured is None:
        raise Broken("it has no captured")
    stars = None if kept.get("gone") is True else _stars(kept)
    return Record(
        source=SOURCE,
        origin="github",
        source_id=f"{asked.repository.lower()} {asked.paper}"[:300],
        seen_at=captured,
        raw=raw,
        title=asked.title,
        identifiers=(asked.paper,),
        signals=() if stars is None else (daily.stars(stars, captured),),
    )


def _stars(kept: Entry) -> int:
    repository = kept.get("repository")
    if not isinstance(repository, dict):
        raise Broken("it tells of no repository")
    stars = values.count(repository, "stargazers_count")
    if stars is None:
        raise Broken("it tells of no stars (stargazers_count)")
    return stars


@dataclass(frozen=True, slots=True)
class Kept:
    """What an answer that was kept says beyond its Record: ``now`` is "" for what is gone."""

    linked: Linked
    now: str
    captured: datetime


def kept(raw: bytes) -> Kept:
    """Read where a repository was when it was last asked for. Raises Broken as ``parse``."""
    record = parse(raw)
    entry = values.decoded_object(raw)
    asked = linked(values.text(entry, "linked"))
    repository = entry.get("repository")
    if not isinstance(repository, dict):
        return Kept(asked, "", record.seen_at)
    name = values.text(repository, "full_name")
    return Kept(asked, name if is_repository(name) else asked.asked, record.seen_at)
