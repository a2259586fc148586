"""The Daily Papers API: curated days whose votes grow, real ones or drawn from the archive."""

import copy
import hashlib
import itertools
import json
import random
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

import zstandard
from tests.upstream import answers, days
from tests.upstream.answers import Answer, Asked
from tests.upstream.archive import Archive
from tests.upstream.records import Paper

FAULTS: Final = ("late", "half", "duplicates", "broken-record", "protocol-error")

Entry = dict[str, Any]
_PER_DAY: Final = 8
_DEFAULT_LIMIT: Final = 50
_HIGHEST_LIMIT: Final = 100
_WINDOW: Final = 2**27
_PER_WINDOW: Final = 500  # requests in five minutes


def real_days(shared: Path) -> dict[date, list[Entry]]:
    """The recorded days, each as its archive stored it."""
    path = shared / "formats" / "hf_daily" / "days.tar.zst"
    decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    with (
        path.open("rb") as file,
        decoder.stream_reader(file) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        return {
            date.fromisoformat(Path(member.name).stem): json.load(content)
            for member in tar
            if member.name.endswith(".json") and (content := tar.extractfile(member))
        }


@dataclass(slots=True)
class DailyService:
    """Answers ``/api/daily_papers``; ``recorded`` days come first, others are drawn by lot."""

    archive: Archive
    recorded: Mapping[date, Sequence[Entry]] = field(default_factory=dict)
    _drawn: dict[date, list[Entry]] = field(default_factory=dict)
    _asked: int = 0

    def answer(self, asked: Asked, fault: str = "") -> Answer:
        given = asked.field
        self._asked += 1
        try:
            day = _day(given.get("date", "")) or self._latest()
            limit = _number(given, "limit", _DEFAULT_LIMIT, _HIGHEST_LIMIT)
            page = _number(given, "p", 0, 1_000)
        except ValueError as error:
            return answers.as_json({"error": str(error)}, status=400, headers=self._pace())
        if fault == "protocol-error":
            return answers.as_json({"error": "Internal Error - try again"}, headers=self._pace())
        entries = [] if fault == "late" else self.entries(day)
        entries = entries[page * limit : (page + 1) * limit]
        if fault == "half":
            entries = entries[: len(entries) // 2]
        if fault == "duplicates":
            entries += entries[: max(len(entries) // 3, 1)]
        if fault == "broken-record" and entries:
            entries[-1] = entries[-1] | {"paper": {"title": "a paper without an id"}}
        return answers.as_json(entries, headers=self._pace())

    def _pace(self) -> dict[str, str]:
        left = max(_PER_WINDOW - self._asked, 0)
        policy = f'"fixed window";"api";q={_PER_WINDOW};w=300'
        return {"RateLimit": f'"api";r={left};t=300', "RateLimit-Policy": policy}

    def entries(self, day: date) -> list[Entry]:
        """A day as it is answered now: votes and comments so far, most votes first."""
        begun = datetime.combine(day, time(), UTC)
        hours = (self.archive.now - begun).total_seconds() / 3600
        if hours < 0:
            return []
        entries = self.recorded.get(day) or self._of_archive(day)
        known = [entry for n, entry in enumerate(entries) if hours * len(entries) >= n * 16]
        grown = [_grown(copy.deepcopy(entry), hours) for entry in known]
        return sorted(grown, key=lambda entry: -int(entry["paper"]["upvotes"]))

    def every_entry(self) -> Iterator[Entry]:
        """Those that were recorded, of all days."""
        return itertools.chain.from_iterable(self.recorded.values())

    def _latest(self) -> date:
        day = self.archive.now.date()
        while not self.entries(day) and day > self.archive.start:
            day -= days.DAY
        return day

    def _of_archive(self, day: date) -> list[Entry]:
        """Papers of the newest listing before this day, on weekdays; drawn once."""
        if day.weekday() > 4 or day < self.archive.start:
            return []
        if day not in self._drawn:
            before = max((one for one in self.archive.listings if one < day), default=None)
            listing = self.archive.listings[before].values() if before else ()
            new = [one.paper for one in listing if one.action == "new"]
            draw = random.Random(f"{self.archive.seed}/{day}")
            chosen = draw.sample(new, min(_PER_DAY, len(new)))
            self._drawn[day] = [_entry(paper, day, draw) for paper in chosen]
        return self._drawn[day]


def _day(text: str) -> date | None:
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("Invalid date")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("Invalid date") from None


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdecimal() or int(text) > most:
        raise ValueError(f"Invalid {name}: at most {most}")
    return int(text)


def _grown(entry: Entry, hours: float) -> Entry:
    """Votes as they would stand so many hours into the day: what is held was seen after 16."""
    share = min(0.2 + 0.05 * hours, 1.5)
    paper = entry["paper"]
    paper["upvotes"] = int(paper.get("upvotes", 0) * share)
    entry["numComments"] = int(entry.get("numComments", 0) * min(share, 1))
    return entry


def _entry(paper: Paper, day: date, draw: random.Random) -> Entry:
    midnight = f"{day}T00:00:00.000Z"
    user = {
        "_id": _hex(f"user {draw.randrange(20)}"),
        "avatarUrl": "/avatars/0.svg",
        "isPro": False,
        "fullname": "Kim Curator",
        "user": "kim",
        "type": "user",
        "name": "kim",
    }
    inner: Entry = {
        "id": paper.id,
        "authors": [
            {"_id": _hex(f"{paper.id} {name}"), "name": name, "hidden": False}
            for name in paper.authors
        ],
        "publishedAt": f"{answers.stamp(paper.versions[0].at)[:-1]}.000Z",
        "submittedOnDailyAt": midnight,
        "title": paper.title,
        "submittedOnDailyBy": user,
        "summary": paper.abstract,
        "upvotes": draw.randint(0, 120),
        "discussionId": _hex(f"talk {paper.id}"),
    }
    if paper.code_url:
        inner |= {"githubRepo": paper.code_url, "githubStars": draw.randint(0, 900)}
    return {
        "paper": inner,
        "publishedAt": midnight,
        "title": paper.title,
        "summary": paper.abstract,
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.id}.png",
        "numComments": draw.randint(0, 5),
        "submittedBy": {name: value for name, value in user.items() if name != "user"},
        "isAuthorParticipating": False,
    }


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
