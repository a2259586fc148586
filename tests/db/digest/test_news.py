"""Complete days and matches become dispatches: each once, none of before, none too old."""

import json
from datetime import date, timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.hooks import Told, owner, token_of, webhook

from broadsheet.digest.hooks import webhooks
from broadsheet.digest.models import Dispatch, Webhook
from broadsheet.harvest.models import Day
from broadsheet.jobs import registry
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.papers import actions
from broadsheet.papers.models import Paper

pytestmark = pytest.mark.django_db

ROOT = "https://papers.example.org"
ROBOTS = "/search?q=robots"


@pytest.fixture(autouse=True)
def site(settings):
    settings.CONTACT, settings.PUBLIC_URL = "ada@example.org", ROOT


def look():
    """As the job does it."""
    registry.function("digest.news")(Told())


def told(hook=None):
    rows = hook.dispatches.order_by("pk") if hook else Dispatch.objects.order_by("pk")
    return [json.loads(row.body) for row in rows]


def days(hook=None):
    return [one["data"]["day"] for one in told(hook)]


@pytest.fixture
def hold(said):
    """Hold papers of today with these titles."""

    def make(*titles, **fields):
        given = {"published": "2026-08-14"} | fields
        actions.ingest([said(title=title, **given) for title in titles])

    return make


@pytest.fixture
def announce(picked):
    """Hold papers that a day announced."""

    def make(day, count=1, **fields):
        many = [picked(day=day, rank=rank + 1, votes=40 - rank, **fields) for rank in range(count)]
        actions.ingest(many)
        return many

    return make


def test_a_complete_day_is_told_with_its_first_papers(announce):
    announce("2026-08-14", count=3)
    hook = webhook()

    look()

    (one,) = told(hook)
    assert (one["type"], one["timestamp"]) == ("day.complete", "2026-08-15T12:00:00Z")
    said = one["data"]
    assert said["edition"] == f"{ROOT}/daily/2026-08-14"
    assert (said["field"], said["day"], said["total"]) == ("everything", "2026-08-14", 3)
    assert [paper["rank"] for paper in said["papers"]] == [1, 2, 3]
    assert [paper["votes"] for paper in said["papers"]] == [40, 39, 38]
    first = said["papers"][0]
    assert first.keys() == {"key", "title", "link", "published", "votes", "rank", "score"}
    assert first["link"] == f"{ROOT}/papers/{first['key']}"
    assert first["score"] >= said["papers"][1]["score"]
    assert Job.objects.filter(name="digest.webhooks").exists()


def test_a_day_is_told_once_however_often_one_looks(announce):
    announce("2026-08-14")
    webhook()

    for minutes in range(0, 30, 5):
        with clock.at(NOW + timedelta(minutes=minutes)):
            look()

    assert days() == ["2026-08-14"]


def test_after_a_long_stop_each_day_is_told_once_and_none_is_old(announce):
    for day in range(1, 15):
        announce(f"2026-08-{day:02}")
    webhook()

    look()
    look()

    assert days() == [f"2026-08-{day:02}" for day in range(9, 15)]


def test_what_was_complete_when_it_was_made_is_not_told(announce):
    announce("2026-08-13")
    webhooks.add(token_of(owner()), "https://hooks.example.net/in", "/latest")
    look()
    assert not told()

    announce("2026-08-14")
    look()

    assert days() == ["2026-08-14"]


def test_a_day_that_misses_papers_is_told_when_it_has_them(announce):
    announce("2026-08-14")
    feed = Paper.objects.get().announcements.get().feed
    day = Day.objects.create(feed=feed, day=date(2026, 8, 14), announced=2, held=1)
    webhook()
    with clock.at(NOW - timedelta(hours=18)):
        look()
        assert not told()
        day.complete_at = clock.now()
        day.save()
        look()

    assert days() == ["2026-08-14"]


def test_each_field_is_told_its_own_days_as_its_filters_let_through(announce):
    announce("2026-08-14")
    everything, materials = webhook(), webhook(edition="/latest?field=materials")
    filtered = webhook(edition="/latest?votes=500")

    look()

    assert days(everything) == ["2026-08-14"]
    assert told(materials) == []
    assert told(filtered) == []


def test_a_great_day_is_told_in_short(announce):
    announce("2026-08-14", count=30)
    Paper.objects.update(title="𠀋" * 1_000)  # four bytes each
    webhook()

    look()

    row = Dispatch.objects.get()
    said = json.loads(row.body)["data"]
    assert (said["total"], len(said["papers"])) == (30, 25)
    assert max(len(paper["title"]) for paper in said["papers"]) == 300
    assert len(row.body.encode()) < 64_000


