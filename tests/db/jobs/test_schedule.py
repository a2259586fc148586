"""The schedule: each due time is fired once, whatever workers and clocks do."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from tests.db.conftest import NOW

from broadsheet.jobs import queries, schedule
from broadsheet.jobs.models import Firing, Job, Schedule
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption

HOUR = timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calls")]


def declare(cron="0 * * * *", zone="UTC", **more):
    schedule.declare("hourly", cron=cron, zone=zone, job="count", **more)


def fire(hours):
    """Fire what is due so long after noon; gives how many."""
    with clock.at(NOW + hours * HOUR):
        return schedule.fire()


def test_a_due_time_is_fired_once_however_often_workers_look(job):
    declare(subject="all", arguments={"since": "1d"})

    assert [fire(h) for h in (0, 0.9, 1, 1, 1.5, 2)] == [0, 0, 1, 0, 0, 1]
    assert (job().subject, job().arguments) == ("all", {"since": "1d"})


def test_declared_just_after_a_due_time_it_does_not_fire_for_it():
    with clock.at(NOW + timedelta(minutes=1)):
        declare()

    assert [fire(0.5), fire(1)] == [0, 1]


def test_what_was_missed_while_no_worker_ran_is_fired_once():
    declare()

    assert fire(1) == 1
    assert [fire(50.5), fire(50.6), fire(51)] == [1, 0, 1]


def test_a_clock_that_jumps_ahead_and_back_fires_nothing_twice_and_loses_nothing():
    declare()
    assert fire(1) == 1
    # Ten years ahead for a moment, then right again.
    assert fire(87_600) == 1
    assert [fire(1.5), fire(2), fire(3), fire(3.5)] == [0, 1, 1, 0]
    # Set back by an hour, so that it strikes three once more.
    assert [fire(2.5), fire(3), fire(4)] == [0, 0, 1]


def test_ten_years_of_every_minute_do_not_fill_the_table():
    declare(cron="* * * * *")
    for minute in range(1, 150):
        assert fire(minute / 60) == 1

    assert Firing.objects.count() == 100
    assert fire(149 / 60) == 0


@pytest.mark.parametrize(
    ("before", "fired"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), "2026-03-29T01:00"),  # 02:30 is left out
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-25T00:30"),  # 02:30 comes twice
    ],
)
def test_where_clocks_change_a_daily_job_is_fired_once_on_that_day(before, fired):
    with clock.at(before):
        declare(cron="30 2 * * *", zone="Europe/Berlin")
    for quarter in range(4 * 24):
        with clock.at(before + quarter * HOUR / 4):
            schedule.fire()

    dues = Firing.objects.exclude(fired_at=None).values_list("due_at", flat=True)
    assert [f"{due:%Y-%m-%dT%H:%M}" for due in dues] == [fired]


def test_declared_again_the_same_nothing_is_written(django_assert_num_queries):
    declare(arguments={"a": 1, "b": [2]})
    with django_assert_num_queries(1):
        declare(arguments={"b": [2], "a": 1})


def test_declared_otherwise_it_is_changed_and_what_is_past_stays_past(job):
    declare()
    fire(1)
    with clock.at(NOW + 1.5 * HOUR):
        declare(cron="15 * * * *", arguments={"a": 1})

    assert Schedule.objects.get().cron == "15 * * * *"
    assert [fire(1.5), fire(2.2), fire(2.25)] == [0, 0, 1]
    assert job().arguments == {"a": 1}


def test_a_schedule_that_was_removed_fires_no_more():
    declare()
    schedule.remove("hourly")

    assert fire(1) == 0
    assert not Firing.objects.exists()


def test_a_schedule_whose_job_is_not_registered_waits_for_a_worker_that_knows_it(register):
    declare()
    Schedule.objects.update(job="mail")
    assert fire(1) == 0
    register("mail", print)

    assert fire(1) == 1


def test_a_zone_that_this_machine_does_not_know_keeps_nothing_else_from_firing():
    declare()
    schedule.declare("other", cron="0 * * * *", zone="UTC", job="count")
    Schedule.objects.filter(name="hourly").update(zone="Mars/Olympus")

    assert fire(1) == 1
    assert [entry.next_due for entry in queries.schedule()] == [NOW + HOUR, None]


def test_a_schedule_that_means_nothing_is_not_kept():
    with pytest.raises(BadOption):
        declare(cron="x")
    with pytest.raises(LookupError):
        schedule.declare("hourly", cron="0 * * * *", zone="UTC", job="cuont")

    assert not Schedule.objects.exists()


def test_looking_costs_two_queries_however_many_there_are(django_assert_num_queries):
    for number in range(9):
        schedule.declare(f"{number}", cron=f"{number} * * * *", zone="UTC", job="count")
        if number in (0, 8):
            with django_assert_num_queries(2):
                schedule.fire()


def test_two_workers_that_saw_the_same_due_time_fire_it_once():
    declare()
    number, due = Schedule.objects.get().pk, NOW + HOUR

    assert [schedule._fire(number, due), schedule._fire(number, due)] == [True, False]
    schedule.remove("hourly")
    assert not schedule._fire(number, due)


@pytest.mark.django_db(transaction=True)
@pytest.mark.on("postgresql")  # SQLite lets one writer in by itself
def test_two_workers_at_the_same_moment_fire_a_due_time_once():
    declare()
    number, due = Schedule.objects.get().pk, NOW + HOUR
    fired = []

    def beside():
        fired.append(schedule._fire(number, due))
        connections.close_all()

    other = threading.Thread(target=beside)
    with transaction.atomic():
        fired.append(schedule._fire(number, due))
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(20)

    assert fired == [True, False]
    assert Job.objects.count() == 1


def test_the_schedule_is_listed_by_what_comes_next():
    declare(cron="0 18 * * *")
    schedule.declare("sooner", cron="0 13 * * *", zone="UTC", job="count", subject="x")
    with clock.at(NOW + HOUR):
        schedule.fire()

        first, second = queries.schedule()
        assert queries.queue().next_firing == NOW + 6 * HOUR

    assert (first.name, first.next_due, first.last_fired) == ("hourly", NOW + 6 * HOUR, None)
    assert (second.name, second.next_due) == ("sooner", NOW + 25 * HOUR)
    assert second.last_fired == NOW + HOUR
