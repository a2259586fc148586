"""One paper found by any of its names, with what is held of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadsheet.papers import actions, queries
from broadsheet.papers.models import Paper

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["a\0b", "10.1000/a\0b", "\ud800", "2601.00001\n", "\u202e"])
def test_a_name_that_cannot_be_printed_names_nothing(said, name):
    actions.ingest([said(id="2601.00001")])

    assert queries.find(name) is None
    assert queries.paper(name) is None


def test_a_place_on_a_list_is_one_of_the_papers_that_stand(picked):
    actions.ingest([picked(day="2026-08-14", rank=n, arxiv_id=f"2608.7000{n}") for n in (1, 2, 3)])
    gone, kept = (queries.find(f"2608.7000{n}")[0] for n in (1, 2))
    Paper.objects.filter(pk=gone).update(merged_into=kept)

    [place] = queries.paper("2608.70003").announcements

    assert (place.rank, place.of) == (3, 2)
    assert place.seen_at.tzinfo is not None


def test_a_page_asks_as_often_for_many_days_as_for_one(picked):
    stood = [{"day": f"2026-07-{day:02}", "rank": 1, "upvotes": 1} for day in range(1, 20)]
    actions.ingest(
        [
            picked(id="x1", arxiv_id="2608.70001", feed_days=stood[:1]),
            picked(id="x2", arxiv_id="2608.70002", feed_days=stood),
        ]
    )
    asked = []
    for name in ("2608.70001", "2608.70002"):
        with CaptureQueriesContext(connection) as context:
            page = queries.paper(name)
        asked.append(len(context))

    assert len(page.announcements) == 19
    assert [a.day for a in page.announcements] == sorted(
        (a.day for a in page.announcements), reverse=True
    )
    assert asked[0] == asked[1]
