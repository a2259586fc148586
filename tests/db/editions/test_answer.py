"""Editions: order, receipts, moments, periods."""

import math
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadsheet.editions.answer import answer, receipt, standings
from broadsheet.editions.types import Question
from broadsheet.kernel import clock
from broadsheet.kernel.dates import Period
from broadsheet.papers import actions
from broadsheet.search.contract import Filters
from broadsheet.search.ranking.recipes import RECIPES
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db

FRIDAY = Period.parse("2026-08-14")


def keys(edition):
    return [hit.card.key for hit in edition.hits]


def test_a_day_is_ordered_by_votes_and_ties_go_to_the_newer(picked):
    papers = [
        picked(rank=1, votes=3, published="2026-08-10"),
        picked(rank=2, votes=9, published="2026-08-01"),
        picked(rank=3, votes=3, published="2026-08-12"),
    ]
    actions.ingest(papers)
    first, second, third = (paper.identifiers[0].value for paper in papers)

    edition = answer(Question(place="front", period=FRIDAY))

    assert keys(edition) == [second, third, first]
    assert edition.total == edition.voted == 3
    assert [hit.rank for hit in edition.hits] == [1, 2, 3]


def test_without_a_period_the_newest_day_with_papers_answers(starter):
    edition = answer(Question(place="front"))

    assert edition.question.period == FRIDAY
    assert edition.total == 25
    assert edition.previous.period == Period.parse("2026-08-13")
    assert edition.next is None


RECOMPUTED = [
    Question(place="front", period=FRIDAY),
    Question(place="front", period=FRIDAY, recipe="hot"),
    Question(place="front", period=FRIDAY, recipe="new"),
    Question(place="front", period=FRIDAY, recipe="discussed"),
    Question(place="all", period=FRIDAY),
    Question(place="front", period=Period.parse("2026-W33")),
    Question(place="front", period=Period.parse("2026-08"), page=2),
    Question(place="trending"),
    Question(place="search", text="world models"),
    Question(place="search", text="world models", mode="words"),
    Question(place="search", text="world models", mode="meaning"),
    Question(place="search", text="like:2608.13546 video"),
    Question(place="search", text="agents", recipe="top"),
    Question(place="search", text="agents", recipe="new"),
    Question(place="similar", like="2608.13546"),
]


@pytest.mark.parametrize("question", RECOMPUTED, ids=str)
def test_every_score_and_order_follows_from_the_receipts_alone(starter, follow, question):
    follow()
    edition = answer(question)

    assert edition.hits
    scores = []
    for hit in edition.hits:
        features = [feature.name for feature in RECIPES[hit.receipt.recipe].features]
        assert [line.feature for line in hit.receipt.lines] == features
        total = math.fsum(line.value * line.weight for line in hit.receipt.lines)
        assert total == hit.receipt.score
        newest = hit.card.published_on.toordinal() if hit.card.published_on else 0
        scores.append((-total, -newest, hit.card.key))
    if question.place != "similar":
        assert scores == sorted(scores)


