"""Who is due, when next, and what each was sent lately."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.db.conftest import NOW
from tests.db.digest.making import subscription

from broadsheet.digest.issues import due, sending
from broadsheet.digest.models import Issue, Subscription
from broadsheet.harvest.models import Day
from broadsheet.kernel import clock
from broadsheet.mail.models import Message
from broadsheet.papers import actions
from broadsheet.papers.models import Announcement

pytestmark = pytest.mark.django_db


def one(row, at=NOW):
    (found,) = [found for some in due.batches(row.edition, at) for found in some]
    return found


def issue(row, papers, days_ago):
    at = NOW - timedelta(days=days_ago)
    Issue.objects.create(
        subscription=row, edition=f"{at:%Y-%m-%d}", day=at.date(), papers=papers, composed_at=at
    )


def test_editions_come_by_who_waits_longest():
    for edition, minutes in (("/trending", 5), ("/latest", 9), ("/trending", 30)):
        subscription(edition, due_at=NOW - timedelta(minutes=minutes))
    subscription("/search?q=a", due_at=NOW + timedelta(minutes=1))

    assert due.editions(NOW) == ("/trending", "/latest")
    assert due.editions(NOW, only="/latest") == ("/latest",)


def test_batches_hold_everybody_once(monkeypatch):
    monkeypatch.setattr(due, "_AT_ONCE", 3)
    rows = [subscription() for _ in range(7)]
    batches = list(due.batches("/latest", NOW))

    assert [len(some) for some in batches] == [3, 3, 1]
    assert [found.row for some in batches for found in some] == rows


def test_papers_sent_in_the_last_thirty_days_are_known_each_with_its_newest_version():
    row, other = subscription(), subscription("/trending")
    issue(row, [["old", 1]], days_ago=31)
    issue(row, [["a", 1], ["b", 0]], days_ago=29)
    issue(row, [["a", 2]], days_ago=1)
    issue(other, [["c", 1]], days_ago=1)

    assert one(row).reader.sent == {"a": 2, "b": 0}


def test_what_was_missed_while_nothing_ran_comes_once_for_its_last_hour():
    row = subscription(due_at=NOW - timedelta(days=400), hour=7)
    found = one(row)

    assert found.reader.due_at == datetime(2026, 8, 15, 7, tzinfo=UTC)
    assert found.next_at == datetime(2026, 8, 16, 7, tzinfo=UTC)


def test_the_day_is_that_of_the_readers_clock():
    at = datetime(2026, 8, 14, 22, tzinfo=UTC)
    row = subscription(zone="Pacific/Auckland", hour=10, due_at=at)

    assert one(row, at).reader.day == date(2026, 8, 15)


def test_a_time_zone_that_this_machine_does_not_know_counts_as_utc():
    found = one(subscription(zone="Middle/Earth"))

    assert found.reader.day == NOW.date()
    assert found.next_at == datetime(2026, 8, 16, 7, tzinfo=UTC)


def test_over_a_weekend_every_letter_comes_at_its_hour(picked, settings):
    """The curated list has editions on weekdays, each complete when its day is over."""
    settings.MAIL = "folder"
    first, last = date(2026, 7, 20), date(2026, 8, 13)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if day.isoweekday() < 6:
            actions.ingest([picked(day=str(day))])
            Day.objects.create(feed="huggingface-daily", day=day, announced=1, held=1)
    for row in Announcement.objects.all():
        row.seen_at = datetime.combine(row.day, time(10), UTC)
        row.save()
    at = datetime(2026, 8, 6, 7, tzinfo=UTC)
    row = subscription(due_at=at, last_day=date(2026, 8, 4))
    while at < datetime(2026, 8, 14, 12, tzinfo=UTC):
        with clock.at(at):
            sending.send(lambda _: None)
        at += timedelta(hours=1)

    sent = list(row.issues.order_by("day").values_list("day", "composed_at"))
    assert [day.day for day, _ in sent] == [5, 6, 7, 10, 11, 12, 13]
    assert {moment.time() for _, moment in sent} == {time(7)}


@pytest.mark.parametrize(
    ("changes", "hour"),
    [
        (date(2026, 10, 25), 2),  # comes twice
        (date(2026, 3, 29), 2),  # is left out
        (date(2026, 3, 29), 3),
    ],
)
def test_on_days_whose_clocks_change_one_letter_comes(db, settings, changes, hour):
    settings.MAIL = "folder"
    begin = datetime.combine(changes, time(), UTC) - timedelta(days=1)
    row = subscription(zone="Europe/Berlin", hour=hour, even_empty=True, due_at=begin)
    Subscription.objects.update(due_at=one(row, begin).next_at)
    at = begin + timedelta(hours=3)
    while at < begin + timedelta(days=3):
        with clock.at(at):
            sending.send(lambda _: None)
        at += timedelta(minutes=30)

    berlin = ZoneInfo("Europe/Berlin")
    composed = row.issues.order_by("composed_at").values_list("composed_at", flat=True)
    days = [moment.astimezone(berlin).date() for moment in composed]
    assert days.count(changes) == 1
    assert len(set(days)) == len(days)


def test_a_letter_that_says_there_is_nothing_comes_once_a_due_time(starter, settings):
    settings.MAIL = "folder"
    row = subscription(even_empty=True, last_day=date(2026, 8, 14))
    for minutes in (0, 5, 10):
        with clock.at(NOW + timedelta(minutes=minutes)):
            sending.send(lambda _: None)
    row.refresh_from_db()

    assert [(i.edition, i.papers) for i in row.issues.all()] == [("nothing 2026-08-15 07:00", [])]
    assert Message.objects.count() == 1
    assert row.last_day == date(2026, 8, 14)


def test_an_awaited_day_is_sent_within_minutes_of_being_complete(said, settings):
    """The arXiv list of Friday could be had at 04:30; its counts agree at nine."""
    settings.MAIL = "folder"
    seven = datetime(2026, 8, 14, 7, tzinfo=UTC)
    row = subscription("/latest?field=materials", due_at=seven)
    actions.ingest([said(announced="2026-08-14", categories=["cond-mat.soft"])])
    Announcement.objects.update(seen_at=seven - timedelta(hours=1))
    day = Day.objects.create(feed="arxiv", day=date(2026, 8, 14), announced=1, held=1)
    with clock.at(seven):
        assert sending.send(lambda _: None).waiting == 1
    row.refresh_from_db()
    assert row.due_at == seven

    day.complete_at = seven + timedelta(hours=2)
    day.save()
    with clock.at(seven + timedelta(hours=2, minutes=5)):
        assert sending.send(lambda _: None).posted == 1
    row.refresh_from_db()
    assert row.due_at == seven + timedelta(days=1)
    assert row.last_day == date(2026, 8, 14)
