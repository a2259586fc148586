"""How often to fail, real lines to fail on, and a folder to fail in."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.servers import COMMAND, Server, broadsheet, children, is_alive

from broadsheet.sources import streams


@pytest.fixture(scope="session", autouse=True)
def plain_signals() -> None:
    """Hear the signals that a job in the background was started deaf to, as its children are."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def soaking() -> bool:
    """Whether everything is to be tried, as in ``make soak``."""
    return os.environ.get("BROADSHEET_TEST_ROUNDS") == "all"


@pytest.fixture(scope="session")
def rounds(soaking: bool) -> int:
    """How often a fault at a random moment is tried: a few times, or many in ``make soak``."""
    return 100 if soaking else 5


@pytest.fixture(scope="session")
def real_lines(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a file of so many lines of the real corpus, after leaving out so many."""
    folder = tmp_path_factory.mktemp("lines")

    def make(count: int, after: int = 0) -> Path:
        path = folder / f"{after}-{count}.jsonl"
        if not path.exists():
            found = streams.lines(shared / "corpus" / "arxiv-01.jsonl.zst")
            taken = itertools.islice(found, after, after + count)
            path.write_bytes(b"".join(line + b"\n" for _, line in taken))
        return path

    return make


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty catalogue: making the tables anew each time takes seconds."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    assert broadsheet(folder, "status").returncode == 0
    return folder


@pytest.fixture(scope="session")
def starter_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the starter edition, indexed; to be copied, never changed."""
    data = tmp_path_factory.mktemp("starter") / "data"
    with Server(data, "demo") as server:
        assert f"  BROADSHEET_DATA={data} {COMMAND} import FILE\n" in server.log
    return data


@pytest.fixture
def fresh_data(empty_data: Path, tmp_path: Path) -> Callable[[], Path]:
    """Put an empty catalogue in place of the one before."""

    def make() -> Path:
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        return Path(shutil.copytree(empty_data, tmp_path / "data"))

    return make


@pytest.fixture
def data(fresh_data: Callable[[], Path]) -> Path:
    """An empty catalogue of the test's own."""
    return fresh_data()


@pytest.fixture
def one_paper(tmp_path: Path) -> Callable[[str], Path]:
    """Make a file with one paper that bears a word no other has."""
    numbers = itertools.count(1)

    def make(word: str) -> Path:
        path = tmp_path / f"{word}.jsonl"
        entry = {"source": "arxiv", "id": f"2601.{next(numbers):05}", "title": f"On the {word}"}
        path.write_text(json.dumps(entry) + "\n")
        return path

    return make


def kill_family(pid: int) -> None:
    """Kill a process and its children at one blow, as a power cut would."""
    for one in (*children(pid), pid):
        if is_alive(one):
            os.kill(one, signal.SIGKILL)


@contextmanager
def small_disk(megabytes: float, folder: Path | None = None) -> Iterator[Path]:
    """A disk of so many megabytes, at an empty folder; skipped where we may not mount one."""
    made = None if folder else Path(tempfile.mkdtemp(prefix="broadsheet-disk-"))
    place = folder or made
    size = f"size={int(megabytes * 1024)}k"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        try:
            yield place
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
    finally:
        if made:
            made.rmdir()


def resize(disk: Path, megabytes: float) -> None:
    """Make such a disk larger or smaller, with all that is on it."""
    size = f"remount,size={int(megabytes * 1024)}k"
    subprocess.run(["mount", "-o", size, str(disk)], check=True)
