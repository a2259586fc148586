"""Turns kept in the database: never two at a time, never too soon, never lost for long."""

import os
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from broadsheet.harvest import leases
from broadsheet.harvest.limiter import LONGEST_REST, Turns
from broadsheet.harvest.models import Host
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked

THREE = timedelta(seconds=3)


class Clock:
    """A clock that goes on only by sleeping."""

    def __init__(self, moment):
        self.moment = moment
        self.slept = 0.0
        self._held = ExitStack()

    def set(self, moment):
        self.moment = moment
        self._held.close()
        self._held.enter_context(clock.at(moment))

    def sleep(self, seconds):
        assert seconds > 0
        self.slept += seconds
        self.set(self.moment + timedelta(seconds=seconds))


@pytest.fixture
def ticking(db):
    ticking = Clock(clock.now())
    yield ticking
    ticking._held.close()


@pytest.fixture
def turns(ticking):
    return Turns(sleep=ticking.sleep)


def test_all_of_arxiv_together_is_asked_once_in_three_seconds(turns, ticking):
    for host in ("rss.arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org:443"):
        with turns.turn(host):
            pass

    assert 2 * 3 <= ticking.slept < 2 * 3 + 1
    assert Host.objects.get().name == "arxiv"


def test_the_pause_counts_from_the_end_of_a_request(turns, ticking):
    with turns.turn("arxiv.org"):
        ticking.set(ticking.moment + timedelta(seconds=40))
    with turns.turn("arxiv.org"):
        assert ticking.slept >= 3


def test_hosts_do_not_wait_for_each_other(turns, ticking):
    with turns.turn("arxiv.org"), turns.turn("api.github.com"):
        pass

    assert ticking.slept < 1


def test_whoever_comes_second_waits_until_the_first_is_done(turns, ticking):
    first = turns.turn("arxiv.org")
    first.__enter__()
    looks = []

    def sleep(seconds):
        looks.append(Host.objects.get().holder)
        ticking.sleep(seconds)
        if len(looks) == 3:
            first.__exit__(None, None, None)

    with Turns(sleep=sleep).turn("arxiv.org"):
        assert len(looks) >= 3
        assert len(set(looks[:3])) == 1
        assert Host.objects.get().holder not in looks[:3]


def test_a_failed_request_gives_the_turn_back(turns):
    with pytest.raises(ZeroDivisionError), turns.turn("arxiv.org"):
        _ = 1 / 0

    assert Host.objects.get().holder == ""


def test_a_host_that_rests_is_not_asked(turns, ticking):
    until = ticking.moment + timedelta(minutes=10)
    turns.rest("rss.arxiv.org", until, "after it answered 503")
    turns.rest("export.arxiv.org", until - timedelta(minutes=5), "after it answered 429")

    with pytest.raises(NotAsked) as refused, turns.turn("arxiv.org"):
        pass
    assert refused.value.facts["again_at"] == until
    assert "after it answered 503" in refused.value.user_message
    ticking.set(until)
    with turns.turn("arxiv.org"):
        pass


def test_no_host_rests_for_longer_than_a_day(turns, ticking):
    turns.rest("arxiv.org", ticking.moment + timedelta(days=90), "so it said")

    ticking.set(ticking.moment + LONGEST_REST)
    with turns.turn("arxiv.org"):
        pass


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(days=-3), timedelta(days=4000)])
def test_a_clock_that_jumps_starves_nobody(turns, ticking, jump):
    with turns.turn("arxiv.org"):
        pass
    turns.rest("api.github.com", ticking.moment + timedelta(seconds=5), "after it answered 429")
    ticking.set(ticking.moment + jump)

    with turns.turn("arxiv.org"):
        pass
    assert ticking.slept <= 2 * 3
    ticking.set(ticking.moment + LONGEST_REST)
    with suppress(NotAsked), turns.turn("api.github.com"):
        pass
    ticking.set(ticking.moment + LONGEST_REST + timedelta(seconds=1))
    with turns.turn("api.github.com"):
        pass


def test_a_lease_ends_by_itself_where_its_holder_is_on_another_machine(turns, ticking):
    turn = turns.turn("arxiv.org")
    turn.__enter__()
    Host.objects.update(holder="elsewhere 1 1 abc")

    with turns.turn("arxiv.org"):
        assert timedelta(seconds=ticking.slept) >= leases.LEASE


def test_nobody_waits_for_a_process_of_this_machine_that_is_gone(turns, ticking):
    code = "import os; print(os.getpid())"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    with turns.turn("arxiv.org"):
        mine = Host.objects.get().holder
        assert not leases.is_gone(mine)
    here, _, born, number = mine.split(" ")
    dead = f"{here} {gone.stdout.strip()} {born} {number}"
    Host.objects.update(holder=dead, held_until=clock.now() + leases.LEASE)

    with turns.turn("arxiv.org"):
        assert ticking.slept <= 2 * 3 + 1


@pytest.mark.parametrize("holder", ["", "elsewhere 1 2 abc", " 1 2 abc", "nonsense"])
def test_of_holders_elsewhere_nothing_is_known(holder):
    assert not leases.is_gone(holder)


def test_a_number_that_another_process_has_now_is_not_the_holder():
    here, pid, _, number = leases.new_holder().split(" ")

    assert int(pid) == os.getpid()
    assert leases.is_gone(f"{here} {pid} 1 {number}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.on("postgresql")
def test_many_at_once_never_hold_a_turn_together():
    inside, most = [], []
    lock = threading.Lock()
    turns = Turns()

    def ask():
        try:
            for _ in range(5):
                with turns.turn("127.0.0.1:8000"):
                    with lock:
                        inside.append(1)
                        most.append(len(inside))
                    with lock:
                        inside.pop()
        finally:
            connections.close_all()

    asking = [threading.Thread(target=ask) for _ in range(6)]
    for one in asking:
        one.start()
    for one in asking:
        one.join(60)
    assert (max(most), len(most)) == (1, 30)
    assert Host.objects.get().holder == ""


def test_moments_are_kept_whole(turns, ticking):
    with turns.turn("arxiv.org"):
        pass

    assert Host.objects.get().next_at == ticking.moment + THREE
    assert Host.objects.get().rests_until == datetime(1970, 1, 1, tzinfo=UTC)
