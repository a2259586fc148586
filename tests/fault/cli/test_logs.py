"""What everything that serves writes, whatever befalls it, is a line of JSON an event."""

import json
import os
import signal

from tests.servers import Server, until


def test_every_line_of_a_server_and_all_beside_it_is_json_where_that_is_set(data):
    options = {"BROADSHEET_LOG_FORMAT": "json", "BROADSHEET_CONTACT": "ada@example.org"}
    with Server(data, flags=("--with-worker",), options=options) as server:
        until(lambda: "worker.started" in server.log, within_s=60)
        victim = next(iter(server.workers()))
        os.kill(victim, signal.SIGKILL)
        until(lambda: "Unexpected exit" in server.log, within_s=60)
        until(lambda: len(server.workers() - {victim}) == 2, within_s=60)
        assert server.get("/about")[0] == 200

    greeting, *events = server.log.splitlines()
    told = [json.loads(line) for line in events]
    assert greeting.startswith("Broadsheet is at ")
    assert all({"at", "level", "event"} <= one.keys() for one in told)
    died = next(one for one in told if "Unexpected exit" in one["event"])
    assert died["level"] == "error"
    assert any(one["event"] == "worker.ended" for one in told)
