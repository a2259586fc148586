"""Which source a file belongs to, and which files a folder gives."""

import gzip
from pathlib import Path

import orjson
import pytest
import zstandard

from broadsheet.kernel.errors import NotFound
from broadsheet.sources.contract import Trouble
from broadsheet.sources.registry import LIVE, SOURCES, paths, recognise
from broadsheet.sources.starter import starter_path
from broadsheet.sources.troubles import shown

LINE = b'{"id":"2401.00010","source":"arxiv","title":"x"}\n'


def test_every_source_stands_under_its_own_name():
    for sources in (SOURCES, LIVE):
        assert {name: source.name for name, source in sources.items()} == {n: n for n in sources}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
@pytest.mark.parametrize("name", ["x", "2025-01-01.json", "starter.jsonl", "page.txt.zst"])
def test_the_content_tells_the_kind_not_the_name(tmp_path, name, pack):
    path = tmp_path / name
    path.write_bytes(pack(LINE))
    assert recognise(path) is SOURCES["jsonl"]
    path.write_bytes(pack(starter_path().read_bytes()))
    assert recognise(path) is SOURCES["starter"]


def test_a_broken_first_line_does_not_hide_the_kind(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"not json\n{\n" + LINE)
    assert recognise(path) is SOURCES["jsonl"]


def test_a_first_line_longer_than_the_sample_is_known_by_its_beginning(tmp_path):
    path = tmp_path / "x.jsonl"
    authors = orjson.dumps([f"Author Number {n}" for n in range(9_000)])
    path.write_bytes(b'{"source":"arxiv","id":"2401.00010","title":"x","authors":' + authors + b"}")
    assert path.stat().st_size > 2 * 64 * 1024
    assert recognise(path) is SOURCES["jsonl"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\\documentclass{article}", "none of the kinds"),
        (b'[{"title": "x"}]', "none of the kinds"),
        (b'{"title": "x", "id": 7}\n', "none of the kinds"),
        (b"\x00\xff" * 999, "none of the kinds"),
        (b"\x1f\x8b\x07" + b"garbage" * 9, "gzip stream is broken"),
        (b"7", "none of the kinds"),
    ],
)
def test_what_is_of_no_kind_is_one_fatal_trouble(tmp_path, content, reason):
    path = tmp_path / "x"
    path.write_bytes(content)
    trouble = recognise(path)
    assert isinstance(trouble, Trouble)
    assert (trouble.path, trouble.fatal) == (str(path), True)
    assert reason in trouble.reason


def test_a_wrong_kind_asked_for_is_told_with_the_right_one(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(LINE)
    assert recognise(path, name="jsonl") is SOURCES["jsonl"]
    assert recognise(path, name="page").reason == (
        "it cannot be read as page; it can be read as jsonl"
    )
    path.write_bytes(b"moss")
    assert recognise(path, name="page").reason == "it cannot be read as page"
    with pytest.raises(NotFound, match="moss"):
        recognise(path, name="moss")


def test_a_file_of_several_kinds_asks_which(tmp_path):
    path = tmp_path / "x"
    both = b'{"id":"x","source":"lab","title":"x","summary":"y","pages":[{"date":"06-02"}]}\n'
    path.write_bytes(both)
    assert "jsonl, starter" in recognise(path).reason
    assert "--source" in recognise(path).reason
    assert recognise(path, name="starter") is SOURCES["starter"]


def test_folders_are_walked_in_order_without_companions(tmp_path):
    for name in ("b/2.json", "b/1.json", "a.jsonl", "days.csv", "README.md", "README", "z.zst"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    for name in (".hidden", "b/ORIGINS.tsv", "LICENSE.txt", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = [path.relative_to(tmp_path).as_posix() for path in paths([tmp_path])]
    assert found == ["a.jsonl", "b/1.json", "b/2.json", "z.zst"]
    named = [tmp_path / "days.csv", tmp_path / "nowhere"]
    assert list(paths(named)) == named


def test_every_file_of_the_shared_corpus_is_recognised(shared):
    files = list(paths([shared / "corpus", shared / "seeds", shared / "starter"]))
    names = [recognise(path).name for path in files]
    assert names == ["jsonl"] * 5 + ["page"] * 5 + ["starter"]


def test_the_name_of_a_file_is_told_whatever_it_is_made_of():
    assert shown(Path("days/\0/\udcff.json")) == "days/�/�.json"
