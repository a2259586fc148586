"""Senders killed at any moment: nothing is lost, and what goes twice bears the same name."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.receiving import Endpoint
from tests.servers import environ, until

SCRIPT = Path(__file__).with_name("telling.py")
OPTIONS = {
    "BROADSHEET_CONTACT": "ada@example.org",
    "BROADSHEET_PUBLIC_URL": "https://papers.example.org",
}
HOOKS, EACH = 4, 6


def begin(data, what, minutes=0, deadly=""):
    command = [sys.executable, str(SCRIPT), what, str(minutes), *([deadly] if deadly else [])]
    return subprocess.Popen(
        command,
        env=environ(data, **OPTIONS),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(data, what, minutes=0, deadly=""):
    """Run to the end; gives the dispatches, None where the process was killed."""
    process = begin(data, what, minutes, deadly)
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == (-9 if deadly else 0), wrong
    return None if deadly else json.loads(said)


@pytest.fixture
def endpoint():
    with Endpoint() as there:
        yield there


def check(there, rows, *, twice):
    """Everything was taken and received, at most so many a second time, all under their names."""
    assert {progress for _, progress, _ in rows} == {"taken"}
    received = Counter(got.name for got in there.received)
    assert received.keys() == {name for name, *_ in rows}
    assert sum(received.values()) - len(received) <= twice
    bodies = {(got.name, got.body) for got in there.received}
    assert len(bodies) == len(received)


@pytest.mark.parametrize("deadly", ["claimed:1", "claimed:7", "answered:1", "answered:9"])
def test_what_was_on_its_way_at_a_death_is_sent_again(data, endpoint, deadly):
    run(data, f"fill,{endpoint.url},{HOOKS},{EACH}")

    run(data, "send", deadly=deadly)
    run(data, "send", minutes=1)  # too early for what may be on its way still
    rows = run(data, "send", minutes=5)

    assert len(rows) == HOOKS * EACH
    check(endpoint, rows, twice=0 if deadly == "claimed:1" else HOOKS)


def slowly(handler):
    time.sleep(0.02)
    handler.send_response(200)
    handler.end_headers()


def killed(data, there, minutes):
    """Kill a sender some time after it began to send; whether it still lived."""
    before = len(there.received)
    process = begin(data, "send", minutes)
    until(lambda: process.poll() is not None or len(there.received) > before, within_s=60)
    time.sleep(0.2 * random.random())
    process.kill()
    process.communicate()
    return process.returncode == -9


def test_senders_killed_at_any_moment_lose_nothing(fresh_data, endpoint, rounds):
    endpoint.answers = (slowly,)
    for _ in range(rounds // 5):  # each is killed several times
        data = fresh_data()
        endpoint.received.clear()
        run(data, f"fill,{endpoint.url},{HOOKS},{EACH}")
        deaths = sum(killed(data, endpoint, 5 * attempt) for attempt in range(1, 4))

        rows = run(data, "send", minutes=30)

        check(endpoint, rows, twice=deaths * HOOKS)


def test_two_senders_at_once_send_everything_once(data, endpoint):
    run(data, f"fill,{endpoint.url},{HOOKS},{EACH}")

    both = [begin(data, "send") for _ in range(2)]
    for process in both:
        _, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, wrong

    check(endpoint, run(data, "count"), twice=0)


def test_a_look_killed_before_it_has_told_all_tells_the_rest_once(data, endpoint):
    run(data, f"fill,{endpoint.url},{HOOKS},0")
    run(data, "look", minutes=1)
    run(data, "hold,1", minutes=2)

    run(data, "look", minutes=5, deadly="told:3")
    assert len(run(data, "count")) == 2
    run(data, "look", minutes=10)
    rows = run(data, "look", minutes=15)

    assert len(rows) == HOOKS
    assert len({event for _, _, event in rows}) == 1
    check(endpoint, run(data, "send", minutes=15), twice=0)
