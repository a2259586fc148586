"""``broadsheet digest preview`` shows the letter that would come now."""

from email import message_from_bytes
from email.policy import default

import pytest

from broadsheet.digest.letter import samples


@pytest.fixture(autouse=True)
def root(settings):
    settings.PUBLIC_URL = "https://papers.example.org"


@pytest.mark.usefixtures("starter")
def test_the_preview_is_the_sample_that_the_site_shows(command):
    letter = samples.sample("/latest", size=3)

    assert command("digest", "preview", "--size", 3).out == letter.text
    assert command("digest", "preview", "--size", 3, "--format", "html").out == letter.html


@pytest.mark.usefixtures("starter")
def test_a_message_is_written_to_a_file_as_it_would_be_sent(command, tmp_path):
    file = tmp_path / "letter.eml"
    args = ("--edition", "/latest?category=cs.RO", "--cadence", "weekly", "--output", file)
    said = command("digest", "preview", "--format", "eml", *args)

    message = message_from_bytes(file.read_bytes(), policy=default)
    assert said.out == f"Written to {file}.\n"
    assert message["Subject"].startswith("Week 33, 10 to 16 August 2026, in cs.RO: ")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("edition", "said"),
    [
        ("/nowhere", "There is no list called /nowhere."),
        ("/daily/2026-08-14", "the latest edition, trending and searches come by mail"),
    ],
)
def test_of_a_list_that_does_not_come_by_mail_there_is_no_preview(command, edition, said):
    told = command("digest", "preview", "--edition", edition)

    assert told.code != 0
    assert said in told.err


@pytest.mark.usefixtures("starter")
def test_without_an_address_of_the_site_its_links_are_said_to_lead_nowhere(command, settings):
    settings.PUBLIC_URL = ""

    assert "BROADSHEET_PUBLIC_URL is not set" in command("digest", "preview", "--size", 1).err
