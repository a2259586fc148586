"""Announcements by themselves: a line written is the Record read, and what is wrong is told."""

from datetime import UTC, date, datetime

import orjson
import pytest

from broadsheet.sources.contract import Announced, Trouble
from broadsheet.sources.listed.parse import line, record
from broadsheet.sources.registry import SOURCES, recognise

SAID = Announced(
    feed="arxiv",
    day=date(2026, 8, 14),
    rank=None,
    kind="cross",
    seen_at=datetime(2026, 8, 14, 5, tzinfo=UTC),
)
LINE = line("arxiv:2608.01234", "On the wombat", SAID)


def test_an_announcement_is_read_as_it_was_written():
    made = record("arxiv:2608.01234", "On the wombat", SAID)

    assert made.announcements == (SAID,)
    assert [str(name) for name in made.identifiers] == ["arxiv:2608.01234"]
    assert (made.raw, made.title, made.seen_at) == (LINE, "On the wombat", SAID.seen_at)
    assert SOURCES["listed"].reread(made.raw, made.seen_at) == made


def test_a_file_of_them_is_recognised_and_read_past_what_is_broken(tmp_path):
    path = tmp_path / "friday.jsonl"
    path.write_bytes(LINE + b'\n{"listed": "arxiv:2608.1", "feed": "arxiv"}\n' + LINE + b"\n")

    source = recognise(path)
    first, trouble, last = source.read(path)

    assert source.name == "listed"
    assert first == last
    assert isinstance(trouble, Trouble)
    assert (trouble.line, trouble.source) == (2, "listed")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"listed": "2608.01234"}, "its listed is “2608.01234”; names are like arxiv:2608.01234"),
        ({"day": None}, "it has no day"),
        ({"kind": "old"}, "its kind is “old”"),
        ({"feed": "f" * 61}, "its feed has 61 characters; 60 are the most"),
        ({"title": ""}, "it has no title"),
    ],
)
def test_what_breaks_the_rules_is_told(tmp_path, change, reason):
    path = tmp_path / "friday.jsonl"
    path.write_bytes(orjson.dumps(orjson.loads(LINE) | change) + b"\n")

    (trouble,) = SOURCES["listed"].read(path)

    assert trouble.reason == reason
