"""Where the scripts read and write, and how they read."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import zstandard

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("BROADSHEET_SHARED") or ROOT.parent / "shared")
CORPUS = SHARED / "corpus"
BENCH = SHARED / "bench"
TASKS = ("scifact", "cranfield", "medline", "cacm", "tldr", "csfcube", "cacm_linked")
MADE = ROOT / "build" / "embedder"


def made(name: str) -> Path:
    """A file that the scripts make."""
    MADE.mkdir(parents=True, exist_ok=True)
    return MADE / name


def json_lines(path: Path) -> Iterator[dict]:
    """The objects of a file of JSON lines, packed or not."""
    with path.open("rb") as file:
        if path.suffix != ".zst":
            yield from map(json.loads, file)
            return
        stream = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(file)
        yield from map(json.loads, io.BufferedReader(stream, 1 << 20))


def task_documents(name: str) -> Iterator[dict]:
    """The documents of a retrieval task."""
    return json_lines(BENCH / name / "corpus.jsonl.zst")


def words_of(entries: list[str]) -> list[str]:
    """The whole words among the entries of a vocabulary: they stand first."""
    return [entry for entry in entries if entry[0] != "+" and " " not in entry]
