"""The command inside the test's own process: what it says, and the code it leaves with."""

import contextlib
import sys
from dataclasses import dataclass

import orjson
import pytest

from broadsheet.cli import follower, main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self):
        return orjson.loads(self.out)


@pytest.fixture(autouse=True)
def catalogue_file(settings):
    """Where ``check`` looks for a catalogue; the one under test is in memory."""
    (settings.DATA / "catalogue.sqlite3").touch()


@pytest.fixture
def command(db, monkeypatch, capsys, follow):
    """Run ``broadsheet ARGS``; the follower beside it is a call in this process."""

    @contextlib.contextmanager
    def alongside():
        yield
        follow()

    def run(*args) -> Said:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["broadsheet", *map(str, args)])
        with pytest.raises(SystemExit) as left:
            main.run()
        out, err = capsys.readouterr()
        return Said(left.value.code or 0, out, err)

    monkeypatch.setattr(follower, "alongside", alongside)
    return run


@pytest.fixture
def lines(tmp_path):
    """Write a file of the neutral format: an entry is a dict, or text as it stands."""

    def write(*entries, name="papers.jsonl"):
        path = tmp_path / name
        raw = [one.encode() if isinstance(one, str) else orjson.dumps(one) for one in entries]
        path.write_bytes(b"\n".join(raw) + b"\n")
        return path

    return write