def test_each_capture_of_a_day_shows_its_own_order(db, shared):
    source = SOURCES["hf_daily"]
    files = sorted((shared / "formats" / "hf_daily" / "revisions").iterdir())
    captures = {file: list(source.read(file)) for file in files}
    actions.ingest(record for records in captures.values() for record in records)

    for file, records in captures.items():
        day, _, stamp = file.stem.partition("__")
        moment = datetime.strptime(stamp, "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
        asked = Question(place="front", period=Period.parse(day), as_of=moment, size=100)

        shown = answer(asked)
        assert [hit.card.votes for hit in shown.hits] == sorted(
            (next(s.total for s in r.signals if s.kind == "votes") for r in records), reverse=True
        )
        announced = answer(asked.but(recipe="announced"))
        listed = {r.identifiers[0].value: r.announcements[0].rank for r in records}
        assert keys(announced) == sorted(listed, key=listed.__getitem__)


def test_votes_of_a_period_are_those_it_added(picked):
    number = {"id": "arxiv:2608.00001", "arxiv_id": "2608.00001"}
    days = [
        {"day": "2026-08-07", "rank": 1, "upvotes": 40},
        {"day": "2026-08-10", "rank": 1, "upvotes": 55},
    ]
    actions.ingest([picked(**number, feed_days=days, edition_days=["2026-08-07", "2026-08-10"])])

    monday = answer(Question(place="front", period=Period.parse("2026-08-10")))
    line = monday.hits[0].receipt.lines[0]

    assert line.value == 55 - 40
    assert line.reading == "55 less 40 before"
    assert monday.hits[0].card.votes == 55


def test_the_whole_day_stands_in_the_order_of_announcement(starter):
    edition = answer(Question(place="all", period=FRIDAY, size=100))
    ranks = [hit.receipt.lines[-1].value for hit in edition.hits]

    assert edition.recipe == "announced"
    assert ranks == sorted(ranks)


def test_filters_hold_on_a_front_page(starter):
    question = Question(place="front", period=FRIDAY)
    with_code = answer(question.but(filters=Filters(has_code=True)))
    voted = answer(question.but(filters=Filters(min_votes=40)))

    assert 0 < with_code.total < answer(question).total
    assert all(hit.card.code_url for hit in with_code.hits)
    assert [hit.card.votes >= 40 for hit in voted.hits] == [True] * voted.total


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-08-15", "Nothing that is held was announced on Saturday 15 August 2026"),
        ("2026-08-06", "The first edition held is of Friday 7 August 2026."),
        ("2026-08-20", "That day has not come yet."),
    ],
)
def test_an_empty_day_says_why_and_names_the_nearest(starter, day, words):
    edition = answer(Question(place="front", period=Period.parse(day)))

    assert edition.hits == ()
    assert edition.why_empty.startswith(words)
    assert edition.previous or edition.next


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-08-15", "The arXiv list of new papers has no edition that day: there is none"),
        ("2026-09-08", "The arXiv list of new papers has no edition that day: the announce"),
        ("2026-09-09", "Nothing that is held was announced on Wednesday 9 September 2026"),
    ],
)
def test_a_day_that_nobody_watched_goes_by_the_calendar_of_its_feeds(said, day, words):
    actions.ingest([said(announced=day) for day in ("2026-08-14", "2026-09-04")])

    with clock.at(datetime(2026, 9, 20, tzinfo=UTC)):
        edition = answer(Question(place="front", period=Period.parse(day)))
    assert edition.why_empty.startswith(words)


def test_a_narrow_field_without_papers_says_what_to_import(starter):
    edition = answer(Question(place="front", field="materials"))

    assert edition.total == 0
    assert "broadsheet import" in edition.why_empty


def test_a_narrow_field_holds_its_own_categories_only(said):
    actions.ingest(
        [
            said(id="2608.00001", categories=["cond-mat.mtrl-sci"], announced="2026-08-14"),
            said(id="2608.00002", categories=["cs.CL"], announced="2026-08-14"),
        ]
    )

    assert keys(answer(Question(place="front", field="materials"))) == ["2608.00001"]


def test_age_counts_from_the_newest_day_where_nothing_is_young(starter):
    with clock.at(datetime(2026, 11, 21, tzinfo=UTC)):
        edition = answer(Question(place="trending"))

    assert edition.newest_day == date(2026, 8, 14)
    assert edition.total == 145


def test_a_paper_knows_where_it_stood(starter):
    found = standings("2608.13546")

    assert [(str(s.question.period), s.rank, s.total, s.votes) for s in found] == [
        ("2026-08-14", 1, 25, 81)
    ]


def test_a_receipt_is_found_on_whatever_page_the_paper_stands(starter):
    question = Question(place="front", period=Period.parse("2026-08"), size=10)
    last = answer(question.but(page=14)).hits[-1]

    edition, hit = receipt(question, last.card.key)

    assert hit == last
    assert edition.question.page == 14
    assert receipt(question, "no-such-paper") is None


def test_a_page_costs_the_same_however_many_it_shows(picked):
    costs = []
    for day, count in (("2026-08-12", 3), ("2026-08-13", 30)):
        actions.ingest([picked(day=day, rank=n) for n in range(1, count + 1)])
        question = Question(place="front", period=Period.parse(day))
        with CaptureQueriesContext(connection) as queries:
            assert len(answer(question).hits) == count
        costs.append(len(queries))

    assert costs[0] <= costs[1] <= costs[0] + 2  # the second day has a neighbour to look up
