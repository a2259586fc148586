"""Papers that readers ask for: once, few in an hour, all in one request, and answers remembered."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from broadsheet.harvest import demands, leases, queries, tasks
from broadsheet.harvest.models import Demand, Source
from broadsheet.jobs import registry as jobs
from broadsheet.jobs.models import Job, State
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Busy, NotAsked, NotFound, Refused, TooOften, Unreadable
from broadsheet.sources.live import Portion
from broadsheet.sources.troubles import received

NUMBER = "2408.01234"


@contextmanager
def after(**step):
    with clock.at(clock.now() + timedelta(**step)):
        yield


@pytest.fixture
def arxiv(scripted, said, settings):
    """Make arXiv answer as told: by default it has every paper it is asked for."""
    settings.CONTACT = "ada@example.org"

    def make(answer=lambda wanted: Portion(items=tuple(said(id=n) for n in wanted.names))):
        return scripted({"": answer}, name=demands.SOURCE, feeds=(), schedule="")

    return make


def knows_none(wanted):
    reason = "arXiv knows no paper of this number"
    return Portion(
        items=tuple(received("arxiv_api", "u", reason, source_id=n) for n in wanted.names)
    )


def work():
    """Do what the worker does with the job."""
    job = Job.objects.get(name=demands.JOB)
    jobs.function(job.name)(None, **job.arguments)


def state(number=NUMBER):
    return queries.demand(number)


def test_a_paper_that_is_asked_for_is_held_after_the_job(arxiv):
    source = arxiv()
    assert state().may_ask

    assert demands.ask_for(f"arXiv:{NUMBER}v2") == NUMBER
    assert (state().standing, state().may_ask) == ("under-way", False)
    work()

    assert source.asked == [(NUMBER,)]
    assert demands._held((NUMBER,)) == {NUMBER}
    assert Demand.objects.get().outcome == "found"


def test_two_windows_ask_once_and_one_request_brings_all(arxiv):
    source = arxiv()
    for name in (NUMBER, NUMBER, f"https://arxiv.org/abs/{NUMBER}", "math/0309136"):
        demands.ask_for(name)
    assert Job.objects.count() == 1

    work()
    work()

    assert source.asked == [(NUMBER, "math/0309136")]


def test_what_is_held_is_not_asked_for(arxiv):
    arxiv()
    demands.ask_for(NUMBER)
    work()
    Demand.objects.all().delete()

    assert demands.ask_for(NUMBER) == NUMBER
    assert not Demand.objects.exists()


def test_an_unknown_number_is_remembered_for_a_day(arxiv):
    source = arxiv(knows_none)
    demands.ask_for(NUMBER)
    work()
    answered = state()
    assert (answered.standing, answered.outcome) == ("answered", "not-there")
    assert not answered.may_ask

    with after(hours=23):
        demands.ask_for(NUMBER)
        work()
    assert len(source.asked) == 1
    with after(hours=25):
        assert state().may_ask
        demands.ask_for(NUMBER)
        work()
    assert len(source.asked) == 2


def test_a_record_that_cannot_be_read_is_an_answer_too(arxiv):
    broken = received("arxiv_api", "u", "it has no title", raw=b"<entry/>", source_id=NUMBER)
    arxiv(Portion(items=(broken,)))
    demands.ask_for(NUMBER)
    work()

    assert (state().standing, state().outcome) == ("answered", "unreadable")
    assert state().error == "it has no title"


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (NotAsked(host="arxiv.org", reason="it did not answer", again_at=None), "not-asked"),
        (Unreadable(where="https://arxiv.org", reason="that is HTML"), "unreadable"),
    ],
)
def test_what_fails_is_told_and_tried_again_for_an_hour(arxiv, said, failure, outcome):
    source = arxiv(failure)
    demands.ask_for(NUMBER)
    with pytest.raises(type(failure)):
        work()
    assert (state().standing, state().outcome) == ("under-way", outcome)
    assert state().error == failure.user_message

    source.script[""] = Portion(items=(said(id=NUMBER),))
    asked = len(source.asked)
    with after(minutes=61):
        assert state().may_ask
        work()
    assert len(source.asked) == asked
    with after(minutes=40):
        work()
    assert demands._held((NUMBER,))


def test_no_more_than_so_many_are_asked_for_in_an_hour(arxiv):
    arxiv()
    for n in range(demands.MOST_AN_HOUR):
        demands.ask_for(f"2401.{n + 1:05}")

    with pytest.raises(TooOften, match="60"):
        demands.ask_for(NUMBER)
    assert demands.ask_for("2401.00001") == "2401.00001"
    assert Demand.objects.count() == demands.MOST_AN_HOUR
    with after(minutes=61):
        demands.ask_for(NUMBER)


def test_the_job_that_was_set_aside_begins_anew_with_the_next_demand(arxiv):
    arxiv()
    demands.ask_for(NUMBER)
    Job.objects.update(state=State.FAILED, attempts=5)

    demands.ask_for("2408.01235")

    assert Job.objects.get().state == State.WAITING


def test_while_the_source_runs_elsewhere_nothing_is_lost(arxiv):
    arxiv()
    demands.ask_for(NUMBER)
    with leases.held(Source, demands.SOURCE, "It"), pytest.raises(Busy):
        tasks.fetch(None)
    assert (state().standing, state().error) == ("under-way", "")

    tasks.fetch(None)

    assert demands._held((NUMBER,))


@pytest.mark.parametrize("why", ["off", "no contact", "absent"])
def test_a_site_that_does_not_ask_refuses_and_queues_nothing(arxiv, settings, monkeypatch, why):
    source = arxiv()
    demands.ask_for("2408.00001")
    if why == "off":
        Source.objects.update(on=False)
    elif why == "no contact":
        settings.CONTACT = ""
    else:
        monkeypatch.setattr("broadsheet.sources.registry.LIVE", {})

    assert not state().may_ask
    with pytest.raises(Refused, match="this site does not ask"):
        demands.ask_for(NUMBER)
    work()

    assert Demand.objects.get().number == "2408.00001"
    assert source.asked == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "10.1000/182",
        "2408.1234",
        "2408.00000",
        "2408.012345",
        "2408.01234\0",
        "٢٤٠٨.٠١٢٣٤",
        "2408.01234/../../etc",
        "2408.01234,2408.01235",
        f"{'a' * 60}/9901001",
        "2408.01234" * 500,
    ],
)
def test_what_is_no_arxiv_number_is_not_asked_for(arxiv, name):
    arxiv()

    assert queries.demand(name) is None
    with pytest.raises(NotFound):
        demands.ask_for(name)
    assert not Demand.objects.exists()


def test_a_number_of_a_month_to_come_is_not_asked_for(arxiv):
    arxiv()

    assert not state("2609.00001").may_ask
    with pytest.raises(Refused, match="month"):
        demands.ask_for("2609.00001")
    with clock.at(clock.now().replace(day=31, hour=1)):  # it is September somewhere
        assert demands.ask_for("2609.00001")


def test_demands_are_forgotten_after_a_week(arxiv):
    arxiv()
    demands.ask_for(NUMBER)
    work()

    with after(days=8):
        work()

    assert not Demand.objects.exists()
