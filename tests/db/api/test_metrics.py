"""What Prometheus gathers."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from broadsheet.harvest.models import Source
from broadsheet.kernel import clock
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db


def gathered(client):
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_what_is_held_and_how_late_the_index_is(client, starter, follow):
    before = gathered(client)
    follow()
    after = gathered(client)

    assert before["broadsheet_papers",] == after["broadsheet_papers",] == 308
    assert before["broadsheet_index_lag_changes",] >= 308
    assert after["broadsheet_index_lag_changes",] == 0
    assert after["broadsheet_index_documents",] == 308
    assert after["broadsheet_disk_free_bytes",] > 0


def test_a_source_that_fails_is_not_well(client):
    name = "arxiv_oai"
    row = Source.objects.create(name=name, on=True, succeeded_at=clock.now())
    assert gathered(client)["broadsheet_source_well", name] == 1

    row.error = "oaipmh.arxiv.org could not be asked: it rests."
    row.save()
    found = gathered(client)

    assert found["broadsheet_source_well", name] == 0
    assert found["broadsheet_source_success_timestamp", name] == clock.now().timestamp()


def test_numbers_are_never_kept(client, said):
    before = gathered(client)["broadsheet_papers",]
    actions.ingest([said()])

    assert gathered(client)["broadsheet_papers",] == before + 1
