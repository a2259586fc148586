"""Processes that ask, one or several at once."""

import multiprocessing as mp
import os
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from _measured import memory

from peers.collection import Collection
from peers.contract import engine

_READY_S = 900  # to open and warm
_WARMING_S = 30  # slow engines warm with fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks what and how long.

    Every client asks its share of the texts first, then goes on with those of the others until
    ``least_s`` has passed; it never asks one text twice. At ``most_s`` it stops wherever it is.
    """

    engine: str
    folder: Path
    collection: Path
    texts: Sequence[str]
    warming: Sequence[str]
    clients: int
    least_s: float
    most_s: float

    def order(self, client: int) -> list[int]:
        """The texts by number, in the order in which this client asks."""
        turns = [(client + turn) % self.clients for turn in range(self.clients)]
        return [number for turn in turns for number in range(turn, len(self.texts), self.clients)]

    def share(self, client: int) -> int:
        return len(range(client, len(self.texts), self.clients))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of it: milliseconds of every search, the clock, memory in MB, bytes on disk."""

    took: list[float]
    answers: dict[int, list[str]]
    seconds: float
    memory_mb: float
    size_bytes: int


def asked(asking: Asking, server: Sequence[int]) -> Asked:
    """Let the clients ask; ``server`` are the processes whose memory counts too."""
    # As a server with so many processes is set up; numpy would start a thread a core in each.
    os.environ["OPENBLAS_NUM_THREADS"] = str(max(1, len(os.sched_getaffinity(0)) // asking.clients))
    spawn = mp.get_context("spawn")
    gate, told = spawn.Barrier(asking.clients + 1), spawn.SimpleQueue()
    clients = [
        spawn.Process(target=_client, args=(asking, number, gate, told))
        for number in range(asking.clients)
    ]
    for client in clients:
        client.start()
    gate.wait(_READY_S)
    lines = [_line(told, clients) for _ in clients]
    used = sum(
        memory(process)[1] for process in (*server, *(client.pid or 0 for client in clients))
    )
    gate.wait(_READY_S)
    for client in clients:
        client.join()
    return Asked(
        took=[took for line in lines for took in line["took"]],
        answers={number: keys for line in lines for number, keys in line["answers"].items()},
        seconds=max(line["ended"] for line in lines) - min(line["began"] for line in lines),
        memory_mb=used,
        size_bytes=lines[0]["size"],
    )


def _line(told: Any, clients: Sequence[BaseProcess]) -> dict[str, Any]:
    """The next client's account; an error where one has ended without."""
    while told.empty():
        if any(client.exitcode for client in clients):
            raise RuntimeError("a client ended before it had asked everything; see above")
        time.sleep(0.05)
    line: dict[str, Any] = told.get()
    return line


def _client(asking: Asking, number: int, gate: Any, told: Any) -> None:
    try:
        told.put(_ask(asking, number, gate))
        gate.wait(asking.most_s + _READY_S)
    except BaseException:
        traceback.print_exc()
        gate.abort()
        raise


def _ask(asking: Asking, number: int, gate: Any) -> dict[str, Any]:
    peer = engine(asking.engine)(asking.folder, Collection(asking.collection))
    peer.open()
    prepared = [peer.prepared(text) for text in asking.texts]
    began = time.monotonic()
    for text in asking.warming:
        peer.search(peer.prepared(text))
        if time.monotonic() - began > _WARMING_S:
            break
    took: list[float] = []
    answers: dict[int, list[str]] = {}
    size, share = peer.size(), asking.share(number)
    gate.wait(_READY_S)
    began = ended = time.monotonic()
    for place in asking.order(number):
        if ended - began > (asking.least_s if len(took) >= share else asking.most_s):
            break
        start = time.perf_counter()
        answers[place] = peer.search(prepared[place])
        took.append((time.perf_counter() - start) * 1e3)
        ended = time.monotonic()
    return {"took": took, "answers": answers, "began": began, "ended": ended, "size": size}
