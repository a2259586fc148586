"""GitHub's ``/repos/owner/name``: stars that grow by the day, renames, limits, 304."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.upstream import answers
from tests.upstream.answers import Answer, Asked
from tests.upstream.archive import Archive

FAULTS: Final = ("limited", "protocol-error", "broken-record")
_ADDRESS = re.compile(r"https?://(?:www\.)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?(?:[#?].*)?")
_DOCS: Final = "https://docs.github.com/rest/repos/repos#get-a-repository"


def repository(address: str) -> str:
    """``owner/name`` of an address on GitHub, "" of any other."""
    match = _ADDRESS.fullmatch(address or "")
    return match[1] if match else ""


@dataclass(slots=True)
class GitHubService:
    """Answers ``/repos/…`` and ``/repositories/<number>``; a repository has one number for ever.

    Those that a paper of the archive or ``more`` names are there; so many requests an hour are
    answered, as to a client without a key or with one.
    """

    archive: Archive
    more: Iterable[str] = ()
    per_hour: int = 60
    per_hour_with_key: int = 5_000
    renamed: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    _spent: dict[tuple[datetime, bool], int] = field(default_factory=dict)
    _names: tuple[int, dict[str, str]] = field(default=(-1, {}))

    def answer(self, asked: Asked, fault: str = "") -> Answer:
        keyed = "authorization" in asked.headers
        headers = self._spend(keyed=keyed, all_of_it=fault == "limited")
        if int(headers["x-ratelimit-remaining"]) < 0:
            headers["x-ratelimit-remaining"] = "0"
            message = "API rate limit exceeded for 127.0.0.1."
            return _said(403, message, headers)
        if fault == "protocol-error":
            return _said(200, "Server Error", headers)
        name = asked.path.removeprefix("/repos/")
        if asked.path.startswith("/repositories/"):
            name = self._by_number(asked.path.rpartition("/")[2])
        name = self._known().get(name.lower(), "")
        if name in self.renamed:
            url = f"{asked.base}/repositories/{_number(name)}"
            return _said(301, "Moved Permanently", headers | {"Location": url}, url=url)
        if not name or name in self.gone:
            return _said(404, "Not Found", headers)
        value = self._value(name, asked.base)
        if fault == "broken-record":
            value |= {"stargazers_count": "many"}
        answer = answers.as_json(value, headers=headers)
        return self._unchanged(answer, asked, keyed=keyed)

    def _unchanged(self, answer: Answer, asked: Asked, *, keyed: bool) -> Answer:
        """304 to a client that has it; free of charge only to one with a key."""
        if asked.headers.get("if-none-match") != answer.headers["ETag"]:
            return answer
        if keyed:
            self._spent[self._window(keyed=keyed)] -= 1
        return Answer(status=304, headers=answer.headers)

    def stars(self, name: str) -> int:
        """How many a repository has now: more each day, none lost."""
        base = _number(self._origin(name)) % 20_000
        since = self.archive.now - datetime(2024, 1, 1, tzinfo=UTC)
        return base + since.days * (base % 9 + 1)

    def repositories(self) -> list[str]:
        """The names under which something is there now."""
        known = set(self._known().values())
        return sorted(known - self.gone - self.renamed.keys())

    def _known(self) -> dict[str, str]:
        revision, names = self._names
        if revision != self.archive.revision or not names:
            found = {repository(paper.code_url) for paper in self.archive.papers.values()}
            found |= {*self.more, *self.renamed.values()}
            names = {name.lower(): name for name in found if name}
            self._names = (self.archive.revision, names)
        return names

    def rename(self, old: str, new: str) -> None:
        """The old name leads to the new one."""
        self.renamed[old] = new
        self._names = (-1, {})

    def _by_number(self, number: str) -> str:
        found = [name for name in self._known().values() if str(_number(name)) == number]
        name = next(iter(found), "")
        while name in self.renamed:
            name = self.renamed[name]
        return name

    def _origin(self, name: str) -> str:
        """The first name a repository had: its number and its stars are made of that."""
        before = {new: old for old, new in self.renamed.items()}
        while name in before:
            name = before[name]
        return name

    def _window(self, *, keyed: bool) -> tuple[datetime, bool]:
        return self.archive.now.replace(minute=0, second=0, microsecond=0), keyed

    def _spend(self, *, keyed: bool, all_of_it: bool) -> dict[str, str]:
        limit = self.per_hour_with_key if keyed else self.per_hour
        window = self._window(keyed=keyed)
        self._spent[window] = self._spent.get(window, 0) + 1
        left = -1 if all_of_it else limit - self._spent[window]
        reset = window[0] + timedelta(hours=1)
        return {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(left),
            "x-ratelimit-used": str(min(self._spent[window], limit)),
            "x-ratelimit-reset": str(int(reset.timestamp())),
            "x-ratelimit-resource": "core",
            "X-GitHub-Media-Type": "github.v3; format=json",
        }

    def _value(self, name: str, base: str) -> dict[str, Any]:
        owner, _, short = name.partition("/")
        stars, number = self.stars(name), _number(self._origin(name))
        pushed = f"{self.archive.now - timedelta(days=2):%Y-%m-%dT00:00:00Z}"
        return {
            "id": number,
            "name": short,
            "full_name": name,
            "private": False,
            "owner": {"login": owner, "id": _number(owner), "type": "Organization"},
            "html_url": f"https://github.com/{name}",
            "description": f"Code of {short}",
            "fork": False,
            "url": f"{base}/repos/{name}",
            "created_at": "2023-12-01T12:00:00Z",
            "updated_at": pushed,
            "pushed_at": pushed,
            "homepage": None,
            "size": number % 10_000,
            "stargazers_count": stars,
            "watchers_count": stars,
            "language": "Python",
            "forks_count": stars // 9,
            "archived": False,
            "disabled": False,
            "open_issues_count": stars // 50,
            "license": {"key": "mit", "name": "MIT License", "spdx_id": "MIT"},
            "topics": [],
            "visibility": "public",
            "forks": stars // 9,
            "open_issues": stars // 50,
            "watchers": stars,
            "default_branch": "main",
            "network_count": stars // 9,
            "subscribers_count": stars // 40,
        }


def _number(name: str) -> int:
    return int(hashlib.sha256(name.lower().encode()).hexdigest()[:7], 16)


def _said(status: int, message: str, headers: dict[str, str], **more: str) -> Answer:
    value = {"message": message, **more, "documentation_url": _DOCS, "status": str(status)}
    return answers.as_json(value, status=status, headers=headers)
