"""The documents tell the truth: what they say of the query language and of the JSON is so."""

import ast
import json
import re
from importlib import util
from pathlib import Path

import pytest

from broadsheet.search.language import pasted
from broadsheet.search.language.describe import describe
from broadsheet.search.language.matching import needed
from broadsheet.search.language.parse import DEEPEST, LONGEST, MOST_LIKED, MOST_TERMS, parse
from broadsheet.sources.jsonl.parse import parse as parse_line

ROOT = Path(__file__).parents[2]
LANGUAGE = (ROOT / "docs/query-language.md").read_text(encoding="utf-8")
FORMATS = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
IMPORT = (ROOT / "docs/import.md").read_text(encoding="utf-8")


EXAMPLES = re.findall(r"^\| `(.+?)` \| (.+) \|$", LANGUAGE, re.MULTILINE)


@pytest.mark.parametrize(("query", "reading"), EXAMPLES)
def test_an_example_is_read_as_the_page_says(query, reading):
    parsed = parse(query)

    described = describe(parsed.tree, parsed.likes).replace(" (also as an author’s name)", "")
    assert (described, parsed.problems) == (reading, ())


def test_the_limits_of_a_query_are_the_documented_ones():
    assert f"{LONGEST:,} characters, {MOST_TERMS} words" in LANGUAGE
    assert (MOST_LIKED, "eight `like:`" in LANGUAGE) == (8, True)
    assert f"pasted {pasted.LONGEST:,} characters" in LANGUAGE
    assert f"longer than {pasted.KEPT:,} characters" in LANGUAGE
    assert (pasted.TEXT, pasted.MOST_PAPERS) == (60, 100)
    assert (DEEPEST, "Parentheses go eight deep" in LANGUAGE) == (8, True)


def test_so_many_words_must_be_there_as_the_page_says():
    assert "One or two words must both be there, of three to five any two, of more any one" in (
        LANGUAGE.replace("\n", " ")
    )
    assert [needed(words) for words in range(1, 8)] == [1, 2, 2, 2, 2, 1, 1]


def test_every_name_in_the_json_is_documented():
    tree = ast.parse((ROOT / "src/broadsheet/api/shape.py").read_text(encoding="utf-8"))
    names = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    assert len(names) > 40
    assert not {name for name in names if f"`{name}`" not in FORMATS}


def test_the_example_of_the_neutral_format_is_a_record():
    (example,) = re.findall(r"```json\n(.+)\n```", IMPORT)

    assert parse_line(example.encode()).title == json.loads(example)["title"]


@pytest.fixture
def checker():
    pytest.importorskip("broadsheet.cli.main")
    spec = util.spec_from_file_location("check_docs", ROOT / "scripts/check_docs.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[there](absent.md)", "there is no absent.md to link to"),
        ("[there](#nowhere)", "PAGE.md has no heading #nowhere"),
        ("Run `broadsheet imprt FILE`.", "there is no command broadsheet imprt"),
        ("```\nbroadsheet serve --prt 1\n```", "broadsheet serve has no option --prt"),
        ("Run `make tset`.", "there is no command make tset"),
        ("Set `BROADSHEET_TITEL`.", "BROADSHEET_TITEL is no option"),
        ("See `papers/actoins.py`.", "there is no file papers/actoins.py"),
    ],
)
def test_what_is_not_there_is_found(checker, tmp_path, text, mistake):
    (tmp_path / "src/broadsheet/papers").mkdir(parents=True)
    (tmp_path / "Makefile").write_text("test:\n")
    (tmp_path / "PAGE.md").write_text(f"# A page\n\n{text}\n[up](#a-page), `make test`\n")

    (found,) = checker.mistakes(tmp_path)
    assert found.startswith(f"PAGE.md: {mistake}")
