"""Processes of a running server that die: they come back, and none is left behind."""

import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.servers import (
    COMMAND,
    Server,
    broadsheet,
    children,
    environ,
    free_port,
    is_alive,
    until,
)

from broadsheet.cli import serving

ROOT = Path(__file__).parents[3]
WORKERS = 2
EVERYWHERE = "0.0.0.0"  # noqa: S104  # on a port of the test's own


def last_change(data):
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        return catalogue.execute("SELECT max(number) FROM papers_change").fetchone()[0] or 0


def seconds_to_find(server, paper):
    """Import from another process; gives the seconds from its commit to the first find."""
    before = last_change(server.data)
    importing = subprocess.Popen(
        [str(COMMAND), "import", str(paper)],
        env=environ(server.data),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: last_change(server.data) > before, within_s=30, every_s=0.01)
    committed = time.monotonic()
    until(lambda: server.finds(paper.stem), within_s=30, every_s=0.02)
    found = time.monotonic()
    _, said = importing.communicate(timeout=60)
    assert (importing.returncode, said) == (0, "")
    return found - committed


def family(server):
    return [server.process.pid, *children(server.process.pid)]


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.alone
def test_what_another_process_imports_is_searchable_within_a_second(data, one_paper, rounds):
    with Server(data) as server:
        until(server.follower, within_s=10)
        assert seconds_to_find(server, one_paper("warmup")) < 10
        took = [seconds_to_find(server, one_paper(f"axolotl{n}")) for n in range(rounds)]

    assert statistics.median(took) < 1
    assert max(took) < 3  # a busy machine may be late once


@pytest.mark.alone
def test_a_killed_follower_is_started_again_and_follows(data, one_paper, rounds):
    moments = random.Random(11)
    took = []
    with Server(data) as server:
        for number in range(rounds):
            old = until(server.follower, within_s=10)
            time.sleep(moments.uniform(0, 0.6))
            os.kill(old, signal.SIGKILL)
            if number % 2:  # else while it is away
                until(lambda old=old: server.follower() not in (0, old), within_s=10)
            took.append(seconds_to_find(server, one_paper(f"bergamot{number}")))
        until(server.follower, within_s=10)
        checked = broadsheet(data, "index", "check")

    assert checked.returncode == 0, checked.stderr
    assert statistics.median(took) < 3
    assert max(took) < 10


def test_a_killed_worker_comes_back_and_the_site_goes_on(data, rounds):
    with Server(data) as server:
        until(lambda: len(server.workers()) == WORKERS, within_s=10)
        for number in range(rounds):
            workers = sorted(server.workers())
            os.kill(workers[0], signal.SIGKILL)
            until(lambda: server.get("/")[0] == 200, within_s=10)
            fresh = until(
                lambda: len(server.workers()) == WORKERS and server.workers(), within_s=10
            )
            assert workers[0] not in fresh, f"round {number}"


def test_all_workers_killed_at_once_come_back(data):
    with Server(data) as server:
        until(lambda: len(server.workers()) == WORKERS, within_s=10)
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        until(lambda: server.get("/")[0] == 200, within_s=10)


