"""When days are sealed."""

from datetime import date, timedelta

import pytest

from broadsheet.editions import sealed, tasks
from broadsheet.harvest.models import Day
from broadsheet.kernel import clock

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 8, 14)
FEED = "huggingface-daily"


class Told:
    subject, attempt = tasks.JOB, 1

    def beat(self, said=""):
        pass


def complete(feed=FEED, *, hours=None, announced=25, day=FRIDAY):
    at = None if hours is None else clock.now() - timedelta(hours=hours)
    Day.objects.create(feed=feed, day=day, announced=announced, held=announced, complete_at=at)


@pytest.mark.parametrize(("hours", "expected"), [(49, (FRIDAY,)), (47, ()), (None, ())])
def test_a_day_is_sealed_some_hours_after_it_was_complete(starter, hours, expected):
    complete(hours=hours)

    assert tasks.due() == expected


def test_the_hours_are_an_option(starter, settings):
    settings.SEAL_AFTER = 12
    complete(hours=13)

    assert tasks.due() == (FRIDAY,)


def test_one_feed_that_is_not_complete_holds_the_day_back(starter):
    complete(hours=60)
    complete("arxiv", hours=None)

    assert tasks.due() == ()


def test_a_feed_that_the_field_does_not_read_holds_nothing_back(starter, settings):
    settings.FIELD = "materials"
    complete("somebody-elses-feed", hours=None)
    complete(hours=60)

    assert tasks.due() == (FRIDAY,)


def test_the_job_seals_what_is_due_once(starter):
    complete(hours=60)
    tasks.seal(Told())
    tasks.seal(Told())

    assert sealed.of_day(FRIDAY, "everything").total == 25
    assert tasks.due() == ()


def test_a_day_without_a_paper_of_the_field_stops_no_other(starter):
    complete(hours=60, day=date(2026, 8, 9))
    complete(hours=60)
    tasks.seal(Told())

    assert sealed.of_day(date(2026, 8, 9), "everything") is None
    assert sealed.of_day(FRIDAY, "everything")
