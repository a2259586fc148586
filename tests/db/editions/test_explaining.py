"""Why a search finds a paper, or does not: condition by condition, word by word."""

import pytest

from broadsheet.editions import index
from broadsheet.editions.answer import receipt
from broadsheet.editions.explaining import explain
from broadsheet.editions.types import Question
from broadsheet.kernel.errors import NotFound
from broadsheet.papers import actions
from broadsheet.search.contract import Explanation, Filters
from broadsheet.search.engines.local.backend import LocalBackend

pytestmark = pytest.mark.django_db

ASKED = Question(place="search", text="lichen bark -moss", filters=Filters(has_code=True))


@pytest.fixture
def papers(said, follow):
    actions.ingest(
        [
            said(id="2601.00001", title="Lichen on bark", code_url="https://example.org"),
            said(id="2601.00002", title="Lichen", abstract="And moss."),
            said(id="2601.00003", title="Bark and lichen", categories=["q-bio.PE"],
                 code_url="https://example.org", published="2024"),
        ]
    )  # fmt: skip
    follow()


def checks(told):
    return {check.label: check.passed for check in told.checks}


def test_a_paper_that_is_found_has_its_place_its_points_and_its_receipt(papers):
    told = explain(ASKED, "arXiv:2601.00003v1")

    assert (told.matched, told.scored, told.rank) == (True, True, 2)
    assert told.receipt == receipt(ASKED, "2601.00003")
    assert told.terms.keys() == {"lichen", "bark", "title: lichen", "title: bark"}
    assert sum(told.terms.values()) == pytest.approx(told.words, abs=1e-3)
    assert all(checks(told).values())


def test_of_a_paper_that_is_not_found_every_failure_is_named(papers):
    told = explain(ASKED, "2601.00002")

    assert (told.matched, told.rank, told.receipt) == (False, None, None)
    assert checks(told) == {
        "held by the search index": True,
        "with code": False,
        "the words “lichen” and “bark” (also as an author’s name)": False,
        "not the word “moss”": False,
    }
    assert not told.scored
    assert told.terms.keys() == {"lichen", "title: lichen"}


def test_free_words_bind_only_where_words_are_all_that_counts(papers):
    question = Question(place="search", text="lichen bark", mode="words")

    assert not explain(question, "2601.00002").matched
    assert explain(question.but(mode="hybrid"), "2601.00002").matched


@pytest.mark.parametrize(
    ("filters", "label"),
    [
        ({"categories": ("cs", "math")}, "in cs or math"),
        ({"min_votes": 5}, "with at least 5 votes"),
        ({"sources": ("anthology",)}, "of the source anthology"),
        ({"organizations": ("acme",)}, "from acme"),
    ],
)
def test_every_filter_is_told_alone(papers, filters, label):
    question = Question(place="search", text="lichen", filters=Filters(**filters))

    assert checks(explain(question, "2601.00003"))[label] is False


def test_field_and_moment_are_conditions_too(papers):
    told = explain(ASKED.but(field="materials"), "2601.00003")

    assert checks(told)["of the field Materials"] is False


def test_a_paper_the_index_has_yet_to_hear_of(papers, said):
    actions.ingest([said(id="2601.00009", title="Lichen bark")])

    assert checks(explain(ASKED, "2601.00009"))["held by the search index"] is False


def test_a_paper_that_is_not_held_is_not_found(papers):
    with pytest.raises(NotFound):
        explain(ASKED, "2601.99999")


def test_an_engine_that_tells_more_is_heard(papers, monkeypatch):
    more = Explanation(
        terms={"lichen": 1.5}, words=1.5, meaning=0.7, late=0.4, score=0.9, matched=True,
        passed=(("within a day", True),),
    )  # fmt: skip
    monkeypatch.setattr(LocalBackend, "explain", lambda self, request, key: more)
    told = explain(ASKED, "2601.00001")

    assert (told.words, told.meaning, told.late, told.score) == (1.5, 0.7, 0.4, 0.9)
    assert checks(told)["within a day"] is True
    assert index.ask(lambda backend: backend.upto())
