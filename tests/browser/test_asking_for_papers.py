"""The button on the page of a paper that is not held, pressed in a real browser."""

from datetime import date

import pytest
from tests.browser.conftest import Reader
from tests.servers import Server, broadsheet, environ
from tests.upstream import Upstream, records

START = date(2026, 6, 15)


@pytest.fixture
def upstream():
    with Upstream(records.generated(40, start=START), START) as made:
        yield made


@pytest.fixture
def asker(browser, upstream, tmp_path):
    """A reader of a site that lets readers ask."""
    data, options = tmp_path / "data", upstream.environ(tmp_path)
    options |= {"BROADSHEET_CONTACT": "ada@example.org"}
    turn_on = ("sources", "on", "arxiv_api", "--base-url", upstream.api_url)
    assert broadsheet(data, *turn_on, env=environ(data, **options)).returncode == 0
    with Server(data, flags=("--with-worker",), options=options) as server:
        reader = Reader(browser, server.address)
        yield reader
        for context in reader.contexts:
            assert not context.cookies()
            context.close()
    assert reader.wrong == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_paper_comes_after_one_press(asker, upstream, scripts):
    number, paper = next(iter(upstream.truth().papers.items()))
    page = asker.open(f"/papers/{number}", expect=404, java_script_enabled=scripts)

    with page.expect_navigation():
        page.locator("form.ask button").press("Enter")

    assert page.url.endswith(f"/papers/{number}")
    title = page.locator("article h1")
    if scripts:
        title.wait_for(timeout=90_000)
    else:
        for _ in range(90):
            if title.count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
    assert title.inner_text().split()[0] == paper.title.split()[0]
