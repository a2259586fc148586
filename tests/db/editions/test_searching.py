"""Searches: moments, receipts, pages, and what a search does not claim."""

from datetime import UTC, datetime

import pytest

from broadsheet.editions.answer import answer, receipt
from broadsheet.editions.types import DEEPEST, Question
from broadsheet.kernel.dates import Period
from broadsheet.papers import actions
from broadsheet.search.analysis import stems, words
from broadsheet.search.contract import Filters
from broadsheet.search.engines.local.backend import LocalBackend

pytestmark = pytest.mark.django_db

SEARCH = Question(place="search", text="walrus")


def keys(edition):
    return [hit.card.key for hit in edition.hits]


@pytest.fixture
def walruses(said, follow):
    actions.ingest(
        [
            said(id="2608.00001", title="Walrus one", published="2026-08-13"),
            said(id="2608.00002", title="Walrus two", published="2026-08-14"),
            said(id="2608.00003", title="Walrus three", published=None),
        ]
    )
    follow()


@pytest.mark.usefixtures("walruses")
@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (datetime(2026, 8, 14, tzinfo=UTC), {"2608.00001", "2608.00003"}),
        (datetime(2026, 8, 14, 0, 1, tzinfo=UTC), {"2608.00001", "2608.00002", "2608.00003"}),
        (datetime(2026, 8, 1, tzinfo=UTC), {"2608.00003"}),
    ],
)
def test_as_of_leaves_out_what_is_dated_later_and_nothing_else(moment, found):
    assert set(keys(answer(SEARCH.but(as_of=moment)))) == found


@pytest.mark.parametrize("recipe", ["top", "discussed"])
def test_a_past_moment_is_not_ordered_by_today_s_counts(walruses, recipe):
    moment = datetime(2026, 8, 15, tzinfo=UTC)
    asked = SEARCH.but(as_of=moment, recipe=recipe, filters=Filters(min_votes=20))
    edition = answer(asked)

    assert edition.recipe == "relevance"
    assert edition.total == 3
    assert [p.startswith("Votes and comments of a past") for p in edition.reading.problems] == [
        True,
        True,
    ]
    assert answer(asked.but(as_of=None, filters=Filters())).recipe == recipe


def test_what_the_address_could_not_say_stands_beside_the_results(walruses):
    edition = answer(SEARCH.but(problems=("“last year” cannot be read.",)))

    assert edition.total == 3
    assert edition.reading.problems == ("“last year” cannot be read.",)


def test_without_words_the_best_match_is_the_newest(walruses):
    edition = answer(Question(place="search", recipe="relevance"))

    assert edition.recipe == "new"
    assert keys(edition) == ["2608.00002", "2608.00001", "2608.00003"]


@pytest.mark.parametrize("key", ["2608.00001", "nothing-like-it"])
def test_a_receipt_costs_one_long_search_and_at_most_one_page(starter, follow, monkeypatch, key):
    follow()
    searches = []
    real = LocalBackend.search
    monkeypatch.setattr(
        LocalBackend, "search", lambda self, asked: searches.append(asked) or real(self, asked)
    )
    question = Question(place="search", text="the", size=10)

    assert receipt(question, key) is None
    assert len(searches) <= 2
    last = answer(question.but(page=4)).hits[-1]
    searches.clear()
    edition, hit = receipt(question, last.card.key)
    assert (hit, edition.question.page) == (last, 4)
    assert len(searches) == 2


def test_pages_end_where_they_can_be_asked_for(walruses, monkeypatch):
    monkeypatch.setattr("broadsheet.editions.types.DEEPEST", 2)
    edition = answer(SEARCH.but(size=1, page=2))

    assert DEEPEST == 10_000
    assert (edition.total, edition.pages) == (3, 2)
    assert edition.reading.problems[-1].startswith("Lists end at 10,000 papers")


def test_similar_papers_keep_moment_field_and_filters(said, follow):
    text = "Perovskite crystals grown from vapour"
    actions.ingest(
        [
            said(id="2608.00001", title=text),
            said(id="2608.00002", title=f"{text}, again", published="2026-08-14"),
            said(id="2608.00003", title=f"{text}, once more", categories=["chem-ph"]),
            said(id="2608.00004", title=f"{text}, with code", code_url="https://example.org/c"),
        ]
    )
    follow()
    question = Question(place="similar", like="2608.00001")

    assert len(keys(answer(question))) == 3
    assert set(keys(answer(question.but(as_of=datetime(2026, 8, 14, tzinfo=UTC))))) == {
        "2608.00003",
        "2608.00004",
    }
    assert keys(answer(question.but(field="materials"))) == ["2608.00003"]
    assert keys(answer(question.but(filters=Filters(has_code=True)))) == ["2608.00004"]


def test_a_field_that_was_never_announced_says_what_is_there(said, follow):
    question = Question(place="front", field="materials", period=Period.parse("2026-08-14"))
    assert "broadsheet import" in answer(question).why_empty

    actions.ingest([said(categories=["chem-ph"]), said(categories=["cs.CL"])])
    follow()
    assert answer(question).why_empty == (
        "No day of “Materials” is held, but 1 paper that search finds."
    )


def test_the_nearest_day_of_a_narrow_field_may_be_far(said, picked):
    actions.ingest([said(id="2601.00001", categories=["chem-ph"], announced="2026-01-05")])
    actions.ingest([said(categories=["xchem-ph", "chem-phx"], announced="2026-01-06")])
    actions.ingest([said(announced=f"2026-{n // 28 + 2:02}-{n % 28 + 1:02}") for n in range(70)])
    question = Question(place="front", field="materials")

    assert keys(answer(question)) == ["2601.00001"]
    later = answer(question.but(period=Period.parse("2026-05-04")))
    assert later.previous.period == Period.parse("2026-01-05")
    assert later.why_empty.startswith("Nothing that is held was announced on Monday 4 May 2026")


def test_thirty_days_are_trending(said):
    actions.ingest(
        [
            said(id="2607.00001", announced="2026-07-16"),
            said(id="2607.00002", announced="2026-07-15"),
            said(id="2607.00003", announced="2026-08-14"),
        ]
    )
    midnight = datetime(2026, 8, 15, tzinfo=UTC)

    assert set(keys(answer(Question(place="trending", as_of=midnight)))) == {
        "2607.00001",
        "2607.00003",
    }


@pytest.mark.usefixtures("starter")
def test_plain_words_find_a_paper_that_holds_none_of_them(follow):
    follow()
    asked = "unmanned aircraft"
    edition = answer(Question(place="search", text=asked))
    first = edition.hits[0].card

    assert first.key == "2608.05597"
    assert "drone" in first.abstract
    assert not {*stems(words(asked))} & {*stems(words(f"{first.title} {first.abstract}"))}
    assert (edition.total, edition.by_meaning) == (0, 100)


def test_a_stop_word_alone_is_not_enough_where_no_paper_holds_all(said, follow):
    actions.ingest(
        [
            said(id="2608.00001", title="Seen by nobody"),
            said(id="2608.00002", title="Walruses"),
        ]
    )
    follow()
    edition = answer(SEARCH.but(text="flattery by walruses", mode="words"))

    assert keys(edition) == ["2608.00002"]
    assert edition.reading.problems
