"""Composing that is killed, or done by two at once: every letter goes into the outbox once."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.servers import environ

SUBSCRIPTIONS = 60


@pytest.fixture
def site(starter_data, tmp_path):
    """A data folder with the starter edition and sixty subscriptions to be made."""
    return Path(shutil.copytree(starter_data, tmp_path / "data"))


class Composer:
    """A process that composes what is due once it is told to go."""

    def __init__(self, data, **asked):
        told = json.dumps({"pause_s": 0.02} | asked)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("composing.py")), told],
            env=environ(data, BROADSHEET_MAIL="folder"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout.readline() == "ready\n"

    def go(self):
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def kill_after(self, seconds):
        time.sleep(seconds)
        self._process.kill()
        self._process.communicate()

    def posted(self):
        out, _ = self._process.communicate()
        assert self._process.returncode == 0
        return json.loads(out)["posted"]


def letters(data):
    """Every letter's key, every issue, and how many subscriptions are still due."""
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as held:
        keys = [key for (key,) in held.execute("SELECT key FROM mail_message")]
        issues = held.execute(
            "SELECT 'edition ' || s.name || ' ' || i.edition FROM digest_issue i"
            " JOIN digest_subscription s ON s.id = i.subscription_id"
        )
        (due,) = held.execute(
            "SELECT COUNT(*) FROM digest_subscription WHERE due_at < '2026-08-15 08:00:00'"
        ).fetchone()
        return sorted(keys), sorted(key for (key,) in issues), due


def test_killed_again_and_again_it_posts_every_letter_once(site, rounds):
    moments = random.Random(10)
    composer = Composer(site, subscriptions=SUBSCRIPTIONS)
    for _ in range(rounds):
        composer.go()
        composer.kill_after(moments.uniform(0.05, 0.6))
        keys, issues, due = letters(site)
        assert keys == issues  # a letter and its issue are there together, or neither
        assert len(keys) == SUBSCRIPTIONS - due
        composer = Composer(site)
    composer.go()
    composer.posted()
    keys, issues, due = letters(site)

    assert due == 0
    assert keys == issues
    assert len({key.split()[1] for key in keys}) == len(keys) == SUBSCRIPTIONS


def test_two_at_once_post_every_letter_once(site):
    both = [Composer(site, subscriptions=SUBSCRIPTIONS), Composer(site)]
    for composer in both:
        composer.go()
    posted = [composer.posted() for composer in both]
    keys, issues, due = letters(site)

    assert sum(posted) == len(keys) == SUBSCRIPTIONS
    assert keys == issues
    assert due == 0
