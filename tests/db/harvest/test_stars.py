"""GitHub is asked for the repositories of recent papers, and its stars are held."""

from datetime import timedelta

import orjson
import pytest

from broadsheet.harvest import running
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotThere
from broadsheet.net.contract import Response
from broadsheet.papers import actions
from broadsheet.papers.models import Paper, Signal
from broadsheet.sources.registry import LIVE

pytestmark = pytest.mark.django_db


class GitHubNow:
    """A Client: every repository has as many stars as its name has letters, but one is gone."""

    def __init__(self):
        self.asked = []

    def get(self, url, params=None, *, headers=None, **rest):
        name = url.partition("/repos/")[2]
        self.asked.append((name, (headers or {}).get("Authorization")))
        if name == "moss/gone":
            raise NotThere(host="api.github.com", what=name)
        body = orjson.dumps({"full_name": name, "stargazers_count": len(name)})
        return Response(url=url, status=200, headers={}, body=body, asked_at=clock.now())


def stars():
    return list(Signal.objects.filter(kind="stars").order_by("pk").values_list("total", flat=True))


def test_a_run_counts_the_stars_of_every_linked_repository_once_a_day(picked):
    for name in ("comb/pond", "moss/gone", "comb/pond"):
        actions.ingest([picked(code_url=f"https://github.com/{name}")])
    client = GitHubNow()

    told = running.run(LIVE["github"], client=client)

    assert (told.outcome, told.error, told.portions) == ("found", "", 2)
    assert sorted(client.asked) == [("comb/pond", None), ("moss/gone", None)]
    assert stars() == [9, 9]
    assert Paper.objects.count() == 3
    assert running.run(LIVE["github"], client=client).outcome == "nothing-new"
    with clock.at(clock.now() + timedelta(days=1)):
        running.run(LIVE["github"], client=client)
    assert stars() == [9, 9, 9, 9]
    assert len(client.asked) == 3


def test_the_token_of_the_operator_is_sent(picked, settings):
    settings.SOURCE_KEYS = {"github": "t0ken"}
    actions.ingest([picked(code_url="https://github.com/comb/pond")])
    client = GitHubNow()

    running.run(LIVE["github"], client=client)

    assert client.asked == [("comb/pond", "Bearer t0ken")]


def test_without_linked_repositories_nothing_is_asked(picked):
    actions.ingest([picked()])
    client = GitHubNow()

    assert running.run(LIVE["github"], client=client).outcome == "nothing-new"
    assert not client.asked
