"""All upstreams on loopback: arXiv, the Daily Papers API and GitHub, with faults on demand.

    papers = records.generated(200, start=date(2026, 4, 1), days=10)
    with Upstream(papers, start=date(2026, 4, 1)) as up:
        ...                      # ask up.oai_url, up.feed_url, up.api_url, up.daily_url, ...
        up.faults(Fault("cut", on="oai", at=3))
        up.advance(days=1)       # what the calendar brings is announced, changed, withdrawn
        up.truth().papers        # what a complete harvest holds now
        up.environ(tmp_path)     # variables for processes that are to live by its clock

By hand: ``python -m tests.upstream --port 9000 --papers 50000 --day-seconds 20``.
"""

from tests.upstream.faults import Fault
from tests.upstream.server import Upstream

__all__ = ["Fault", "Upstream"]
