"""A line an event: JSON for programs, key=value for people."""

import json
import logging
import sys
from datetime import UTC, date, datetime

import pytest

from broadsheet.project.logs import Lines


def record(**extra):
    made = logging.LogRecord("a.b", logging.WARNING, "f.py", 1, "job.failed", None, None)
    made.created = datetime(2026, 8, 14, 4, 21, 7, 312_000, tzinfo=UTC).timestamp()
    vars(made).update(extra)
    return made


def test_an_event_is_one_line_of_json_with_all_its_facts():
    line = Lines("json").format(record(job="sync", facts={"day": date(2026, 8, 14), "n": 2}))

    assert "\n" not in line
    assert json.loads(line) == {
        "at": "2026-08-14T04:21:07.312+00:00",
        "level": "warning",
        "event": "job.failed",
        "job": "sync",
        "facts": {"day": "2026-08-14", "n": 2},
    }


@pytest.mark.parametrize("text", ["two\nlines", "\u2028", 'a "quoted" part', "\x1b[31m", "é—只"])
def test_no_text_breaks_a_line_of_json(text):
    line = Lines("json").format(record(reason=text))

    assert "\n" not in line
    assert json.loads(line)["reason"] == text


def test_a_failure_nobody_expected_is_told_with_its_trace_in_the_same_line():
    try:
        int("odd")
    except ValueError:
        line = Lines("json").format(record(exc_info=sys.exc_info()))

    assert "\n" not in line
    assert "ValueError: invalid literal" in json.loads(line)["trace"]


def test_text_is_for_people():
    line = Lines("text").format(record(job="sync"))

    assert line == "at=2026-08-14T04:21:07.312+00:00 level=warning event=job.failed job=sync"


TOKEN = "nAmE0_-22-characters00:sIgNaTuRe0_-0123456789abcdefghijklmnopqrstu"


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("place", ["unsubscribe", "mail", "mail/agree", "subscribe/confirm"])
@pytest.mark.parametrize(
    "told",
    [
        "Internal Server Error: {}",
        "{}",
        "two lines\n{}/delete?done=change",
        "<WSGIRequest: POST '{}'>",
        "at https://papers.example.org{}",
        "at http://127.0.0.1:8000{} and {}/webhooks",
    ],
)
def test_no_link_that_anybody_could_use_stands_in_a_line(form, place, told):
    text = told.format(*[f"/{place}/{TOKEN}"] * 2)
    raised = (ValueError, ValueError(text), None)
    line = Lines(form).format(record(msg=text, facts={"path": text}, exc_info=raised))

    assert TOKEN[:22] not in line
    assert TOKEN[-43:] not in line
    assert line.count("/…") >= 3
    assert form == "text" or json.loads(line)["event"].startswith(told.partition("{}")[0][:12])


def test_files_of_rooms_that_are_called_like_a_link_stay_whole():
    line = Lines("text").format(record(file="/opt/broadsheet/mail/rules.py", page="/mailing/a"))

    assert line.endswith("file=/opt/broadsheet/mail/rules.py page=/mailing/a")


@pytest.mark.parametrize(("is_terminal", "begins"), [(True, "at="), (False, "{")])
def test_left_to_itself_it_is_text_on_a_terminal_and_json_elsewhere(
    monkeypatch, is_terminal, begins
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)

    assert Lines("auto").format(record()).startswith(begins)
