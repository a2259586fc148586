"""The letter of the starter edition, as a reader gets it."""

import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from tests.unit.digest.test_composing import CODE, ROOT, check

from broadsheet.digest.issues.choosing import newest
from broadsheet.digest.letter import samples
from broadsheet.digest.letter.composing import Composed, composed
from broadsheet.harvest.models import Day
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 8, 14)
LETTER = Path(__file__).with_name("friday.txt")


@pytest.fixture(autouse=True)
def root(settings):
    settings.PUBLIC_URL = ROOT
    settings.CONTACT = "desk@papers.example.org"


def letter(edition, *, cadence="announced", size=10):
    choice = newest(edition, cadence=cadence, size=size, moment=clock.now())
    return composed(choice, edition=edition, cadence=cadence, size=size)


def test_the_letter_of_a_day_reads_as_it_always_did(starter):
    assert samples.sample("/latest", size=5).text == LETTER.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("edition", "cadence", "subject"),
    [
        ("/latest", "announced", "Friday 14 August 2026: 25 papers, led by Alaya-EVOKE"),
        (
            "/latest",
            "weekly",
            "Week 32, 3 to 9 August 2026: 25 papers, led by AgentOPSD",
        ),
        ("/latest", "monthly", "August 2026: 145 papers, led by OpenART"),
        (
            "/trending",
            "weekly",
            "Trending, Saturday 15 August 2026: 145 papers, led by OpenART",
        ),
        ("/search?q=robot&code=1", "announced", "5 new papers match “robot”, with code"),
    ],
)
@pytest.mark.usefixtures("starter")
def test_every_kind_of_edition_is_a_letter(follow, edition, cadence, subject):
    follow()
    made = letter(edition, cadence=cadence)

    assert made.body.subject == subject
    assert made.left_out == ()
    assert set(links(made.body.text)) <= set(links(made.body.html))


def links(text):
    return [one for one in text.replace('"', "\n").split("\n") if one.startswith(f"{ROOT}/daily")]


def test_the_html_of_a_real_day_loads_nothing_and_links_home_and_to_code(starter):
    body = letter("/latest", size=30).body

    safe = re.sub(r"https://(github\.com|huggingface\.co)/[\w./-]+", CODE, body.html)
    check(Composed(body=replace(body, html=safe)))


def test_what_the_ledger_says_of_a_day_stands_in_its_letter(starter):
    Day.objects.create(feed="curated", day=FRIDAY, announced=26, held=25, outcome="found")
    text = " ".join(letter("/latest").body.text.split())

    assert "25 of 26 are held; 1 paper is missing, and asked for again." in text


def test_an_empty_edition_says_why_and_what_came_before(picked):
    actions.ingest([picked(day="2026-08-14", organization={"slug": "x", "name": "X"})])
    text = letter("/latest?code=1").body.text

    assert "No paper of this list passes the filters." in text
    assert "At most 10 papers a letter." in text


def test_a_sample_is_filled_and_its_own_links_say_that_they_are_samples(starter):
    body = samples.sample("/latest")

    assert "Sent to reader@example.org," in body.text
    assert f"Stop it:       {ROOT}/subscribe/sample?this-link=is-a-sample\n" in body.text
    assert not {"\x02", "\x03"} & {*body.text, *body.html}


def test_a_sample_as_a_message_carries_the_headers_of_a_list(starter):
    message = message_from_bytes(samples.message("/latest"), policy=default)

    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert (
        message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        == samples.sample("/latest").text
    )
    assert dict(message.items()) | {"Date": "", "MIME-Version": "", "Content-Type": ""} == {
        "From": "Broadsheet <broadsheet@localhost>",
        "To": "reader@example.org",
        "Subject": "Friday 14 August 2026: 25 papers, led by Alaya-EVOKE",
        "Date": "",
        "Message-ID": "<sample@localhost>",
        "Auto-Submitted": "auto-generated",
        "List-Id": "Broadsheet <front.everything.localhost>",
        "List-Unsubscribe": f"<{ROOT}/subscribe/sample?this-link=is-a-sample>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{ROOT}/latest>",
        "List-Help": f"<{ROOT}/subscribe>",
        "Precedence": "bulk",
        "MIME-Version": "",
        "Content-Type": "",
    }


@pytest.mark.parametrize(
    ("edition", "error"), [("/nowhere", NotFound), ("/daily/2026-08-14", BadQuestion)]
)
def test_of_what_cannot_be_subscribed_to_there_is_no_sample(db, edition, error):
    with pytest.raises(error):
        samples.sample(edition)


def test_composing_asks_the_database_nothing(starter, django_assert_num_queries):
    choice = newest("/latest", size=10, moment=clock.now())

    with django_assert_num_queries(0):
        composed(choice, edition="/latest", cadence="announced", size=10)
