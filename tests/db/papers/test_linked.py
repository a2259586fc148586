"""Which repositories GitHub is asked for, and that its stars find their papers."""

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.kernel import clock
from broadsheet.papers import actions, queries
from broadsheet.papers.models import Paper, Signal
from broadsheet.papers.queries.linked import linked
from broadsheet.sources.github.names import linked as read
from broadsheet.sources.github.parse import line, parse

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 8, 15, 12, tzinfo=UTC)


@pytest.fixture
def held(picked):
    """Ingest a paper that links to an address; gives its arXiv number."""

    def ingest(address, **fields):
        record = picked(code_url=address, **fields)
        actions.ingest([record])
        return record.identifiers[0].value

    return ingest


def count(name, stars, *, at=NOW, now_at=""):
    """Ingest what GitHub says of a repository; None: that it is gone."""
    asked = read(name)
    told = None if stars is None else {"full_name": now_at or asked.asked}
    if told:
        told["stargazers_count"] = stars
    with clock.at(max(at, NOW)):
        return actions.ingest([parse(line(asked, told, at))])


def names(now=NOW, most=10):
    return [name.split()[0] for name in linked(now=now, most=most)]


def test_recent_papers_with_code_are_asked_for(held):
    number = held("https://github.com/comb/pond/tree/main", title="How bees count to four")
    held("https://gitlab.com/comb/pond")
    held("")
    held("https://github.com/old/pond", day="2026-06-01")

    assert linked(now=NOW, most=10) == (f"comb/pond arxiv:{number} How bees count to four",)


def test_papers_of_one_repository_stand_together_and_count_once(held):
    held("https://github.com/comb/pond")
    held("https://github.com/moss/waits")
    held("https://github.com/Comb/Pond.git", rank=2)

    assert names() == ["comb/pond", "Comb/Pond", "moss/waits"]
    assert names(most=1) == ["comb/pond", "Comb/Pond"]


def test_stars_are_a_signal_of_the_paper_and_change_nothing_else(held):
    held("https://github.com/comb/pond", title="How bees count to four")
    before = Paper.objects.values().get()
    [name] = linked(now=NOW, most=10)

    report = count(name, 42)

    assert (report.new, report.rejected, Paper.objects.count()) == (0, 0, 1)
    [(kind, origin, total, at)] = Signal.objects.filter(kind="stars").values_list(
        "kind", "origin", "total", "true_at"
    )
    assert (kind, origin, total, at) == ("stars", "github", 42, NOW)
    assert Paper.objects.values().get() == before
    assert queries.cards([before["id"]], until=NOW)[before["id"]].stars == 42


def test_a_repository_is_asked_for_once_a_day_and_the_longest_waiting_first(held):
    for name in ("a/a", "b/b", "c/c"):
        held(f"https://github.com/{name}")
    a, b, _ = linked(now=NOW, most=10)
    count(a, 1, at=NOW - timedelta(hours=21))
    count(b, 1, at=NOW - timedelta(hours=30))

    assert names() == ["c/c", "b/b", "a/a"]
    count(b, 2)
    assert names() == ["c/c", "a/a"]


def test_what_moved_is_asked_for_where_it_is_now(held):
    number = held("https://github.com/comb/pond", title="How bees count to four")
    [name] = linked(now=NOW, most=10)
    count(name, 42, now_at="hive/pond")
    tomorrow = NOW + timedelta(days=1)

    moved = f"comb/pond>hive/pond arxiv:{number} How bees count to four"
    assert linked(now=tomorrow, most=10) == (moved,)
    count(moved, 43, at=tomorrow)
    assert linked(now=tomorrow + timedelta(days=1), most=10) == (moved,)


def test_what_is_gone_keeps_its_history_and_is_left_alone_for_a_month(held):
    held("https://github.com/comb/pond")
    [name] = linked(now=NOW, most=10)
    count(name, 42, at=NOW - timedelta(days=2))
    count(name, None)

    assert names(now=NOW + timedelta(days=20)) == []
    assert names(now=NOW + timedelta(days=31)) == ["comb/pond"]
    assert Signal.objects.filter(kind="stars").count() == 1


def test_a_link_that_was_changed_is_asked_for_at_once(held, picked):
    number = held("https://github.com/comb/pond")
    count(linked(now=NOW, most=10)[0], 42)
    actions.ingest(
        [picked(id=f"arxiv:{number}", arxiv_id=number, code_url="https://github.com/x/y")]
    )

    assert names() == ["x/y"]
