"""The operators' pages in a real browser: signing in, acting, and how they look to a checker."""

import subprocess
from pathlib import Path

import pytest
from tests.browser.test_pages import RULES, RUN
from tests.servers import COMMAND, Server, environ

PASSWORD = "seven lichens on a wall"
PAGES = (
    "/admin/",
    "/admin/mail/message/",
    "/admin/mail/event/",
    "/admin/mail/suppression/",
    "/admin/mail/suppression/add/",
    "/admin/digest/subscription/",
    "/admin/jobs/job/",
    "/admin/password_change/",
)
WIDTHS = (390, 1280)
THEMES = ("light", "dark")
# Django names its search field by a picture, whose text is read out.
KNOWN = ("label-title-only",)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The address of a site with one operator and nothing in it."""
    data: Path = tmp_path_factory.mktemp("desk")
    command = [str(COMMAND), "operator", "add", "ada", "--password-stdin"]
    subprocess.run(command, input=PASSWORD, text=True, check=True, env=environ(data))
    with Server(data, "serve") as server:
        yield server.address


@pytest.fixture
def wrong():
    """What the browser complained of."""
    return []


@pytest.fixture
def page(browser, desk, wrong):
    """A page where the operator is signed in; whatever the browser complains of fails."""
    window = {"width": 1280, "height": 900}
    context = browser.new_context(base_url=desk, viewport=window, reduced_motion="reduce")
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
    page.goto("/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="At a glance").wait_for()
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(page, axe, wrong, path):
    page.goto(path)
    assert wrong == []
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found = [one for one in page.evaluate(RUN, RULES) if not one.startswith(KNOWN)]
            assert found == [], f"at {width} px, {theme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    wrong.clear()  # the checker itself sets styles, which the pages forbid


def test_an_address_is_suppressed_found_and_lifted(page):
    page.goto("/admin/mail/suppression/add/")
    page.get_by_label("Address").fill("ada@example.org")
    page.get_by_label("Note").fill("asked by telephone")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#searchbar").fill("Ada@Example.org")
    page.get_by_role("button", name="Search").click()
    row = page.locator("#result_list tbody tr")
    assert "asked by telephone" in row.inner_text()

    row.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("lift")
    page.get_by_role("button", name="Go").click()
    page.get_by_text("1 address may get mail again.").wait_for()
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/mail/suppression/")
    assert page.url.endswith("/admin/login/?next=/admin/mail/suppression/")
