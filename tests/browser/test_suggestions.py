"""The search box as a combobox: by keyboard, by touch, for screen readers, without a script."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def box(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site)
    yield page
    context.close()


def typed(page, text):
    page.locator("#q").focus()
    page.keyboard.insert_text(text)  # at once: what is shown answers the whole of it
    expect(page.locator("#suggestions").get_by_role("option").first).to_be_visible()


def test_arrow_and_enter_lead_to_the_paper(box):
    typed(box, "a paper of m")
    field = box.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    box.keyboard.press("ArrowUp")  # the last one: titles stand at the end
    last = box.locator("#suggestions").get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == last.get_attribute("id")
    box.keyboard.press("Enter")

    box.wait_for_url("**/papers/2401.00004")


def test_an_answer_that_comes_late_takes_no_choice_away(box):
    held = []
    typed(box, "a paper")

    def hold(route):
        held.append(route)

    box.route("**/api/suggest?*", hold)
    with box.expect_request("**/api/suggest?*"):
        box.keyboard.insert_text(" of m")
    box.keyboard.press("ArrowDown")
    for route in held:
        route.fulfill(json={"suggestions": []})

    expect(box.locator("#suggestions").get_by_role("option").first).to_have_attribute(
        "aria-selected", "true"
    )
    box.wait_for_timeout(100)  # what was answered has had its turn
    expect(box.locator("#suggestions").get_by_role("option").first).to_have_attribute(
        "aria-selected", "true"
    )


def test_a_touch_leads_there_too(box):
    typed(box, "a paper of m")
    box.locator("#suggestions").get_by_role("option").last.click()

    box.wait_for_url("**/papers/2401.00004")


def test_escape_closes_the_list_and_keeps_what_was_typed(box):
    typed(box, "a paper of m")
    box.keyboard.press("Escape")

    expect(box.locator("#suggestions").get_by_role("option")).to_have_count(0)
    expect(box.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")
    assert box.locator("#q").input_value() == "a paper of m"


def test_enter_without_a_choice_searches_what_was_typed(box):
    typed(box, "a paper of m")
    box.keyboard.press("Enter")

    box.wait_for_url("**/search?q=a+paper+of+m")


def test_the_list_is_announced_and_fits_a_phone(box):
    typed(box, "a paper of m")

    expect(box.locator(".find [role=status]")).to_contain_text("suggestion")
    assert box.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_script_the_box_is_a_plain_field(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.locator("#q").fill("a paper of many words")
    page.locator("#q").press("Enter")

    page.wait_for_url("**/search?q=a+paper+of+many+words")
    expect(page.locator("#suggestions").get_by_role("option")).to_have_count(0)
    context.close()
