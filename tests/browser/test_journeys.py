"""What readers do: look, open, search, ask why, with mouse, keyboard, or neither script."""

import pytest

DAY = "/daily/2026-08-14"


def test_the_receipt_opens_in_place_and_goes_away_again(reader):
    page = reader.open(DAY)
    why = page.locator("#p2 a.why")

    why.click()
    page.locator("#p2 .receipt").wait_for()
    assert page.url.endswith(DAY)
    assert page.locator("#p2 .receipt h3").inner_text() == "Why second of 25?"
    assert why.get_attribute("aria-expanded") == "true"

    why.click()
    assert page.locator("#p2 .receipt").count() == 0


def test_the_receipt_is_a_page_without_a_script(reader):
    page = reader.open(DAY, java_script_enabled=False)

    page.locator("#p2 a.why").click()

    assert "/why?in=" in page.url
    assert page.locator("h2").first.inner_text() == "Why second of 25?"


def test_j_k_o_walk_through_the_papers(reader):
    page = reader.open(DAY)
    title = page.locator("#p2 .head").inner_text()

    for key in "jjjk":
        page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.closest('.paper').id")
    page.keyboard.press("o")
    page.wait_for_url("**/papers/*")

    assert focused == "p2"
    assert page.locator("h1").inner_text() == title


def test_slash_finds_the_box_and_letters_typed_there_stay_letters(reader):
    page = reader.open("/about")

    page.keyboard.press("/")
    page.keyboard.type("jolly ok?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")

    assert page.locator("#q").input_value() == "jolly ok?"


def test_a_question_mark_opens_the_keys_and_escape_closes_them(reader):
    page = reader.open("/")

    page.keyboard.press("?")
    assert page.locator("#keys-help").is_visible()
    page.keyboard.press("Escape")

    assert not page.locator("#keys-help").is_visible()
    page.wait_for_function("document.activeElement.id === 'main'")


def test_the_keys_give_the_focus_back_to_the_paper(reader):
    page = reader.open("/")

    for key in ("j", "j", "?", "Escape"):
        page.keyboard.press(key)

    page.wait_for_function("document.activeElement.closest('.paper')?.id === 'p2'")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_ranking_that_was_chosen_is_shown_and_its_menu_stays_in_the_window(reader, width):
    page = reader.open(f"{DAY}?recipe=announced", width=width)
    menu = page.locator(".dateline > details.menu")

    menu.locator("summary").click()

    assert menu.locator("b").inner_text() == "order of announcement"
    box = menu.locator("ul").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_switch_changes_the_theme_and_the_next_page_keeps_it(reader, system):
    page = reader.open("/", color_scheme=system)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)

    page.locator(".theme").click()
    after = page.evaluate(ground)
    page.goto("/about")

    assert before != after
    assert page.evaluate(ground) == after


def test_searching_marks_words_and_filters_lead_on(reader):
    page = reader.open("/")

    page.locator("#q").fill("steering OR planning")
    page.locator("#q").press("Enter")
    page.locator("mark").first.wait_for()
    total = int(page.locator(".found b").inner_text().split()[0])
    page.locator(".rail .facets a").first.click()
    page.wait_for_url("**category=*")

    assert int(page.locator(".found b").inner_text().split()[0]) < total
    assert page.locator(".held a").inner_text() == "show all"


@pytest.mark.parametrize("scripts", [True, False])
def test_an_abstract_opens_whole_as_one_paragraph_and_closes_again(reader, scripts):
    page = reader.open("/search?q=wordiness", java_script_enabled=scripts)
    opening, more = page.locator(".said").first, page.locator("details.more").first
    toggle = more.locator("summary")

    toggle.click()
    assert more.locator("p").is_visible()
    assert not opening.is_visible()
    assert toggle.inner_text() == "less"
    assert toggle.bounding_box()["y"] > more.locator("p").bounding_box()["y"]

    toggle.click()
    assert opening.is_visible()
    assert not more.locator("p").is_visible()


def test_more_authors_open_within_the_line_and_close_again(reader):
    page = reader.open("/papers/2401.00001")
    toggle = page.locator(".byline summary")
    last = page.locator(".byline a").last

    assert toggle.inner_text() == "and 28 more"
    assert not last.is_visible()
    toggle.click()
    assert last.is_visible()
    toggle.click()
    assert not last.is_visible()


def test_the_citation_is_copied(reader):
    page = reader.open("/papers/2608.13489", permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()

    assert page.evaluate("navigator.clipboard.readText()").startswith("@")


def test_menus_open_by_keyboard_and_close_by_escape(reader):
    page = reader.open(DAY)
    menu = page.locator(".dateline > details.menu")

    menu.locator("summary").press("Enter")
    assert menu.get_by_role("link", name="How ranking works").is_visible()
    page.keyboard.press("Escape")

    assert not menu.get_by_role("link", name="How ranking works").is_visible()


def test_every_tab_stop_can_be_seen(reader):
    page = reader.open(DAY)

    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_a_formula_is_drawn_and_one_that_cannot_be_read_shows_its_source(reader):
    page = reader.open("/papers/2401.00001")

    assert page.locator(".abstract math").count() > 2
    assert page.locator(".abstract code.tex").inner_text() == r"\owncommand{y}"
    box = page.locator(".abstract math[display=block]").bounding_box()
    assert box["height"] > 30


def test_the_front_page_is_light(reader):
    page = reader.open("/daily/2026-08-14")
    sizes = page.evaluate(
        """performance.getEntries().filter(e => e.transferSize !== undefined)
        .map(e => [e.name, e.encodedBodySize])"""
    )
    fonts = sum(size for name, size in sizes if name.endswith(".woff2"))
    rest = sum(size for name, size in sizes if not name.endswith(".woff2"))

    assert 0 < fonts <= 115_000
    assert 0 < rest <= 60_000
