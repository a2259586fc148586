"""The site as a server: start, throughput and memory.

`broadsheet serve` on the catalogue of everything, with its workers and its follower as an operator
starts it; 16 connections that stay open ask from the same machine and share its cores. A kept page
is the latest front page; every search asks something else, after ten seconds that are not counted.
Memory is read after all of it, over the whole process tree.
"""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from _measured import (
    environment,
    figure,
    free_port,
    memory,
    need_catalogue,
    percentiles,
    queries,
    read_once,
    rest,
    timed,
)

_CONNECTIONS = 16
_SECONDS = 10.0
_STARTS = 5
_HEAD = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"


@contextmanager
def serving() -> Iterator[tuple[int, int, float]]:
    """A server: its port, its process and the milliseconds until its first page was read."""
    port = free_port()
    command = [sys.executable, "-m", "broadsheet", "serve", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
    try:
        while asyncio.run(_first(port)) != 200:
            if process.poll() is not None or timed(began) > 60_000:
                sys.exit("The server did not start")
            time.sleep(0.01)
        yield port, process.pid, timed(began)
    finally:
        process.terminate()
        process.wait(30)


async def _first(port: int) -> int:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status = await ask(reader, writer, "/")
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        return 0
    return status


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> int:
    """Ask for a page on an open connection and read it to its end; gives the status."""
    writer.write(_HEAD.format(address).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length: ")
    await reader.readexactly(int(length.split(b"\r\n")[0]))
    return int(head.split(b" ", 2)[1])


async def load(port: int, addresses: Iterator[str], seconds: float) -> list[float]:
    """Ask from all connections for so long; gives the milliseconds of every answer."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.perf_counter()) < end:
            address = next(addresses)
            if (status := await ask(reader, writer, address)) != 200:
                sys.exit(f"{address} was answered with {status}")
            took.append(timed(began))
        writer.close()

    await asyncio.gather(*(client() for _ in range(_CONNECTIONS)))
    return took


def measure(name: str, port: int, addresses: Iterator[str], target: str = "") -> None:
    took = asyncio.run(load(port, addresses, _SECONDS))
    figure(f"{name}, {_CONNECTIONS} connections", len(took) / _SECONDS, "a second", target)
    middle, late = percentiles(took)
    figure(f"{name}, p50", middle, "ms")
    figure(f"{name}, p99", late, "ms")


def starts() -> None:
    """How long a start takes; the first of them may read from the disk."""
    took = []
    for _ in range(_STARTS):
        with serving() as (_port, _process, milliseconds):
            took.append(milliseconds / 1e3)
    figure("start to first page", percentiles(took)[0], "s", "<= 2")
    figure("start to first page, slowest", max(took), "s")


def main() -> None:
    need_catalogue()
    read_once()
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    starts()
    searches = itertools.cycle(f"/search.json?{urlencode({'q': text})}" for text in queries())
    with serving() as (port, process, _):
        rest(process)
        asyncio.run(load(port, itertools.repeat("/"), 1))
        measure("kept front page", port, itertools.repeat("/"), ">= 500")
        asyncio.run(load(port, searches, _SECONDS))
        measure("search as JSON", port, searches, ">= 100")
        resident, proportional = memory(process)
    figure("memory, all processes, shared parts counted once", proportional, "MB", "<= 500")
    figure("memory, resident, all processes", resident, "MB")


if __name__ == "__main__":
    main()
