"""Questions that name a person: the papers of that person are not drowned by similar ones."""

import pytest

from broadsheet.search.contract import Document, Request
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.language.parse import parse

PAPERS = [
    Document(key="by", title="On squares", authors=("Emma Noether",)),
    Document(key="both", title="Symmetry of rings", authors=("X. Y", "Noether, Emma")),
    Document(key="about", title="Emma Noether and symmetry", authors=("A. Writer",)),
    Document(key="none", title="Symmetry of things", authors=("Emma Writer",)),
]


@pytest.fixture(params=[None, bundled()], ids=["words", "meaning too"])
def backend(request, tmp_path):
    backend = LocalBackend(tmp_path, request.param)
    backend.apply(PAPERS, (), upto=1)
    yield backend
    backend.close()


def keys(backend, text):
    return [hit.key for hit in backend.search(Request(query=parse(text).tree)).found]


@pytest.mark.parametrize("text", ["Emma Noether", "emma noether symmetry", "Noether"])
def test_papers_of_a_person_who_is_named_come_first(backend, text):
    assert set(keys(backend, text)[:2]) == {"by", "both"}


def test_a_topic_beside_the_name_orders_that_persons_papers(backend):
    assert keys(backend, "emma noether symmetry")[:2] == ["both", "by"]


def test_conditions_hold_for_papers_of_the_person_too(backend):
    found = keys(backend, "emma noether -rings")
    assert found[0] == "by"
    assert "both" not in found


def test_a_word_that_texts_say_more_often_is_no_name(backend):
    assert "by" not in keys(backend, "symmetry")[:2]


def test_the_explanation_says_what_the_name_adds(backend):
    told = backend.explain(Request(query=parse("Emma Noether symmetry").tree), "both")

    assert told.terms["author"] == pytest.approx(100)
    assert sum(told.terms.values()) == pytest.approx(told.words, abs=1e-3)
    assert told.score == told.words
