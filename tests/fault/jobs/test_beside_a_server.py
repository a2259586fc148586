"""``serve --with-worker``: the worker comes back, and ends with the server."""

import os
import signal

import pytest
from tests.servers import Server, children, is_alive, until

WORKERS = 2


@pytest.fixture
def server(data):
    with Server(data, flags=("--with-worker",)) as made:
        until(made.worker, within_s=15)
        until(made.follower, within_s=15)
        until(lambda: len(made.workers()) == WORKERS, within_s=15)
        yield made


def test_a_killed_worker_is_started_again_and_the_site_goes_on(server):
    old = server.worker()
    os.kill(old, signal.SIGKILL)

    until(lambda: server.worker() not in (0, old), within_s=15)
    assert server.get("/")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_server_however_that_ends(server, number):
    started = [server.process.pid, *children(server.process.pid)]
    assert len(started) == 1 + WORKERS + 2
    server.process.send_signal(number)
    code = server.process.wait(20)

    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    until(lambda: not any(map(is_alive, started)), within_s=15)
    assert "Traceback" not in server.log


def test_without_the_flag_there_is_no_worker(data):
    with Server(data) as server:
        until(server.follower, within_s=15)

        assert server.worker() == 0
