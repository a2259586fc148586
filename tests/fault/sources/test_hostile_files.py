"""Files that are broken, cut, huge or hostile: each is told, nothing is lost, nothing breaks."""

import gzip
import os
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import orjson
import pytest
import zstandard

from broadsheet.kernel.text import clean
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.registry import SOURCES, recognise

JSONL = SOURCES["jsonl"]
MIB = 2**20


def lines(count, start=0):
    for number in range(start, start + count):
        entry = {"source": "arxiv", "id": f"2401.{number + 1:05}", "title": f"Paper {number}"}
        yield orjson.dumps(entry | {"abstract": os.urandom(300).hex()}) + b"\n"


def read(path, content, source=JSONL):
    path.write_bytes(content)
    found = list(source.read(path))
    return (
        [item for item in found if isinstance(item, Record)],
        [item for item in found if isinstance(item, Trouble)],
    )


@pytest.mark.parametrize("pack", [zstandard.compress, gzip.compress], ids=["zst", "gz"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_stream_cut_in_the_middle_gives_all_before_the_cut_and_one_fatal_trouble(
    tmp_path, pack, share
):
    whole = pack(b"".join(lines(2_000)))
    records, [trouble] = read(tmp_path / "x", whole[: int(len(whole) * share)])
    assert trouble.fatal
    assert "in the middle of its compressed stream" in trouble.reason
    # zstd gives what it has by blocks of 128 KiB.
    assert len(records) >= 2_000 * share - 400
    expected = [f"arxiv:2401.{n + 1:05}" for n in range(len(records))]
    assert [record.source_id for record in records] == expected


def test_several_zstd_frames_are_one_stream(tmp_path):
    frames = [zstandard.compress(b"".join(lines(500, start))) for start in (0, 500)]
    records, troubles = read(tmp_path / "x", b"".join(frames))
    assert (len(records), troubles) == (1_000, [])
    records, [trouble] = read(tmp_path / "x", b"".join(frames) + b"garbage")
    assert len(records) == 1_000
    assert "Zstandard stream is broken" in trouble.reason


def test_garbage_inside_a_gzip_stream_is_told(tmp_path):
    packed = bytearray(gzip.compress(b"".join(lines(2_000))))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = b"\xff" * 64
    records, troubles = read(tmp_path / "x", bytes(packed))
    assert records
    assert troubles[-1].fatal
    assert "gzip stream is broken" in troubles[-1].reason


def test_a_window_larger_than_ours_is_told_with_the_remedy(tmp_path):
    large = zstandard.ZstdCompressionParameters(window_log=28, compression_level=1)
    compressor = zstandard.ZstdCompressor(compression_params=large)
    packer = compressor.compressobj()
    packed = packer.compress(b"".join(lines(10))) + packer.flush()
    records, [trouble] = read(tmp_path / "x", packed)
    assert records == []
    assert "--long=27" in trouble.reason


@pytest.mark.parametrize("pack", [zstandard.compress, bytes], ids=["zst", "plain"])
def test_one_line_of_100_mb_is_told_and_costs_little_memory(tmp_path, pack):
    first, last = lines(2)
    content = pack(first + b"x" * 100_000_000 + b"\n" + last)
    (tmp_path / "x").write_bytes(content)
    del content
    tracemalloc.start()
    found = list(JSONL.read(tmp_path / "x"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(item) for item in found] == [Record, Trouble, Record]
    assert (found[1].line, found[1].reason) == (2, "the line is longer than 4 MiB")
    # 4 KiB of Zstandard may hold 128 MiB at worst; this repeated letter comes near to it.
    assert peak < (270 if pack is zstandard.compress else 16) * MIB


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for count in (1_000, 8_000):
        (tmp_path / "x").write_bytes(zstandard.compress(b"".join(lines(count))))
        tracemalloc.start()
        assert sum(isinstance(item, Record) for item in JSONL.read(tmp_path / "x")) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1 * MIB


HOSTILE = [
    "Bees\\u0000count",
    "Bees \\ud800 count",
    "\\u202eBees count\\u2066",
    "Bees\\ufeff count",
    "Bees\\ncount",
    "Bees \\udb40\\udc41 count",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_characters_are_taken_out_of_what_is_shown_and_kept_in_what_was_received(
    tmp_path, title
):
    line = f'{{"source":"arxiv","id":"2401.00010","title":"{title}"}}'.encode()
    [record], troubles = read(tmp_path / "x", line)
    assert troubles == []
    assert record.title == "Bees count"
    assert record.raw == line
    assert JSONL.reread(record.raw, record.seen_at) == record


def test_hostile_characters_in_a_day_file(tmp_path):
    paper = f'"id":"2503.00010","title":"Bees \\ud800\\u202e count","upvotes":1,"n":{10**30}'
    path = tmp_path / "2025-03-03.json"
    content = f'[{{"paper":{{{paper}}}}}]'.encode()
    [record], troubles = read(path, content, SOURCES["hf_daily"])
    assert troubles == []
    assert record.title == "Bees count"
    assert SOURCES["hf_daily"].reread(record.raw, record.seen_at) == record


def test_a_file_whose_name_is_no_text_is_told_in_text(tmp_path):
    path = tmp_path / os.fsdecode(b"p\xe9age")
    _, [trouble] = read(path, b"moss", SOURCES["page"])
    assert trouble.path == clean(trouble.path)
    trouble.path.encode()


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in recognise(tmp_path / "pipe").reason


def test_what_may_not_be_opened_is_told():
    program = """
import os, sys
from pathlib import Path
from broadsheet.sources.registry import recognise, paths
folder = Path(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
for path in paths([folder / "file", folder / "folder", folder / "folder/inside"]):
    print(recognise(path).reason)
"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "file").write_bytes(b"x")
        (folder / "folder").mkdir()
        (folder / "file").chmod(0)
        (folder / "folder").chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", program, name], capture_output=True, text=True, check=True
        )
        (folder / "folder").chmod(0o700)
    assert done.stdout.splitlines() == ["it cannot be opened or read: permission denied"] * 3