def test_webhooks_that_are_off_are_told_nothing(announce, hold):
    webhook(on=False)
    off = webhook(edition=ROBOTS, on=False)
    webhook(edition=ROBOTS, told=10**9)  # somebody watches
    look()
    announce("2026-08-14")
    hold("Robots that walk")

    look()

    assert not told(off)
    assert not Dispatch.objects.exists()


def test_a_match_is_told_at_once_and_once(hold):
    hook = webhook(edition=ROBOTS)
    look()
    hold("Robots that walk", published="2026-08-13")
    hold("Robots that run", published="2026-08-14")
    hold("Birds that sing")

    for _ in range(3):
        look()

    (one,) = told(hook)
    assert one["type"] == "search.matched"
    assert one["data"]["edition"] == f"{ROOT}/search?q=robots"
    assert one["data"]["total"] == 2
    papers = one["data"]["papers"]
    assert [paper["title"] for paper in papers] == ["Robots that run", "Robots that walk"]
    assert papers[0].keys() == {"key", "title", "link", "published", "votes"}


def test_what_comes_later_is_told_by_itself(hold):
    hook = webhook(edition=ROBOTS)
    look()
    for title in ("Robots that walk", "Robots that run"):
        hold(title)
        look()

    assert [one["data"]["total"] for one in told(hook)] == [1, 1]


@pytest.mark.parametrize(("pace", "minutes"), [("hourly", 60), ("daily", 24 * 60)])
def test_what_is_gathered_is_told_together(hold, pace, minutes):
    hook = webhook(edition=ROBOTS, pace=pace)
    look()
    hold("Robots that walk")
    look()
    with clock.at(NOW + timedelta(minutes=minutes - 1)):
        hold("Robots that run")
        look()
        assert told(hook) == []
    with clock.at(NOW + timedelta(minutes=minutes)):
        look()
        look()

    assert [one["data"]["total"] for one in told(hook)] == [2]


def test_who_comes_later_is_not_told_what_was_held_before(hold):
    early = webhook(edition=ROBOTS)
    look()
    hold("Robots that walk")
    with clock.at(NOW + timedelta(minutes=3)):
        token = token_of(owner())
        webhooks.add(token, "https://hooks.example.net/in", ROBOTS)
        hold("Robots that were held the same moment")
    with clock.at(NOW + timedelta(minutes=4)):
        hold("Robots that run")
    with clock.at(NOW + timedelta(minutes=5)):
        look()

    late = Webhook.objects.exclude(pk=early.pk).get()
    assert [one["data"]["total"] for one in told(early)] == [3]
    assert [paper["title"] for paper in told(late)[0]["data"]["papers"]] == ["Robots that run"]


def test_one_switched_on_again_is_told_nothing_of_the_time_between(announce, hold):
    someone = owner()
    hooks = [webhook(subscriber=someone), webhook(edition=ROBOTS, subscriber=someone)]
    look()
    Webhook.objects.update(on=False)
    webhook(edition=ROBOTS)  # watches on
    announce("2026-08-14")
    with clock.at(NOW + timedelta(minutes=1)):
        hold("Robots that walk")
        look()
        for hook in hooks:
            webhooks.switch_on(token_of(someone), hook.name)
    with clock.at(NOW + timedelta(minutes=5)):
        look()

    assert [told(hook) for hook in hooks] == [[], []]


def test_what_was_withdrawn_before_it_is_told_is_left_out(hold):
    hook = webhook(edition=ROBOTS, pace="hourly")
    look()
    hold("Robots that walk", "Robots that run")
    look()
    Paper.objects.filter(title__endswith="walk").update(withdrawn=True)
    with clock.at(NOW + timedelta(hours=1)):
        look()

    assert [one["data"]["total"] for one in told(hook)] == [1]


def test_where_nothing_is_left_nothing_is_told(hold):
    webhook(edition=ROBOTS, pace="hourly")
    look()
    hold("Robots that walk")
    look()
    Paper.objects.update(withdrawn=True)
    with clock.at(NOW + timedelta(hours=1)):
        look()

    assert not Dispatch.objects.exists()


def test_a_look_costs_the_same_for_many_webhooks_that_have_no_news(
    announce, django_assert_max_num_queries
):
    announce("2026-08-14")
    for _ in range(3):
        webhook()
        webhook(edition=ROBOTS)
    look()
    for _ in range(30):
        webhook(since_day=date(2026, 8, 14))
        webhook(edition=ROBOTS)

    with django_assert_max_num_queries(40):
        look()

    assert len(told()) == 3
