"""The command as real processes, for tests that need a site or a death."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import pytest

COMMAND = Path(sys.executable).with_name("broadsheet")
_READY_S = 60
_FOLLOWS = "index follow"
_WORKS = "worker --until-closed"


def environ(data: Path, **options: str) -> dict[str, str]:
    """An environment with a data folder of the test's own and no other option of the program."""
    leave = ("BROADSHEET_", "DATABASE_", "DJANGO_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(leave)}
    return own | {"BROADSHEET_DATA": str(data)} | options


def broadsheet(data: Path, *args: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; ``options`` go to subprocess."""
    given = {"env": environ(data), "capture_output": True, "text": True, "timeout": 120} | options
    return subprocess.run([str(COMMAND), *map(str, args)], check=False, **given)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what: Callable[[], Any], *, within_s: float, every_s: float = 0.05) -> Any:
    """What ``what`` gives as soon as it gives anything; fails the test after that time."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(every_s)
    return pytest.fail(f"waited {within_s} s for {what}")


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def children(pid: int) -> dict[int, str]:
    """The running children of a process, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid and is_alive(int(folder.name)):
            found[int(folder.name)] = line
    return found


class Server:
    """``broadsheet serve`` (or ``demo``) on a free port, up when ``with`` begins.

    ``before`` stands before the command, as nohup does; ``flags`` stand behind it; ``options``
    are variables of its environment.
    """

    def __init__(
        self,
        data: Path,
        command: str = "serve",
        *,
        before: tuple[str, ...] = (),
        host: str = "127.0.0.1",
        flags: tuple[str, ...] = (),
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.data, self.port = data, free_port()
        self._environ = environ(data, **(options or {}))
        asked = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104
        self.address = f"http://{asked}:{self.port}"
        options = ["--host", host, "--port", str(self.port)]
        self._command = [*before, str(COMMAND), command, *options, *flags]
        data.mkdir(parents=True, exist_ok=True)
        self._log = data.with_name(f"{data.name}.log")

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command,
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a group of its own, as a terminal gives it
            )
        try:
            until(self._answers, within_s=_READY_S)
        except BaseException:
            self._end()  # `with` has not begun, and would leave it running
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        started = [self.process.pid, *children(self.process.pid)]
        self.process.terminate()
        try:
            self.process.wait(15)
        finally:
            for pid in filter(is_alive, started):
                os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"the server ended: {self.log}")
        return self.get("/robots.txt")[0] == 200

    @property
    def log(self) -> str:
        return self._log.read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of an address of this server; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:  # noqa: S310  # ours
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, b""

    def json(self, path: str) -> Any:
        """The JSON of an address, or None where it is not answered with 200."""
        status, body = self.get(path)
        return json.loads(body) if status == 200 else None

    def finds(self, query: str) -> int:
        """How many papers the search index finds now, 0 while it is not there."""
        found = self.json(f"/search.json?q={query}")
        return found["total"] if found and not found["from_catalogue"] else 0

    def follower(self) -> int:
        """The process that follows the change log, 0 where there is none."""
        return self._beside(_FOLLOWS)

    def worker(self) -> int:
        """The process that runs background jobs, 0 where there is none."""
        return self._beside(_WORKS)

    def _beside(self, words: str) -> int:
        found = children(self.process.pid).items()
        return next((pid for pid, line in found if words in line), 0)

    def workers(self) -> set[int]:
        """The processes that answer."""
        found = children(self.process.pid).items()
        return {pid for pid, line in found if _FOLLOWS not in line and _WORKS not in line}
