"""New stars beside votes in what is trending, and on the receipt."""

import math
from datetime import UTC, date, datetime

import pytest

from broadsheet.editions.answer import answer
from broadsheet.editions.types import Question
from broadsheet.kernel.dates import Period
from broadsheet.papers import actions, queries
from broadsheet.sources.hf_daily.parse import envelope
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db

TRENDING = Question(place="trending")
DAY = date(2026, 8, 10)


@pytest.fixture
def counted():
    """Ingest a paper of 10 August with votes, and its stars as counted on some days of August."""

    def ingest(number, votes, **stars):
        for day in sorted(stars or {"d10": None}):
            paper = {"id": number, "title": f"On the pond {number}", "upvotes": votes}
            paper |= {"publishedAt": "2026-08-09T00:00:00.000Z"}
            if stars:
                paper |= {"githubRepo": "https://github.com/a/b", "githubStars": stars[day]}
            captured = datetime(2026, 8, int(day[1:]), 15, tzinfo=UTC)
            raw = envelope({"paper": paper}, day=DAY, rank=1, captured=captured)
            actions.ingest([SOURCES["hf_daily"].reread(raw, captured)])

    return ingest


def receipts(question=TRENDING):
    return {hit.card.key: hit.receipt for hit in answer(question).hits}


def line(receipt, feature):
    return next(line for line in receipt.lines if line.feature == feature)


def test_new_stars_move_a_paper_up_and_the_receipt_says_by_how_much(counted):
    counted("2608.00001", 9, d10=400, d12=450, d14=499)
    counted("2608.00002", 9)

    found = receipts()

    assert [*found] == ["2608.00001", "2608.00002"]
    stars = line(found["2608.00001"], "stars")
    assert stars.value == math.log10(1 + 99)
    assert (stars.weight, stars.points) == (0.5, 1.0)
    assert stars.reading == "499 less 400 on 2026-08-10"
    assert stars.seen == "github, 2026-08-14 15:00 UTC"
    for receipt in found.values():
        total = math.fsum(line.value * line.weight for line in receipt.lines)
        assert (receipt.version, total) == (2, receipt.score)


def test_a_paper_without_stars_loses_nothing(counted):
    counted("2608.00001", 9)
    [receipt] = receipts().values()

    assert line(receipt, "stars").points == 0
    votes, age = line(receipt, "votes").points, line(receipt, "age").points
    assert receipt.score == math.fsum([votes, age])
    assert votes == 1.0


def test_a_famous_repository_that_was_counted_once_is_not_news(counted):
    counted("2608.00001", 9, d14=250_000)
    counted("2608.00002", 9)

    assert len({receipt.score for receipt in receipts().values()}) == 1


def test_stars_that_are_lost_take_nothing_away(counted):
    counted("2608.00001", 9, d10=400, d14=300)

    assert line(receipts()["2608.00001"], "stars").points == 0


def test_stars_of_a_past_moment_are_those_known_then(counted):
    counted("2608.00001", 9, d10=400, d12=450, d14=499)
    then = Question(place="trending", as_of=datetime(2026, 8, 13, tzinfo=UTC))

    assert line(receipts(then)["2608.00001"], "stars").reading == "450 less 400 on 2026-08-10"


def test_only_what_was_gained_in_seven_days_counts(counted):
    counted("2608.00001", 9, d3=100, d7=200, d9=240, d14=260)
    week = Question(place="front", period=Period.day(DAY), recipe="hot")

    assert line(receipts()["2608.00001"], "stars").reading == "260 less 200 on 2026-08-07"
    assert line(receipts(week)["2608.00001"], "stars").reading == "240 less 100 on 2026-08-03"


def test_stars_counted_every_day_cost_two_rows_a_paper(counted):
    counted("2608.00001", 9, **{f"d{day}": 100 + day for day in range(10, 15)})
    counted("2608.00002", 9, d14=7)
    week = (), DAY, DAY
    since, to = datetime(2026, 8, 12, 16, tzinfo=UTC), datetime(2026, 8, 14, tzinfo=UTC)
    read = queries.ends_between(*week, "stars", since=since, to=to)

    assert [[t.total for t in totals] for totals in read.values()] == [[112, 113]]
    since = datetime(2026, 8, 1, tzinfo=UTC)
    read = queries.ends_between(*week, "stars", since=since, to=datetime(2026, 8, 15, tzinfo=UTC))
    assert sorted([t.total for t in totals] for totals in read.values()) == [[7], [110, 114]]
