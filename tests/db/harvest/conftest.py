"""A source that answers by a script, and a moment to ask it at."""

from dataclasses import dataclass, field

import pytest

from broadsheet.harvest import running
from broadsheet.harvest.models import Source
from broadsheet.sources import registry
from broadsheet.sources.live import Portion, Wanted


@dataclass
class Scripted:
    """Answers each place by its script: a portion, an error, or a list of these in turn."""

    script: dict = field(default_factory=dict)
    name: str = "scripted"
    title: str = "A scripted source"
    base_url: str = "http://127.0.0.1:9"
    needs: tuple = ()
    schedule: str = "20 0,1,4 * * 1-5"
    zone: str = "America/New_York"
    feeds: tuple = ("arxiv",)
    heals: tuple = ()
    repositories: tuple = (0, 0)
    asked: list = field(default_factory=list)

    def ask(self, upstream, wanted, resume=""):
        self.asked.append((wanted.since, resume) if not wanted.names else wanted.names)
        answer = self.script.get(resume, Portion(outcome="nothing-new"))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(wanted) if callable(answer) else answer


class NoClient:
    """No scripted source asks anybody."""

    def get(self, url, params=None, **rest):
        raise AssertionError(url)


@pytest.fixture
def scripted(db, monkeypatch):
    """Make a source that is on; state its script and what the test is about."""

    def make(script=None, **fields):
        source = Scripted(script or {}, **fields)
        monkeypatch.setattr(registry, "LIVE", {**registry.LIVE, source.name: source})
        Source.objects.update_or_create(name=source.name, defaults={"on": True})
        return source

    monkeypatch.setattr(registry, "LIVE", {})
    return make


@pytest.fixture
def run():
    """Run a source once."""

    def once(source, *, progress=None, **wanted):
        return running.run(source, Wanted(**wanted), client=NoClient(), progress=progress)

    return once
