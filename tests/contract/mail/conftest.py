"""Messages to hand over, and options to send by."""

from datetime import UTC, datetime

import pytest

from broadsheet.mail.sender import Sender
from broadsheet.mail.transports.contract import Outgoing


@pytest.fixture(autouse=True)
def options(settings):
    settings.MAIL_FROM = "Broadsheet <edition@papers.example.org>"
    settings.CONTACT = "desk@papers.example.org"
    settings.PUBLIC_URL = "https://papers.example.org"
    settings.DKIM_KEY = ""
    return settings


@pytest.fixture
def make_message():
    """A message to hand over; state only what the test is about."""

    def make(**fields):
        given = {
            "name": "abc@papers.example.org",
            "sender": Sender("Broadsheet", "edition@papers.example.org", "papers.example.org"),
            "address": "reader@example.org",
            "subject": "Friday: 27 papers",
            "text": "Good morning.\n\n.. and dots.\n.\nGrüße\n",
            "html": "<p>Good morning.</p>",
            "headers": {
                "List-Id": "Daily edition <daily.papers.example.org>",
                "List-Unsubscribe": f"<https://papers.example.org/unsubscribe/{'x' * 160}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            "at": datetime(2026, 8, 14, 7, tzinfo=UTC),
        }
        return Outgoing(**given | fields)

    return make
