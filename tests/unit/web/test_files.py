"""Static files and templates: what is ours, what is others', what may not stand in them."""

import hashlib
import re
from importlib import util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = ROOT / "src/broadsheet/web"
STATIC = WEB / "static/web"
TEMPLATES = sorted((WEB / "templates/web").glob("*.html"))


def load(name: str):
    spec = util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_scripts_of_others_are_the_ones_that_were_chosen_and_carry_their_licences():
    for script in load("vendor_scripts").SCRIPTS:
        assert hashlib.sha256(script.to.read_bytes()).hexdigest() == script.sha256
        licence = script.to.with_name(script.to.name.split(".")[0] + "-LICENSE.txt")
        assert licence.stat().st_size > 500


def test_fonts_keep_to_their_budget_and_carry_their_licences():
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    licences = "".join(p.read_text() for p in (STATIC / "fonts").glob("*-OFL.txt"))

    assert 0 < sum(font.stat().st_size for font in fonts) <= 115_000
    for family in ("Newsreader", "Inter", "STIX"):
        assert f"{family} " in licences
    assert licences.count("SIL OPEN FONT LICENSE Version 1.1") == 3


def test_every_font_a_style_sheet_names_is_there_and_no_other():
    named = re.findall(r'url\("([^"]+)"\)', (STATIC / "tokens.css").read_text())

    assert sorted(named) == sorted(f"fonts/{p.name}" for p in (STATIC / "fonts").glob("*.woff2"))


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_keep_the_rules_of_the_house(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)

    assert ("@layer" in text) is (sheet.name != "operators.css")  # it mends Django's, without any
    assert "!important" not in text
    assert not re.search(r"(?m)^\s*#[a-z]", text), "an id is for meaning, not for looks"
    assert not re.search(r"(?:https?:)?//", text)
    if sheet.name != "tokens.css":
        assert not re.search(r"#[0-9a-f]{3,8}\b", text), "colours stand among the tokens"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_keep_the_policy_of_the_site(template):
    text = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|hx-vals|javascript:", text)
    assert not re.search(r"<script(?! src=\"{% static)", text)
    assert not re.search(r"(?:src|action)=\"(?:https?:)?//", text)
    assert "|safe" not in text
    assert "!" not in re.sub(r"<!doctype html>|{%.*?%}", "", text), (
        "no exclamation marks of our own"
    )


@pytest.mark.parametrize(
    "template", [t for t in TEMPLATES if t.name.startswith("_")], ids=lambda path: path.name
)
def test_a_partial_names_its_variables_first(template):
    assert re.match(r"{# .+: .+ #}\n", template.read_text())


def test_the_field_for_an_address_is_sent_by_post_alone():
    for name in ("_mail.html", "subscribe.html", "leave.html", "preferences.html"):
        text = (WEB / "templates/web" / name).read_text()
        forms = re.findall(r"<form.*?</form>", text, flags=re.DOTALL)
        asking = [form for form in forms if 'type="email"' in form]
        assert asking, name
        assert all('method="post"' in form for form in asking), name


def test_only_named_modules_say_that_markup_is_safe():
    saying = {
        path.name
        for path in (ROOT / "src/broadsheet").rglob("*.py")
        if re.search(r"SafeString|mark_safe", path.read_text())
    }

    assert saying <= {"cards.py", "lists.py", "papers.py", "people.py", "receipts.py", "zones.py"}
