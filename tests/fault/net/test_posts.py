"""Sending something: what arrives, and what no endpoint can do to whoever sends."""

import threading
from dataclasses import replace

import pytest
from tests.receiving import Endpoint

from broadsheet.net.addresses import Checks
from broadsheet.net.connection import Network, Timeouts
from broadsheet.net.exchange import Failed, Means, post
from broadsheet.net.targets import target

HERE = Means(checks=Checks(allowed=("127.0.0.1",)))
NO_SILENCE = replace(HERE, timeouts=Timeouts(read_s=0.2))
NO_DRIP = replace(HERE, timeouts=Timeouts(read_s=30, total_s=0.5))
TOO_LONG = "its answer took longer than 0.5 s"
MIB = 2**20


@pytest.fixture
def endpoint():
    with Endpoint() as there:
        yield there


def sent(there, body=b"{}", means=HERE):
    to = target(there.url)
    return post(to, {"host": to.place, "x-told": "so"}, body, means)


@pytest.mark.parametrize("status", [200, 204, 302, 404, 410, 429, 500])
def test_what_is_sent_arrives_as_it_is_and_every_status_is_an_answer(endpoint, status):
    endpoint.answers = (status,)
    body = bytes(range(256)) * 100

    answer = sent(endpoint, body)

    (got,) = endpoint.received
    assert (got.path, got.body) == ("/hook", body)
    assert got.headers["host"] == endpoint.place
    assert got.headers["x-told"] == "so"
    assert (answer.status, answer.body) == (status, b"")


def test_of_a_hundred_megabytes_nothing_is_read(endpoint):
    pieces = []

    def much(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(100 * MIB))
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(bytes(MIB))
            pieces.append(1)

    endpoint.answers = (much,)

    assert sent(endpoint).status == 200
    assert len(pieces) < 100


def drip(*pieces):
    def send(handler):
        handler.wfile.write(pieces[0])
        handler.wfile.flush()
        while not threading.Event().wait(0.05):
            handler.wfile.write(pieces[1])
            handler.wfile.flush()

    return send


@pytest.mark.parametrize(
    ("answer", "means", "says"),
    [
        ("hang", NO_SILENCE, "it sent nothing for 0.2 s"),
        (drip(b"H", b"T"), NO_DRIP, TOO_LONG),
        (drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), NO_DRIP, TOO_LONG),
        (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), NO_DRIP, TOO_LONG),
        (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n"), HERE, "is no HTTP"),
        (lambda handler: handler.wfile.write(b"x" * MIB), HERE, "is no HTTP"),
        (lambda handler: handler.close_connection, HERE, "it hung up without an answer"),
    ],
)
def test_an_endpoint_that_is_slow_or_broken_has_failed_in_time(*, endpoint, answer, means, says):
    endpoint.answers = (endpoint.hang if answer == "hang" else answer,)

    with pytest.raises(Failed) as raised:
        sent(endpoint, means=means)

    assert says in raised.value.reason


def test_nobody_there_has_failed_too():
    there = Endpoint()
    there.__exit__()

    with pytest.raises(Failed, match="connection refused"):
        sent(there)


@pytest.mark.parametrize("resolved", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
def test_a_name_that_leads_inside_is_never_connected_to(resolved):
    def dial(*_):
        raise AssertionError("it was connected to")

    inside = Means(network=Network(resolve=lambda *_: ("93.184.215.14", resolved), dial=dial))

    with pytest.raises(Failed, match="not one of the public web"):
        post(target("https://hooks.example.net/in"), {}, b"{}", inside)


def test_without_tls_nothing_is_told_to_an_https_address(endpoint):
    """An endpoint without TLS behind an https address: nothing of what is sent is told."""
    to = target(endpoint.url.replace("http:", "https:"))

    with pytest.raises(Failed, match="no secure connection"):
        post(to, {"host": to.place}, b"{}", HERE)

    assert not endpoint.received
