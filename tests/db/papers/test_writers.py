"""Several processes write at once: one waits for the other, and none loses anything."""

import threading

import pytest
from django.db import connection, connections, transaction

from broadsheet.kernel import clock
from broadsheet.papers import actions, queries
from broadsheet.papers.models import Change, Paper
from broadsheet.papers.refresh import append_changes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite lets one writer in by itself, from the beginning of its transaction.
    pytest.mark.on("postgresql"),
]


class Beside:
    """Something done at the same time, on a connection of its own."""

    def __init__(self, act):
        self.result = self.error = None
        self._thread = threading.Thread(target=self._run, args=(act,))
        self._thread.start()

    def _run(self, act):
        try:
            self.result = act()
        except Exception as error:  # noqa: BLE001  # told to the test
            self.error = error
        finally:
            connections.close_all()

    def waits(self):
        self._thread.join(0.7)
        return self._thread.is_alive()

    def done(self):
        self._thread.join(20)
        assert not self._thread.is_alive()
        assert self.error is None
        return self.result


def listed(said):
    """Papers that only a DOI or a title holds together."""
    return [
        said(source="conf", id=f"{n}", title=f"A paper on the walrus of number {n}", doi=doi)
        for n, doi in enumerate(["10.1000/a", "10.1000/b", "", ""])
    ]


def test_two_imports_of_the_same_papers_found_each_once(said):
    records = listed(said)
    others = [said(source="other", id=r.source_id, title=r.title) for r in records]
    with transaction.atomic():
        actions.ingest(records)
        second = Beside(lambda: actions.ingest([*records, *others]))
        assert second.waits()

    report = second.done()

    assert (report.new, report.merged, report.unchanged) == (0, 4, 4)
    assert Paper.objects.count() == 4
    assert queries.find("10.1000/a") is not None


def test_many_small_imports_at_once_lose_nothing(said):
    records = [said(source="conf", id=f"{n}", doi=f"10.1000/{n}") for n in range(30)]
    running = [Beside(lambda: [actions.ingest([r]) for r in records]) for _ in range(3)]

    reports = [report for one in running for report in one.done()]

    assert sum(report.new for report in reports) == Paper.objects.count() == 30
    assert sum(report.unchanged for report in reports) == 60


def test_a_split_waits_for_an_import(said):
    actions.ingest([said(id="2601.00001", doi="10.1000/a")])
    actions.ingest([said(source="conf", id="1", doi="10.1000/a")])
    [line] = queries.merges(queries.find("2601.00001")[0])
    with transaction.atomic():
        actions.ingest([said()])
        split = Beside(lambda: actions.split(merge=line.number))
        assert split.waits()

    assert split.done()[0] == "2601.00001"


def test_changes_become_visible_in_the_order_of_their_numbers(said):
    actions.ingest([said(id="2601.00001"), said(id="2601.00002")])
    first, second = (queries.find(f"2601.0000{n}")[0] for n in (1, 2))
    now = clock.now()

    def append():
        with transaction.atomic():
            append_changes([second], "paper", now)

    with transaction.atomic():
        append_changes([first], "paper", now)
        other = Beside(append)
        assert other.waits()
        assert connection.in_atomic_block
    other.done()

    newest = Change.objects.order_by("-number").values_list("paper", flat=True)[:2]
    assert list(newest) == [second, first]
