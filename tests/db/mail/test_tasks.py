"""What the worker runs of mail by itself."""

import pytest

from broadsheet.jobs import queries, registry
from broadsheet.mail import actions, apps, tasks

pytestmark = pytest.mark.django_db


def test_delivery_and_tidying_come_again_and_again():
    tasks.declare()

    entries = {entry.job: entry for entry in queries.schedule()}
    assert entries.keys() == {apps.DELIVER, apps.TIDY} <= set(registry.names())
    # The job that posting asks for is the same one: there is never more than one at a time.
    assert entries[apps.DELIVER].subject == actions.OUTBOX


class Context:
    def __init__(self):
        self.beats = 0

    def beat(self, said=""):
        self.beats += 1


@pytest.mark.parametrize("name", [apps.DELIVER, apps.TIDY])
def test_the_jobs_run_where_there_is_nothing_to_do(name, settings):
    settings.MAIL = "folder"

    registry.function(name)(Context())
