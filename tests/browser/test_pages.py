"""Every page at three widths in both themes, with and without a script."""

import pytest

PAGES = {
    "/": 200,
    "/daily/2026-08-14?recipe=announced": 200,
    "/weekly/2026-W33": 200,
    "/monthly/2026-08?page=2": 200,
    "/trending": 200,
    "/daily/2026-08-14/all": 200,
    "/daily/2026-08-16": 200,
    "/daily/2020-01-01": 200,
    "/?field=materials": 200,
    "/search?q=steering+OR+agents+OR+planning&votes=2": 200,
    "/search?q=thermomigraton+alloys&code=1&from=2020": 200,
    "/search?q=%22never+closed+AND+(": 200,
    "/search?q=wordiness&from=2o24&votes=many": 200,
    "/search?q=author:zhang": 200,
    "/search": 200,
    "/search/help": 200,
    "/search/paste": 200,
    "/search?q=like:2608.13489+robot&mode=words": 200,
    "/search?q=2608.13489+2401.00001+9999.99999": 200,
    "/papers/2608.13489": 200,
    "/papers/2401.00001": 200,
    "/papers/math/0309136": 200,
    "/papers/2401.00003": 200,
    "/papers/2608.13489/similar": 200,
    "/papers/2608.13489/why?in=/daily/2026-08-14": 200,
    "/papers/2608.13489/why?in=/search?q=title:lichen+agents": 200,
    "/papers/2608.13489/why?in=/search?q=world+models": 200,
    "/about": 200,
    "/about/ranking": 200,
    "/status": 200,
    "/subscribe": 200,
    "/subscribe?edition=/search?q=agents": 200,
    "/subscribe/sample": 200,
    "/subscribe/confirm/cut.off": 404,
    "/outbox": 200,
    "/nothing/here": 404,
    "/papers/0000.00000": 404,
    "/papers/2408.01234": 404,
    "/daily/yesterday": 400,
}
WIDTHS = (320, 768, 1280)
THEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
    const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
    const said = (node) => `${node.html.slice(0, 150)} ${node.any.map(a => a.message)[0] || ""}`;
    return found.violations.flatMap(v => v.nodes.map(node => `${v.id}: ${said(node)}`));
}"""


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(reader, axe, path, status):
    page = reader.open(path, expect=status, reduced_motion="reduce")
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert page.evaluate(RUN, RULES) == [], f"at {width} px, {theme}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide at {width}"


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_a_page_reads_the_same_without_a_script(reader, path, status):
    page = reader.open(path, expect=status, java_script_enabled=False, width=320)

    assert page.locator("h1").count() == 1
    assert page.locator("main").inner_text().strip()
    assert not page.locator(".scripted:visible, dialog:visible").count()


def test_one_page_has_a_name_the_browser_can_show(reader):
    page = reader.open("/papers/2401.00001")

    assert page.title().startswith("Bounds of O(n^(1/2)log n) for Grönwall's lemma in Lᵖ(Ω)")


@pytest.mark.parametrize("path", ["/daily/2026-08-14", "/papers/2608.13489", "/search?q=agents"])
def test_a_printed_page_says_where_it_is_from(reader, site, path):
    page = reader.open(path)
    page.emulate_media(media="print")

    assert page.locator(".imprint").inner_text().split() == ["Broadsheet", f"{site}{path}"]


@pytest.mark.parametrize("path", ["/papers/2608.13489", "/papers/2401.00001"])
def test_nothing_of_a_paper_is_cut_on_a_phone(reader, path):
    page = reader.open(path, width=320)
    cut = page.evaluate(
        """[...document.querySelectorAll("main *")].filter(e => e.scrollWidth > e.clientWidth + 1
        && getComputedStyle(e).overflowX !== "visible").map(e => e.outerHTML.slice(0, 120))
        .filter(e => !/hush|<math|<mjx|abstract/.test(e))"""
    )

    assert cut == []
