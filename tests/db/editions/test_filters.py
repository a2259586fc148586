"""A day's list and a search keep the same papers by the same filters."""

from datetime import date

import pytest

from broadsheet.editions.answer import answer
from broadsheet.editions.types import Question
from broadsheet.kernel.dates import Period
from broadsheet.papers import actions
from broadsheet.search.contract import Filters

pytestmark = pytest.mark.django_db

DAY = Question(place="front", period=Period.parse("2026-08-14"), field="everything")
SEARCH = Question(place="search")


@pytest.fixture
def papers(said, picked, follow):
    announced = {"announced": "2026-08-14"}
    actions.ingest(
        [
            said(id="2608.00001", categories=["cs.CL", "math.CO"], published="2026", **announced),
            said(id="2608.00002", categories=["cs.LG"], published="2026-05", **announced),
            said(id="2608.00003", categories=["csx"], published="2026-08-10", **announced),
            said(id="2608.00004", categories=["cs"], published=None, **announced),
            said(id="2608.00005", code_url="https://example.org/code", **announced),
            picked(
                id="arxiv:2608.00006",
                arxiv_id="2608.00006",
                published="2026-08-13",
                organization={"slug": "MIT", "name": "A school"},
            ),
        ]
    )
    follow()


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(), "123456"),
        (Filters(categories=("cs",)), "124"),
        (Filters(categories=("CS.*",)), "124"),
        (Filters(categories=("cs.cl", "csx")), "13"),
        (Filters(categories=("c",)), ""),
        (Filters(since=date(2026, 5, 20)), "1236"),
        (Filters(since=date(2026, 9, 1)), "1"),
        (Filters(until=date(2026, 5, 1)), "125"),
        (Filters(since=date(2026, 8, 10), until=date(2026, 8, 10)), "13"),
        (Filters(sources=("arxiv",)), "12345"),
        (Filters(sources=("huggingface-daily",)), "6"),
        (Filters(sources=("broadsheet",)), "6"),
        (Filters(sources=("arXiv",)), ""),
        (Filters(organizations=("mit",)), "6"),
        (Filters(organizations=("Mit", "acme")), "6"),
        (Filters(has_code=True), "5"),
        (Filters(min_votes=1), "6"),
    ],
)
@pytest.mark.usefixtures("papers")
def test_both_let_through_the_same_papers(filters, numbers):
    for question in (DAY, SEARCH):
        found = answer(question.but(filters=filters)).hits
        assert "".join(sorted(hit.card.key[-1] for hit in found)) == numbers, question.place
