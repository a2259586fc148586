"""Who asks, and when it is their turn."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

import broadsheet
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, NotAsked
from broadsheet.net.agent import user_agent
from broadsheet.net.limiter import ProcessLimiter
from broadsheet.net.pace import bucket, pause

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAME = f"Broadsheet/{broadsheet.__version__}"


@pytest.mark.parametrize(
    ("site", "contact", "agent"),
    [
        ("https://a.org", "me@a.org", f"{NAME} (+https://a.org/about; mailto:me@a.org)"),
        ("", "me@a.org", f"{NAME} (mailto:me@a.org)"),
        ("", "https://a.org/us?x=1", f"{NAME} (https://a.org/us?x=1)"),
        ("", "jürgen(1)@a.org", f"{NAME} (mailto:j%C3%BCrgen%281%29@a.org)"),
    ],
)
def test_a_site_is_told_who_asks_and_whom_it_may_write_to(site, contact, agent):
    assert user_agent(site, contact) == agent


def test_nobody_asks_in_nobodys_name():
    with pytest.raises(BadOption) as raised:
        user_agent("https://a.org", "")

    assert "BROADSHEET_CONTACT cannot be used: it is not set" in raised.value.user_message
    assert "set it to your mail address" in raised.value.user_message


@pytest.mark.parametrize(
    ("host", "name", "seconds"),
    [
        ("export.arxiv.org", "arxiv", 3),
        ("oaipmh.arXiv.org:443", "arxiv", 3),
        ("arxiv.org.", "arxiv", 3),
        ("notarxiv.org", "notarxiv.org", 1),
        ("arxiv.org.evil.example", "arxiv.org.evil.example", 1),
        ("api.github.com", "api.github.com", 1),
        ("127.0.0.1:8001", "127.0.0.1:8001", 0),
        ("[::1]:8001", "[::1]:8001", 0),
        ("localhost:8001", "localhost:8001", 0),
    ],
)
def test_all_services_of_arxiv_count_as_one_and_every_host_has_its_pace(host, name, seconds):
    assert (bucket(host), pause(host)) == (name, timedelta(seconds=seconds))


def test_a_host_is_asked_again_only_after_its_pause_and_another_at_once():
    waits = []
    limiter = ProcessLimiter(sleep=waits.append)

    for host in ("rss.arxiv.org", "api.github.com", "export.arxiv.org"):
        with limiter.turn(host):
            pass

    (wait,) = waits
    assert 0 < wait <= 3


def test_one_holds_the_turn_of_a_host_at_a_time():
    limiter, at_once, most = ProcessLimiter(), [0], [0]

    def ask():
        for _ in range(50):
            with limiter.turn("127.0.0.1"):
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
                at_once[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]


def test_a_turn_is_given_back_when_what_was_done_in_it_fails():
    limiter = ProcessLimiter()
    with pytest.raises(RuntimeError), limiter.turn("127.0.0.1"):
        raise RuntimeError

    with limiter.turn("127.0.0.1"):
        pass


def test_a_host_rests_until_its_time_with_all_that_count_as_it():
    limiter = ProcessLimiter(sleep=lambda _: None)
    later = NOW + timedelta(hours=24)
    limiter.rest("export.arxiv.org", later, "after it answered 403")
    limiter.rest("export.arxiv.org", NOW + timedelta(hours=1), "a shorter one changes nothing")

    with clock.at(NOW), pytest.raises(NotAsked) as raised, limiter.turn("rss.arxiv.org"):
        pass
    assert raised.value.user_message == (
        "rss.arxiv.org could not be asked: it rests until 2026-11-21 12:00 UTC, after it"
        " answered 403."
    )
    assert raised.value.facts["again_at"] == later

    with clock.at(NOW), limiter.turn("api.github.com"):
        pass
    with clock.at(later), limiter.turn("rss.arxiv.org"):
        pass
