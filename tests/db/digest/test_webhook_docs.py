"""What the page on webhooks shows is what is sent, and its check of signatures works."""

import json
import re

import pytest
from tests.conftest import ROOT
from tests.db.conftest import NOW
from tests.db.digest.hooks import send, wait_for, webhook
from tests.receiving import Endpoint

from broadsheet.digest import news
from broadsheet.digest.hooks import signing
from broadsheet.digest.models import Dispatch
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db

PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


def shown(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture(autouse=True)
def site(settings):
    settings.CONTACT, settings.PUBLIC_URL = "ada@example.org", "https://papers.example.org"


def test_the_ten_lines_tell_what_is_genuine(monkeypatch):
    given = {}
    exec(shown("python"), given)  # noqa: S102  # ours
    monkeypatch.setattr(given["time"], "time", NOW.timestamp)
    is_genuine = given["is_genuine"]
    with Endpoint() as there:
        hook = webhook(there.url)
        wait_for(hook)
        send()
    (got,) = there.received

    assert is_genuine(hook.secret, got.headers, got.body)
    assert not is_genuine(signing.new_secret(), got.headers, got.body)
    assert not is_genuine(hook.secret, got.headers, got.body + b" ")
    monkeypatch.setattr(given["time"], "time", lambda: NOW.timestamp() + 301)
    assert not is_genuine(hook.secret, got.headers, got.body)


def test_the_body_on_the_page_has_the_parts_of_one_that_is_sent(picked):
    actions.ingest([picked()])
    webhook()

    news.tell_days()

    sent, page = json.loads(Dispatch.objects.get().body), json.loads(shown("json"))
    assert page.keys() == sent.keys()
    assert page["data"].keys() == sent["data"].keys()
    assert page["data"]["papers"][0].keys() == sent["data"]["papers"][0].keys()
    kinds = [
        {name: type(value) for name, value in one["data"]["papers"][0].items()}
        for one in (sent, page)
    ]
    assert kinds[0] == kinds[1]