def test_a_worker_that_dies_as_soon_as_it_is_there_ends_the_server(data):
    """So that whoever keeps the service hears of it."""
    with Server(data) as server:
        until(lambda: len(server.workers()) == WORKERS, within_s=10)
        old = server.workers()
        os.kill(min(old), signal.SIGKILL)
        (fresh,) = until(lambda: server.workers() - old, within_s=10)
        os.kill(fresh, signal.SIGKILL)

        assert server.process.wait(10) == 1
        until(lambda: is_free(server.port), within_s=5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_by_a_signal_nothing_is_left_and_the_port_is_free(data, number):
    with Server(data) as server:
        until(server.follower, within_s=10)
        started = family(server)
        assert len(started) == 1 + WORKERS + 1
        server.process.send_signal(number)
        assert server.process.wait(8) == 0
        until(lambda: not any(map(is_alive, started)), within_s=10)
        assert is_free(server.port)
        assert "Traceback" not in server.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_ended_by_a_terminal_which_tells_all_processes_nothing_is_left(data, number, rounds):
    for _ in range(min(rounds, 2)):
        with Server(data) as server:
            started = family(server)  # at once: some may not listen to signals yet
            os.killpg(server.process.pid, number)
            assert server.process.wait(10) == 0  # 5 where a worker has to be killed
            until(lambda started=started: not any(map(is_alive, started)), within_s=10)
            assert "Traceback" not in server.log


def test_a_site_started_with_nohup_outlives_the_terminal(data):
    with Server(data, before=("nohup",)) as server:
        until(lambda: len(server.workers()) == WORKERS, within_s=10)
        os.killpg(server.process.pid, signal.SIGHUP)
        time.sleep(1)
        until(lambda: server.get("/")[0] == 200, within_s=10)


def test_a_killed_server_leaves_no_process_and_the_port_free(data, one_paper, rounds):
    for _ in range(min(rounds, 3)):
        with Server(data) as server:
            until(server.follower, within_s=10)
            started = family(server)
            server.process.kill()
            server.process.wait()
            until(lambda started=started: not any(map(is_alive, started)), within_s=5)
            assert is_free(server.port)


def test_a_server_and_its_respawned_worker_end_together(data):
    """A worker that was started later holds whatever the server held then."""
    with Server(data) as server:
        until(server.follower, within_s=10)
        os.kill(min(server.workers()), signal.SIGKILL)
        until(lambda: len(server.workers()) == WORKERS, within_s=10)
        time.sleep(1)
        started = family(server)
        server.process.kill()
        server.process.wait()
        until(lambda: not any(map(is_alive, started)), within_s=5)


def test_make_demo_that_is_ended_ends_the_server(tmp_path):
    port, data = free_port(), tmp_path / "data"
    # -o: what make would install before is there, or this test would not run
    command = ["make", "-o", "setup", "demo", f"PORT={port}", f"DATA={data}"]
    making = subprocess.Popen(command, cwd=ROOT, env=environ(data), stdout=subprocess.DEVNULL)
    until(lambda: not is_free(port), within_s=30)
    (demo,) = children(making.pid)
    making.terminate()
    making.wait(10)

    until(lambda: not is_alive(demo) and is_free(port), within_s=10)


def test_no_process_is_forked_while_another_is_begun():
    """It would hold the pipes of that one, which then waits for their end and has none."""
    begun, stopped = threading.Event(), threading.Event()
    moments = []

    def start():
        begun.set()
        time.sleep(0.3)
        moments.append("begun")
        stopped.set()
        raise OSError

    keeper = threading.Thread(target=serving._keep, args=(start, stopped))
    keeper.start()
    begun.wait(5)
    if (pid := os.fork()) == 0:
        os._exit(0)
    moments.append("forked")
    os.waitpid(pid, 0)
    keeper.join(5)

    assert moments == ["begun", "forked"]


def test_a_taken_port_is_said_in_one_line_before_anything_is_begun(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = broadsheet(tmp_path / "data", "serve", "--port", port)

    assert done.returncode == 76
    assert done.stderr == (
        f"Port {port} is taken on 127.0.0.1. Choose another with --port or PORT=.\n"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["localhost", "::1", EVERYWHERE])
def test_a_host_is_answered_by_the_name_it_was_given(data, host):
    with Server(data, host=host) as server:
        assert server.get("/")[0] == 200
        assert f"Broadsheet is at {server.address} (Ctrl-C ends it)" in server.log
        assert ("BROADSHEET_ALLOWED_HOSTS names it" in server.log) == (host == EVERYWHERE)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.invalid", "a" * 300, "2001:db8::1"])
def test_a_host_that_is_not_ours_is_not_called_a_taken_port(tmp_path, host):
    done = broadsheet(tmp_path / "data", "serve", "--host", host)

    assert done.returncode == 78
    assert done.stderr == (
        f"--host cannot be used: {host} is no address of this machine;"
        " 127.0.0.1 and 0.0.0.0 always are.\n"
    )
