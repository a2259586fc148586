"""A ping after each good run, to a real server; its failure harms nothing and tells no secret."""

import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from broadsheet.harvest import actions, pinging, tasks
from broadsheet.harvest.models import Host, Source
from broadsheet.jobs import registry as jobs
from broadsheet.jobs.claims import claim
from broadsheet.jobs.models import Job
from broadsheet.jobs.worker import Worker, _Run
from broadsheet.kernel.errors import NotAsked
from broadsheet.sources.live import Portion

SECRET = "e1f0-s3cr3t"


class Switch:
    """A dead-man's switch on loopback; ``status`` is what it answers."""

    def __init__(self):
        self.status, self.asked = 200, []
        switch = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                switch.asked.append((self.path, self.headers["User-Agent"]))
                self.send_response(switch.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/{SECRET}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self):
        if self.thread.is_alive():
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()


@pytest.fixture
def switch(db, settings):
    switch = Switch()
    settings.CONTACT, settings.PING_URL = "ada@example.org", switch.url
    yield switch
    switch.close()


class Told:
    def beat(self, said=""):
        pass

    def cancelled(self):
        return False


def sync():
    tasks.sync(Told(), source="scripted")


def ping():
    job = Job.objects.get(name=pinging.JOB)
    jobs.function(job.name)(Told(), **job.arguments)


@pytest.mark.parametrize("outcome", ["found", "nothing-new", "not-announced"])
def test_the_address_is_asked_for_after_a_run_that_ended_well(switch, scripted, outcome):
    scripted({"": Portion(outcome=outcome)})

    sync()
    ping()

    ((path, agent),) = switch.asked
    assert path == f"/{SECRET}"
    assert "ada@example.org" in agent


def test_the_name_of_the_source_may_stand_in_the_address(switch, scripted, settings):
    settings.PING_URL += "/{source}?state=up"
    scripted()

    sync()
    ping()

    assert switch.asked[0][0] == f"/{SECRET}/scripted?state=up"


def test_a_run_that_failed_is_not_told_of(switch, scripted):
    scripted({"": NotAsked(host="example.org", reason="it did not answer", again_at=None)})

    with pytest.raises(NotAsked):
        sync()

    assert not Job.objects.exists()


def test_a_run_whose_batch_was_not_believed_is_not_told_of(switch, scripted, monkeypatch):
    monkeypatch.setattr(actions, "run", lambda *_, **__: actions.Run(source="s", alarms=["again"]))
    scripted()

    sync()

    assert not Job.objects.exists()


def test_without_an_address_nobody_is_told(scripted, settings):
    settings.CONTACT = "ada@example.org"
    scripted()

    sync()

    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "404"), (500, "500"), (429, "429"), ("gone", "no connection: connection refused")],
)
def test_a_ping_that_fails_is_logged_and_tried_again_and_tells_no_secret(
    *, switch, scripted, caplog, monkeypatch, status, reason
):
    caplog.set_level(logging.INFO)  # as the program logs
    monkeypatch.setattr("broadsheet.jobs.worker.connections.close_all", lambda: None)
    scripted()
    sync()
    if status == "gone":
        switch.close()
    switch.status = status

    worker = Worker()
    worker._carry_out(_Run(claim(worker.name, [pinging.JOB])))

    job = Job.objects.get(name=pinging.JOB)
    assert (job.state, job.attempts) == ("waiting", 1)
    assert job.error.startswith("127.0.0.1")
    assert reason in job.error
    failed = next(record for record in caplog.records if record.getMessage() == "job.failed")
    assert failed.reason == job.error
    told = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert SECRET not in told + str([*Job.objects.values(), *Host.objects.values()])
    assert Source.objects.get().outcome == "holiday"
