"""Death in claim, hand-over and bookkeeping: no letter is lost, and none goes twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from tests.mailbox import mailbox
from tests.servers import environ, until
from tests.workers import ROOT, Site

HANDS = Path(__file__).with_name("hands.py")
POINTS = ("claiming", "claimed", "giving", "given", "answered", "settled", "putting_off")


@pytest.fixture(scope="module")
def many(soaking):
    """How many deaths."""
    return 200 if soaking else len(POINTS)


@pytest.fixture
def box():
    with mailbox() as server:
        yield server


@pytest.fixture
def options(box):
    return {
        "BROADSHEET_MAIL": box.address,
        "BROADSHEET_MAIL_FROM": "edition@papers.example.org",
        "BROADSHEET_MAIL_RATE": "1000",
        "BROADSHEET_MAIL_DOMAIN_RATE": "1000",
        "BROADSHEET_CONTACT": "desk@papers.example.org",
        "BROADSHEET_PUBLIC_URL": "https://papers.example.org",
    }


class Hands:
    """A process that delivers in processes that die."""

    def __init__(self, data, options, letters):
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, str(HANDS), str(letters)],
            env=environ(data, **options, PYTHONPATH=path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == "posted\n"

    def deliver(self, point="end", nth=1):
        """How the process ended that was to die there."""
        self.process.stdin.write(f"{point} {nth}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)


def standings(data):
    """The standing of every letter by the address it is to go to."""
    with closing(sqlite3.connect(data / "catalogue.sqlite3", timeout=30)) as catalogue:
        return dict(catalogue.execute("SELECT address, standing FROM mail_message"))


def test_wherever_it_dies_nothing_is_lost_and_nothing_goes_twice(data, box, options, many):
    chance, letters = random.Random(10), many * 3 + 10
    later = {}  # the first time for each of some, so that there is something to put off

    def busy(address):
        number = int(address.partition("@")[0])
        return "450 4.2.0 busy" if number % 5 == 4 and later.setdefault(address, True) else None

    box.rcpt = busy
    deaths = Counter()
    with Hands(data, options, letters) as hands:
        for n in range(many):
            point = POINTS[n % len(POINTS)]
            ended = hands.deliver(point, chance.randint(1, 2))
            deaths[point] += ended == -signal.SIGKILL
            assert ended in (0, -signal.SIGKILL)
        assert hands.deliver() == 0
    found, came = standings(data), Counter(box.to())

    assert sum(deaths.values()) >= many - 2
    assert len(found) == letters
    assert max(came.values()) == 1
    doubtful = {address for address, standing in found.items() if standing == "doubtful"}
    assert len(doubtful) <= sum(deaths.values())
    assert {a for a, standing in found.items() if standing == "sent"} == set(came) - doubtful
    assert {a for a, standing in found.items() if standing == "waiting"} <= set(later)


def test_two_workers_one_of_them_killed_now_and_then_send_everything_once(
    data, box, options, soaking
):
    chance, letters, deaths = random.Random(11), 400, 20 if soaking else 3
    box.delay_s = 0.005
    with Hands(data, options, letters), Site(data, **options) as site:
        site.start(pace={"silence_s": 1.0})
        site.start(pace={"silence_s": 1.0})
        for _ in range(deaths):
            before = len(box.mails)
            until(lambda: len(box.mails) > min(before + 5, letters - 10), within_s=60)  # noqa: B023
            time.sleep(chance.uniform(0, 0.1))
            victim = chance.choice(site.workers[-2:])
            victim.kill()
            victim.wait()
            site.start(pace={"silence_s": 1.0})
        until(lambda: settled(data), within_s=90)
    found, came = standings(data), Counter(box.to())

    assert len(found) == letters
    assert max(came.values()) == 1
    kinds = Counter(found.values())
    assert kinds["sent"] + kinds["doubtful"] == letters
    assert kinds["doubtful"] <= deaths
    assert {address for address, standing in found.items() if standing == "sent"} <= set(came)


def test_a_worker_that_was_only_slow_settles_what_it_had_and_sends_nothing_twice(
    data, box, options
):
    box.delay_s = 0.02
    with Hands(data, options, 200), Site(data, **options) as site:
        slow = site.start()
        until(lambda: len(box.mails) > 5, within_s=60)
        slow.send_signal(signal.SIGSTOP)
        before = len(box.mails)
        site.start(pace={"silence_s": 1.0})
        until(lambda: len(box.mails) > before + 5, within_s=60)
        slow.send_signal(signal.SIGCONT)
        until(lambda: Counter(standings(data).values()) == {"sent": 200}, within_s=90)

    assert Counter(Counter(box.to()).values()) == {1: 200}


def settled(data):
    return not set(standings(data).values()) & {"waiting", "sending"}


def test_a_worker_that_is_told_to_end_leaves_nothing_in_doubt(data, box, options):
    box.delay_s = 0.02
    with Hands(data, options, 300), Site(data, **options) as site:
        worker = site.start()
        until(lambda: len(box.mails) > 5, within_s=60)
        worker.terminate()
        assert worker.wait(30) == 0
    found = Counter(standings(data).values())

    assert found == {"sent": len(box.mails), "waiting": 300 - len(box.mails)}
