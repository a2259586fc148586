"""What is newly held and matches a watched search: clipped once, and nothing else is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.db.conftest import NOW
from tests.db.digest.hooks import BEGAN, Told, webhook
from tests.db.digest.making import subscription

from broadsheet.digest import matching
from broadsheet.digest.models import Bookmark, Clipping
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion
from broadsheet.papers import actions
from broadsheet.papers.models import Change, Paper

pytestmark = pytest.mark.django_db

ROBOTS = "/search?q=robots"


@pytest.fixture
def hold(said):
    """Hold papers of today with these titles; gives their keys."""

    def make(*titles, **fields):
        given = {"published": "2026-08-14"} | fields
        before = {*Paper.objects.values_list("key", flat=True)}
        actions.ingest([said(title=title, **given) for title in titles])
        keys = Paper.objects.exclude(key__in=before).order_by("pk")
        return list(keys.values_list("key", flat=True))

    return make


def clip():
    matching.clip(Told().beat)


def clipped(edition=ROBOTS):
    return list(matching.matched(edition, BEGAN))


def test_what_matches_of_what_is_newly_held_is_clipped(hold):
    webhook(edition=ROBOTS)
    clip()
    new, _ = hold("Robots that walk", "Birds that sing")

    clip()

    assert clipped() == [new]


def test_what_was_held_before_anybody_looked_is_not_clipped(hold):
    hold("Robots that walk")
    webhook(edition=ROBOTS)

    clip()
    clip()

    assert clipped() == []


def test_a_paper_is_clipped_once_however_often_it_changes(hold):
    webhook(edition=ROBOTS)
    clip()
    (key,) = hold("Robots that walk")
    clip()
    for _ in range(3):
        Change.objects.create(paper=Paper.objects.get(), what="paper", at=NOW)
        clip()

    assert clipped() == [key]


def test_one_that_comes_to_match_while_it_is_news_is_clipped_then(hold, said):
    webhook(edition="/search?q=robots&code=1")
    clip()
    (key,) = hold("Robots that walk")
    clip()
    assert clipped("/search?q=robots&code=1") == []

    Paper.objects.update(code_url="https://github.com/ada/robots")
    Change.objects.create(paper=Paper.objects.get(), what="paper", at=NOW)
    with clock.at(NOW + timedelta(days=20)):
        clip()

    assert clipped("/search?q=robots&code=1") == [key]


@pytest.mark.parametrize(
    ("published", "is_news"),
    [
        ("2026-08-14", True),
        ("2026-07-16", True),
        ("2026-07-15", False),
        ("2026-07", True),  # may be of its last day
        ("2026", True),
        ("2026-06", False),
        ("1998-02-03", False),
        ("", True),
    ],
)
def test_an_import_of_the_past_is_no_news(hold, published, is_news):
    webhook(edition=ROBOTS)
    clip()
    hold("Robots that walk", published=published)
    clip()

    assert len(clipped()) == is_news


def test_one_held_for_long_is_no_news_whatever_happens_to_it(hold):
    webhook(edition=ROBOTS)
    clip()
    hold("Birds that sing")
    clip()
    Paper.objects.update(title="Robots that walk")
    Change.objects.create(paper=Paper.objects.get(), what="paper", at=NOW)

    with clock.at(NOW + timedelta(days=31)):
        clip()

    assert clipped() == []


@pytest.mark.parametrize("column", ["withdrawn", "merged"])
def test_what_is_gone_is_not_clipped(hold, column):
    webhook(edition=ROBOTS)
    clip()
    first, second = hold("Robots that walk", "Another on birds")
    if column == "withdrawn":
        Paper.objects.filter(key=first).update(withdrawn=True)
    else:
        Paper.objects.filter(key=first).update(merged_into=Paper.objects.get(key=second))
    clip()

    assert clipped() == []


@pytest.mark.parametrize(
    ("search", "fields", "matches"),
    [
        ('/search?q="walking+robots"', {"title": "On walking robots"}, True),
        ('/search?q="walking+robots"', {"title": "On robots walking"}, False),
        ("/search?q=title:robots", {"title": "Walking", "abstract": "Robots do."}, False),
        ("/search?q=robots+-birds", {"title": "Robots", "abstract": "Like birds."}, False),
        ("/search?q=robots&category=cs.RO", {"title": "Robots", "categories": ["cs.RO"]}, True),
        ("/search?q=robots&category=cs.RO", {"title": "Robots", "categories": ["cs.CL"]}, False),
        ("/search?category=cs.RO", {"title": "Birds", "categories": ["cs.RO"]}, True),
        ("/search?q=author:hopper", {"title": "Robots", "authors": ["Grace Hopper"]}, True),
        ("/search?q=robots&field=materials", {"title": "Robots", "categories": ["cs.RO"]}, False),
        (
            "/search?q=robots&field=materials",
            {"title": "Robots", "categories": ["cond-mat.mtrl-sci"]},
            True,
        ),
        ("/search?q=robots&mode=meaning&recipe=new", {"title": "Robots"}, True),
    ],
)
def test_words_and_filters_decide(hold, search, fields, matches):
    webhook(edition=search)
    clip()
    hold(fields.pop("title"), **fields)
    clip()

    assert len(clipped(search)) == matches


def test_alerts_by_mail_are_watched_with_webhooks(hold):
    subscription(ROBOTS, cadence="at_once")
    subscription("/search?q=birds", cadence="at_once", state="paused")
    subscription("/search?q=fish", cadence="weekly")
    clip()
    (key,) = hold("Robots, birds and fish")
    clip()

    assert clipped() == [key]
    assert Clipping.objects.count() == 1


def test_only_what_was_found_since_is_given(hold):
    webhook(edition=ROBOTS)
    clip()
    (first,) = hold("Robots that walk")
    clip()
    with clock.at(NOW + timedelta(minutes=5)):
        (second,) = hold("Robots that run")
        clip()

    assert list(matching.matched(ROBOTS, NOW - timedelta(minutes=1))) == [first, second]
    assert list(matching.matched(ROBOTS, NOW)) == [second]
    assert matching.matched(ROBOTS, NOW + timedelta(minutes=5)) == {}


def test_one_search_of_many_is_looked_at_once(hold):
    for _ in range(3):
        webhook(edition=ROBOTS)
        subscription(ROBOTS, cadence="at_once")
    clip()
    hold("Robots that walk")
    clip()

    assert Clipping.objects.count() == 1


def test_while_nobody_watches_nothing_is_read_and_nothing_made_up_for(hold):
    clip()
    hold("Robots that walk")
    clip()
    webhook(edition=ROBOTS)
    clip()

    assert clipped() == []
    assert Bookmark.objects.get().change == Change.objects.last().number


def test_a_long_stop_is_made_up_for_in_steps(hold, monkeypatch):
    monkeypatch.setattr(matching, "_STEP", 2)
    webhook(edition=ROBOTS)
    clip()
    keys = hold(*(f"Robots of the number {number}" for number in range(7)))
    clip()

    assert sorted(clipped()) == sorted(keys)


def test_a_look_that_dies_goes_on_where_it_was(hold, monkeypatch):
    monkeypatch.setattr(matching, "_STEP", 2)
    webhook(edition=ROBOTS)
    clip()
    keys = hold(*(f"Robots of the number {number}" for number in range(7)))

    def die(said):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        matching.clip(die)
    assert len(clipped()) == 2
    clip()

    assert sorted(clipped()) == sorted(keys)


def test_in_another_catalogue_the_past_is_not_read_again(hold):
    webhook(edition=ROBOTS)
    clip()
    hold("Robots that walk")
    Bookmark.objects.update(mark="2020-01-01T00:00:00+00:00")

    clip()

    assert clipped() == []
    assert Bookmark.objects.get().mark


def test_a_field_that_is_gone_stops_nothing(hold):
    hook = webhook(edition=ROBOTS)
    hook.pk, hook.name, hook.edition = None, "other", "/search?q=robots&field=gone"
    hook.save()
    clip()
    (key,) = hold("Robots that walk")
    clip()

    assert clipped() == [key]
    assert matching.matched("/search?q=robots&field=gone", BEGAN) == {}


def test_what_cannot_be_watched_says_why():
    for edition in ("/latest", "/search", "/search?q=like:2601.00001", "/search?field=materials"):
        with pytest.raises(BadQuestion):
            matching.watched(edition)


def test_a_look_costs_the_news_and_not_the_catalogue(hold):
    webhook(edition=ROBOTS)
    clip()
    costs = []
    for held in (5, 50):
        hold(*(f"Fish of the number {number}" for number in range(held)))
        clip()
        hold(f"Robots that walk {held} miles")
        with CaptureQueriesContext(connection) as queries:
            clip()
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert len(clipped()) == 2


def test_a_look_at_nothing_new_is_one_glance(hold, django_assert_max_num_queries):
    webhook(edition=ROBOTS)
    hold("Robots that walk")
    clip()

    with django_assert_max_num_queries(9):
        clip()


def test_old_clippings_are_dropped(hold):
    webhook(edition=ROBOTS)
    clip()
    hold("Robots that walk")
    clip()

    with clock.at(NOW + timedelta(days=91)):
        clip()

    assert not Clipping.objects.exists()
