"""What ``holds`` calls a match is what the engine finds: one meaning of the language."""

from datetime import date

import pytest

from broadsheet.search.contract import Filters, Request
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.language.holds import Paper
from broadsheet.search.language.parse import parse
from broadsheet.search.testing import MADE

QUERIES = [
    "",
    "crowds",
    "behavior priming",
    "large crowds of robots running far",
    "the of",
    "crowds -robots",
    "-young",
    "young",
    "lecun",
    '"large crowds"',
    '"crowds large"',
    "crowds OR robots",
    "title:crowds",
    "abs:crowds",
    "title:the",
    'title:"behaviour priming"',
    "author:lecun",
    'author:"yann lecun"',
    "cat:cs",
    "cat:math.*",
    "cat:cs.CL OR cat:math.AP",
    "org:acme-lab",
    "org:acme",
    "has:code",
    "-has:code",
    "date:2024",
    "date:..2003",
    "date:2024-01-20..",
    "id:2401.00001",
    "(crowds OR robots) -has:code cat:cs",
]
FILTERS = [
    Filters(),
    Filters(since=date(2024, 1, 16)),
    Filters(until=date(2024, 1, 31)),
    Filters(not_after=date(2024, 1, 15)),
    Filters(categories=("cs",), min_votes=1),
    Filters(sources=("anthology", "conferences")),
    Filters(organizations=("ACME-lab",)),
    Filters(has_code=True),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    backend = LocalBackend(tmp_path_factory.mktemp("index"))
    backend.apply(MADE, (), upto=1)
    yield backend
    backend.close()


@pytest.mark.parametrize("query", QUERIES)
def test_a_paper_holds_what_the_engine_finds_it_by(engine, query):
    tree = parse(query).tree
    found = engine.search(Request(query=tree, mode="words")).found

    assert {one.key for one in found} == {p.key for p in MADE if Paper(p).holds(tree)}


@pytest.mark.parametrize("filters", FILTERS)
def test_a_paper_passes_the_filters_that_the_engine_lets_it_through(engine, filters):
    found = engine.search(Request(filters=filters)).found

    assert {one.key for one in found} == {p.key for p in MADE if Paper(p).passes(filters)}
