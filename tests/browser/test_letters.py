"""Letters in a real browser, as wide as a telephone and as a window, light and dark."""

import pytest
from tests.browser.test_pages import RUN

EDITIONS = ("/latest", "/trending", "/search?q=world+models", "/latest?category=no.Such")
WIDTHS = (360, 700)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GROUNDS = {"light": "rgb(251, 250, 247)", "dark": "rgb(22, 24, 26)"}
GROUND = "getComputedStyle(document.querySelector('table.page')).backgroundColor"


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_letter_fits_is_readable_in_both_themes_and_asks_for_nothing(reader, axe, edition):
    page = reader.open(f"/subscribe/sample?edition={edition}&format=html")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme, ground in GROUNDS.items():
            page.emulate_media(color_scheme=theme)
            assert page.evaluate(GROUND) == ground
            assert page.evaluate(RUN, RULES) == [], f"at {width} px, {theme}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{edition} is {wide} px wide at {width}"
    assert asked == []


def test_why_a_paper_is_in_a_letter_is_what_its_receipt_says(reader):
    letter = reader.open("/subscribe/sample?edition=/latest&format=html")
    said = letter.locator(".meta", has=letter.locator("a", has_text="Why third")).inner_text()
    letter.locator("a", has_text="Why third").click()

    assert "75 votes that day." in said
    assert letter.title().startswith("Why third? LLMRouter")
    assert "75" in letter.locator("main table").first.inner_text().split()
