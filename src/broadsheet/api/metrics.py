"""The state of the instance in the form that Prometheus gathers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from broadsheet.editions.status import Status, status

_PREFIX: Final = "broadsheet"
_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Everything counted now; what the counts mean stands beside each."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gathered())
    return HttpResponse(generate_latest(registry), content_type=_TYPE)


class _Gathered:
    """What the library asks for the numbers."""

    def collect(self) -> Iterator[Metric]:
        now = status()
        program = InfoMetricFamily(_PREFIX, "The program.")
        program.add_metric((), {"version": now.version, "backend": now.index.backend})
        yield program
        for name, said, value in _numbers(now):
            yield GaugeMetricFamily(f"{_PREFIX}_{name}", said, value=value)
        yield from _sources(now)


def _numbers(now: Status) -> Iterator[tuple[str, str, float]]:
    sizes, queue = now.sizes, now.queue
    yield "papers", "Papers held.", sizes.papers
    yield "records", "Records held, of which papers are made.", sizes.records
    yield "announcements", "Announcements held.", sizes.announcements
    yield "signals", "Counts of votes, comments and stars held.", sizes.signals
    yield "rejections", "Records that were refused.", sizes.rejections
    yield "index_healthy", "1 if the search index can be opened.", float(now.index.healthy)
    yield "index_documents", "Papers that search finds.", now.index.documents
    yield "index_bytes", "Size of the search index.", now.index.size_bytes
    yield "index_lag_changes", "Changes of the catalogue not yet in the index.", now.lag
    yield "disk_free_bytes", "Room left where the data lies.", now.free_bytes
    yield "jobs_waiting", "Background jobs that wait.", queue.waiting
    yield "jobs_running", "Background jobs that run.", queue.running
    yield "jobs_failed", "Background jobs that were set aside.", queue.failed
    if now.newest_day:
        midnight = datetime.fromisoformat(f"{now.newest_day}T00:00:00+00:00")
        yield "newest_day_timestamp", "Newest day announced, as a time.", midnight.timestamp()


def _sources(now: Status) -> Iterator[Metric]:
    asked = GaugeMetricFamily(
        f"{_PREFIX}_source_success_timestamp", "Last success of a live source.", labels=("source",)
    )
    well = GaugeMetricFamily(
        f"{_PREFIX}_source_well", "1 unless the source's last run failed.", labels=("source",)
    )
    for source in now.sources:
        if source.succeeded_at:
            asked.add_metric((source.name,), source.succeeded_at.timestamp())
        well.add_metric((source.name,), float(not source.error))
    yield asked
    yield well
