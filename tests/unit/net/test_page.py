"""What docs/upstreams.md says of waits and bounds is so."""

import inspect
from pathlib import Path

from broadsheet.net.client import MOST_REDIRECTS, HttpClient
from broadsheet.net.connection import Timeouts
from broadsheet.net.pace import pause
from broadsheet.net.waiting import LONGEST_S, SHORTEST_S, Patience
from broadsheet.sources import xml

PAGE = Path(__file__).parents[3] / "docs/upstreams.md"
TEXT = " ".join(PAGE.read_text(encoding="utf-8").split())


def test_the_figures_of_the_page_are_those_of_the_code():
    patience, timeouts = Patience(), Timeouts()
    waits = [int(patience.pause(n, lambda _, most: most)) for n in range(1, patience.tries)]
    most = inspect.signature(HttpClient.get).parameters["most_bytes"].default

    assert f"up to {waits[0]}, {waits[1]}, {waits[2]} and {waits[3]} seconds" in TEXT
    assert (patience.tries, patience.longest_wait_s) == (5, 2 * 60)
    assert (SHORTEST_S, LONGEST_S, MOST_REDIRECTS) == (1, 24 * 3600, 5)
    assert f"{timeouts.connect_s:g} seconds, the next bytes have {timeouts.read_s:g}" in TEXT
    assert f"one request has {timeouts.total_s:g} in all" in TEXT
    assert f"may have {most // 10**6} MB" in TEXT
    assert (pause("arxiv.org").seconds, pause("example.org").seconds) == (3, 1)
    assert (xml.LONGEST, xml.DEEPEST, xml.MOST_ELEMENTS) == (4 * 2**20, 200, 500_000)
