"""Two workers at once on PostgreSQL: what one takes or tells, the other does not."""

import threading

import pytest
from django.db import connections
from tests.db.conftest import NOW
from tests.db.digest.hooks import Told, wait_for, webhook

from broadsheet.digest import matching, news
from broadsheet.digest.hooks import dispatches
from broadsheet.digest.models import Clipping, Dispatch
from broadsheet.kernel import clock
from broadsheet.papers import actions

pytestmark = [
    pytest.mark.on("postgresql"),  # SQLite lets one writer in by itself
    pytest.mark.django_db(transaction=True),
]


def twice(act):
    """Do the same in two threads that begin together; gives what each gave."""
    together, given = threading.Barrier(2), []

    def run():
        try:
            together.wait()
            with clock.at(NOW):
                given.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_each_dispatch_is_taken_by_one():
    for number in range(20):
        wait_for(webhook(), f"day.complete {number}")

    def take():
        return [claim.name for claim in iter(dispatches.claim, None)]

    one, two = twice(take)

    assert sorted(one + two) == sorted(Dispatch.objects.values_list("name", flat=True))


def test_each_day_and_each_match_is_told_once(picked, said):
    hooks = [webhook(edition="/search?q=robots") for _ in range(5)] + [webhook() for _ in range(5)]
    matching.clip(Told().beat)
    actions.ingest([picked()])
    actions.ingest([said(title=f"Robots {n}", published="2026-08-14") for n in range(30)])

    assert len(twice(lambda: news.look(Told().beat))) == 2

    assert [hook.dispatches.count() for hook in hooks] == [1] * 10
    assert Clipping.objects.count() == 30
