"""What is due is composed once for all who get the same, and nothing goes twice."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.making import subscription

from broadsheet.digest.issues import sending
from broadsheet.digest.models import Issue, State, Subscription
from broadsheet.harvest.models import Day
from broadsheet.jobs.models import Job
from broadsheet.jobs.registry import Stopped
from broadsheet.kernel import clock
from broadsheet.mail import actions as mail
from broadsheet.mail.models import Content, Message, Standing
from broadsheet.papers import actions
from broadsheet.papers.queries import keys

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 8, 14)


class Told:
    """What a job is told of itself."""

    attempt = 1

    def __init__(self, subject="digest.compose"):
        self.subject, self.beats = subject, 0

    def beat(self, said=""):
        self.beats += 1

    def cancelled(self):
        return False


@pytest.fixture(autouse=True)
def into_a_folder(settings):
    settings.MAIL = "folder"


@pytest.fixture
def compose():
    """Run the job once, at that moment."""

    def run(at=NOW):
        with clock.at(at):
            sending.compose(Told())

    return run


def papers_of(row):
    return [key for issue in row.issues.order_by("pk") for key, _ in issue.papers]


def test_a_letter_of_the_newest_day_is_posted_with_its_issue_and_the_next_due_time(
    starter, compose
):
    row = subscription(size=3)
    compose()
    row.refresh_from_db()
    (message,), (issue,) = Message.objects.all(), row.issues.all()

    assert (issue.edition, issue.day, len(issue.papers)) == ("2026-08-14", FRIDAY, 3)
    assert (message.kind, message.owner) == ("edition", row.subscriber.name)
    assert message.key == f"edition {row.name} 2026-08-14"
    assert (row.last_day, row.due_at) == (FRIDAY, datetime(2026, 8, 16, 7, tzinfo=UTC))
    assert Job.objects.filter(name="mail.deliver").exists()


def test_many_who_get_the_same_share_one_content_and_another_size_has_its_own(starter, compose):
    rows = [subscription(size=3) for _ in range(5)] + [subscription(size=4)]
    compose()

    assert Message.objects.count() == len(rows)
    assert Content.objects.count() == 2


@pytest.mark.parametrize("count", [3, 30])
def test_more_readers_of_the_same_cost_no_more_statements(
    starter, compose, django_assert_max_num_queries, count
):
    for _ in range(count):
        subscription()
    with django_assert_max_num_queries(55):
        compose()

    assert Message.objects.count() == count


def test_nothing_is_sent_twice_however_often_the_job_runs(starter, compose):
    row = subscription()
    compose()
    Subscription.objects.update(due_at=row.due_at)
    compose()
    Subscription.objects.update(due_at=row.due_at, last_day=None)
    compose()

    assert Message.objects.count() == 1
    row.refresh_from_db()
    assert row.due_at > NOW


@pytest.mark.parametrize("mail", ["", "off", "smtp://127.0.0.1:25"])
def test_while_mail_cannot_leave_nothing_is_composed_and_what_is_due_waits(
    starter, compose, settings, mail
):
    settings.MAIL = mail
    row = subscription()
    compose()
    row.refresh_from_db()

    assert row.due_at <= NOW
    assert not Message.objects.exists()


@pytest.mark.parametrize("state", [State.PENDING, State.PAUSED, State.LEFT])
def test_only_active_subscriptions_are_sent_anything(starter, compose, state):
    subscription(state=state)
    compose()

    assert not Message.objects.exists()


def test_one_that_is_not_due_waits_for_its_hour(starter, compose):
    subscription(due_at=NOW + timedelta(minutes=1))
    compose()
    assert not Message.objects.exists()

    compose(NOW + timedelta(minutes=5))
    assert Message.objects.count() == 1


def test_an_edition_that_is_gone_stops_no_other_and_says_so_until_it_is_there(
    starter, compose, caplog
):
    gone, whole = subscription("/latest?field=alchemy"), subscription()
    with caplog.at_level(logging.ERROR):
        compose()
    gone.refresh_from_db()

    assert [m.owner for m in Message.objects.all()] == [whole.subscriber.name]
    assert gone.trouble == "There is no field called alchemy."
    assert gone.due_at == datetime(2026, 8, 16, 7, tzinfo=UTC)
    assert "digest.failed" in caplog.text
    assert "@" not in caplog.text

    Subscription.objects.filter(pk=gone.pk).update(edition="/latest")
    compose(NOW + timedelta(days=1))
    gone.refresh_from_db()
    assert gone.trouble == ""


def test_a_search_waits_for_its_index_and_a_front_page_does_not(starter, compose, follow, said):
    searched, front = subscription("/search?q=sheep"), subscription()
    actions.ingest([said(title="Counting sheep", published="2026-08-10")])
    compose()
    searched.refresh_from_db()

    assert [m.owner for m in Message.objects.all()] == [front.subscriber.name]
    assert searched.trouble == "The search index is not available. The letter waits until it is."
    assert searched.due_at <= NOW

    follow()
    compose(NOW + timedelta(minutes=5))
    searched.refresh_from_db()
    assert len(papers_of(searched)) == 1
    assert searched.trouble == ""


def test_what_a_composer_trips_over_is_tried_again_with_the_next_run(
    starter, compose, monkeypatch, caplog
):
    row = subscription()
    with monkeypatch.context() as broken:
        broken.setattr(sending, "composed", lambda *_, **__: 1 / 0)
        compose()
    row.refresh_from_db()
    assert (
        row.trouble
        == "It could not be composed. Whoever runs this site finds the reason in its log."
    )
    assert "ZeroDivisionError" in caplog.text

    compose()
    assert Message.objects.count() == 1


def test_a_job_that_is_told_to_stop_does_so_between_editions(starter):
    subscription()

    class Ending(Told):
        def beat(self, said=""):
            raise Stopped

    with pytest.raises(Stopped):
        sending.compose(Ending())
    assert not Message.objects.exists()


def test_who_left_while_it_was_composed_is_sent_nothing(starter, compose, monkeypatch):
    row = subscription()
    composed = sending.composed

    def leaves(choice, **rest):
        Subscription.objects.filter(pk=row.pk).update(state=State.LEFT, due_at=None)
        return composed(choice, **rest)

    monkeypatch.setattr(sending, "composed", leaves)
    compose()

    assert not Message.objects.exists()
    assert not Issue.objects.exists()


def test_the_newest_edition_is_sent_once_at_the_beginning_however_old_it_is(starter):
    row = subscription(confirmed_at=NOW + timedelta(days=99), due_at=NOW + timedelta(days=100))
    with clock.at(NOW + timedelta(days=99, minutes=1)):
        sending.compose_newest(Told(row.name))
        sending.compose_newest(Told(row.name))
    row.refresh_from_db()

    assert [issue.edition for issue in row.issues.all()] == ["2026-08-14"]
    assert Message.objects.count() == 1
    assert (row.last_day, row.due_at) == (FRIDAY, NOW + timedelta(days=100))


def test_who_left_and_comes_back_the_same_day_is_sent_the_newest_edition_again(starter):
    row = subscription(confirmed_at=NOW)
    sending.compose_newest(Told(row.name))
    mail.cancel(row.subscriber.name)
    Subscription.objects.update(confirmed_at=NOW + timedelta(hours=1))
    with clock.at(NOW + timedelta(hours=1)):
        for _ in range(2):
            sending.compose_newest(Told(row.name))

    assert [message.standing for message in Message.objects.order_by("pk")] == [
        Standing.CANCELLED,
        Standing.WAITING,
    ]
    assert row.issues.count() == 1


def test_the_newest_of_a_search_is_all_that_matches_and_then_only_what_is_new(
    db, compose, follow, said
):
    actions.ingest([said(title="Counting sheep", published="2026-08-10")])
    follow()
    row = subscription("/search?q=counting", confirmed_at=NOW)
    sending.compose_newest(Told(row.name))
    compose()
    assert papers_of(row) == list(keys())

    with clock.at(NOW + timedelta(hours=1)):
        actions.ingest([said(title="Counting goats", published="2026-08-14")])
    follow()
    compose(NOW + timedelta(days=1))
    assert len(papers_of(row)) == 2


def test_a_name_that_is_no_active_subscription_is_sent_nothing(starter):
    row = subscription(state=State.PENDING)
    sending.compose_newest(Told(row.name))
    sending.compose_newest(Told("nobody"))

    assert not Message.objects.exists()


def test_a_letter_carries_what_it_is_left_by(starter, compose, settings):
    settings.PUBLIC_URL = "https://papers.example.org"
    row = subscription()
    compose()
    (message,) = Message.objects.all()

    leave = message.fills["leave"]
    assert leave.startswith("https://papers.example.org/unsubscribe/")
    assert row.name in leave
    assert message.headers["List-Unsubscribe"] == f"<{leave}>"
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.headers["List-Id"].endswith("<front.everything.localhost>")
    assert message.fills["asked_on"] == "1 August 2026"


def test_a_day_that_is_awaited_is_looked_at_with_every_run_until_it_is_there(starter, compose):
    Day.objects.create(feed="arxiv", day=FRIDAY, announced=3, held=2)
    moment = datetime(2026, 8, 14, 7, tzinfo=UTC)
    row = subscription("/latest?field=materials", due_at=moment)
    compose(moment)
    row.refresh_from_db()
    assert row.due_at == moment
    assert not Message.objects.exists()
