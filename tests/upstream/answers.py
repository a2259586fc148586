"""What is asked of an upstream and what it answers, before it becomes bytes on the wire."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: ``fields`` are query and form together, names of ``headers`` lower case."""

    path: str
    query: str
    headers: Mapping[str, str]
    form: str = ""
    base: str = ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        return parse_qsl(self.form or self.query, keep_blank_values=True)

    @property
    def field(self) -> dict[str, str]:
        return dict(self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, body and headers; what every answer carries is added on the wire."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def xml(text: str, kind: str = "text/xml; charset=utf-8", **more: Any) -> Answer:
    headers = {"Content-Type": kind} | more.pop("headers", {})
    return Answer(body=text.encode(), headers=headers, **more)


def as_json(value: Any, **more: Any) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "ETag": f'W/"{hashlib.sha256(body).hexdigest()}"',
    }
    return Answer(body=body, headers=headers | more.pop("headers", {}), **more)


def stamp(moment: datetime) -> str:
    """``2026-04-01T12:00:00Z``."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
