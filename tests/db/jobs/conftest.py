"""Jobs that tests register, gone again afterwards."""

import pytest

from broadsheet.jobs import registry
from broadsheet.jobs.models import Job


@pytest.fixture
def register(monkeypatch):
    """Register a function as a job for the length of a test."""
    monkeypatch.setattr(registry, "_functions", {})
    return registry.register


@pytest.fixture
def calls(register):
    """A job called ``count`` that notes what it was called with."""
    made = []
    register("count", lambda context, **arguments: made.append((context.subject, arguments)))
    return made


@pytest.fixture
def job(db):
    """The one job there is, as it stands."""
    return Job.objects.get
