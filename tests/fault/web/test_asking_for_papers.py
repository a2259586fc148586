"""The whole way of a paper that a reader asks for: 404, the button, the worker, the page."""

import threading
from datetime import date
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from tests.servers import Server, broadsheet, environ, until
from tests.upstream import Fault, Upstream, records

START = date(2026, 6, 15)


@pytest.fixture
def upstream():
    with Upstream(records.generated(200, start=START), START) as made:
        yield made


@pytest.fixture
def site(upstream, data, tmp_path):
    options = upstream.environ(tmp_path) | {"BROADSHEET_CONTACT": "ada@example.org"}
    turn_on = ("sources", "on", "arxiv_api", "--base-url", upstream.api_url)
    told = broadsheet(data, *turn_on, env=environ(data, **options))
    assert told.returncode == 0, told.stderr
    with Server(data, flags=("--with-worker",), options=options) as server:
        until(server.worker, within_s=30)
        yield server


@pytest.fixture
def numbers(upstream):
    """Numbers of papers that arXiv has."""
    return list(upstream.truth().papers)


def press(site, number):
    """Press the button as a browser does without a script; status and where it leads."""
    place = urlsplit(site.address).netloc
    connection = HTTPConnection(place, timeout=30)
    connection.request("POST", f"/papers/{number}/ask", headers={"Sec-Fetch-Site": "same-origin"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location")


def page(site, number):
    status, body = site.get(f"/papers/{number}")
    return status, body.decode()


def asked(upstream):
    return [one for one in upstream.requests if one.service == "api"]


def test_a_paper_asked_for_from_many_windows_comes_after_one_request(site, upstream, numbers):
    number, title = numbers[3], upstream.truth().papers[numbers[3]].title
    status, before = page(site, number)
    assert (status, f'action="/papers/{number}/ask"' in before) == (404, True)

    answers = []
    windows = [
        threading.Thread(target=lambda: answers.append(press(site, number))) for _ in range(8)
    ]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert answers == [(303, f"/papers/{number}")] * 8
    until(lambda: page(site, number)[0] == 200, within_s=60, every_s=0.3)
    assert title.split()[0] in page(site, number)[1]
    assert len(asked(upstream)) == 1
    assert press(site, number) == (303, f"/papers/{number}")


def test_a_number_that_arxiv_does_not_know_is_said_to_be_unknown_and_not_asked_for_again(
    site, upstream
):
    assert press(site, "2401.99999")[0] == 303
    until(lambda: "knows no paper of this number" in page(site, "2401.99999")[1], within_s=60)

    assert press(site, "2401.99999")[0] == 303

    status, said = page(site, "2401.99999")
    assert (status, "/ask" in said) == (404, False)
    assert len(asked(upstream)) == 1


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault("not-acceptable", on="api"), "The last try failed: 127.0.0.1"),
        (Fault("html", on="api", times=3), "The last answer cannot be read: "),
    ],
)
def test_what_fails_is_said_and_comes_when_the_upstream_is_well_again(
    *, site, upstream, numbers, fault, says
):
    upstream.faults(fault)
    press(site, numbers[5])
    until(lambda: says in page(site, numbers[5])[1], within_s=90, every_s=0.3)
    assert page(site, numbers[5])[0] == 404

    upstream.advance(minutes=2)  # the queue waits for a minute

    until(lambda: page(site, numbers[5])[0] == 200, within_s=60, every_s=0.3)


@pytest.mark.parametrize(
    "name", ["2401.1%00", "..%2f..%2fetc", "2401.00001%0d%0aX:y", "%ff", "9" * 3000]
)
def test_hostile_names_ask_nobody(site, upstream, name):
    assert press(site, name)[0] in (400, 404)

    assert page(site, name)[0] in (400, 404)
    assert not asked(upstream)
