"""Upstreams that begin and end with a test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from tests.upstream import Upstream, records
from tests.upstream.archive import CALM

START = date(2026, 4, 1)  # a Wednesday


@pytest.fixture
def upstream() -> Iterator[Callable[..., Upstream]]:
    """Make an upstream of given lines, or of so many papers of which 20 are yet to come;
    nothing happens by itself."""
    with ExitStack() as stack:

        def make(papers=80, start=START, **options) -> Upstream:
            given = papers
            if isinstance(papers, int):
                given = records.generated(papers, start=start, per_day=2)
            options = {"habits": CALM} | options
            return stack.enter_context(Upstream(given, start, **options))

        yield make
