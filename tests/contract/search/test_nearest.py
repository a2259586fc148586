"""The nearest papers are the true ones, whatever filter binds and whatever changes."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tantivy import Query

from broadsheet.search.contract import Document, Filters, Request
from broadsheet.search.embedding.testing import HashingEmbedder
from broadsheet.search.engines.local import nearest, pool, queries
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.engines.local.embedded import text_of
from broadsheet.search.language.parse import parse

COUNT = 2_000
EMBEDDER = HashingEmbedder()
SHARES = {"all": 1, "half": 2, "tenth": 10, "hundredth": 100, "thousandth": 1_000}
WORDS = np.random.default_rng(5).zipf(1.4, (COUNT, 12)) % 3_000
QUESTION = EMBEDDER.vectors(["w1 w2 w3 w40 w500"])[0]


def paper(number):
    return Document(
        key=f"k{number}",
        title=" ".join(f"w{word}" for word in WORDS[number % COUNT]),
        categories=tuple(name for name, part in SHARES.items() if number % part == 0),
        published=date(2020, 1, 1) + timedelta(days=number % 700),
    )


def number_of(key):
    return int(key.rpartition("k")[2])


@pytest.fixture(scope="module")
def papers():
    return {f"k{number}": paper(number) for number in range(COUNT)}


@pytest.fixture(scope="module")
def built(papers, tmp_path_factory):
    """An index in several segments, with rows of papers that are gone or changed."""
    backend = LocalBackend(tmp_path_factory.mktemp("index"), HashingEmbedder())
    for start in range(0, COUNT, 400):
        dying = [replace(p, key=f"x{p.key}") for p in list(papers.values())[start : start + 40]]
        backend.apply([*list(papers.values())[start : start + 400], *dying], (), upto=start)
    backend.apply((), [f"xk{number}" for number in range(COUNT)], upto=COUNT)
    yield backend
    backend.close()


def expected(papers, name, count):
    """The highest cosines, worked out one by one from what the files should hold."""
    texts = [text_of(p) for p in papers.values() if name in p.categories]
    rows = EMBEDDER.vectors(texts).astype(np.float16).astype(np.float64)
    values = np.sort(rows @ QUESTION.astype(np.float64))[::-1][:count]
    return values[np.abs(values) > 1e-6]


def found(backend, name, count):
    """Cosines and keys of the nearest, where no paper is found by words."""
    view = backend._commits.newest().view
    bound = None if name == "all" else queries.bound(None, Filters(categories=(name,)))
    asked = pool.Asked(view, Query.empty_query(), bound, QUESTION)
    with ThreadPoolExecutor(1) as beside:
        near = pool.candidates(asked, count, beside)
    keys = [view.searcher.doc(address).get_first("key") for address in near.addresses]
    return near.meaning, keys


@pytest.fixture(params=["tried first", "listed and scanned", "listed and compared", "as it comes"])
def way(request, monkeypatch):
    """Each way to go about it, wherever the costs would have led."""
    listed, exact = {"tried first": (0, 0), "listed and scanned": (10**9, 0)}.get(
        request.param, (10**9, 10**9)
    )
    if request.param != "as it comes":
        monkeypatch.setattr(nearest, "_LISTED", listed)
        monkeypatch.setattr(nearest, "_EXACT", exact)
    return request.param


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("count", [3, 50])
def test_the_nearest_under_a_filter_are_the_true_ones(built, papers, name, count):
    cosines, keys = found(built, name, count)

    assert cosines == pytest.approx(expected(papers, name, count), abs=1e-5)
    assert all(name in papers[key].categories for key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.usefixtures("way")
def test_without_the_library_the_same_is_found(built, papers, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "turbovec", None)
    plain = LocalBackend(built.path, HashingEmbedder())
    for name in SHARES:
        ours, theirs = found(plain, name, 20)[0], found(built, name, 20)[0]
        assert not plain._commits.newest().view.scan.compressed
        assert ours.tolist() == theirs.tolist()
    plain.close()


def test_rare_papers_fill_a_page_by_meaning(built):
    request = Request(
        query=parse("w1 w2 w3 cat:hundredth").tree, mode="meaning", limit=20, sort="relevance"
    )
    results = built.search(request)

    assert len(results.found) == COUNT // 100
    assert {int(hit.key[1:]) % 100 for hit in results.found} == {0}


def test_what_is_added_changed_and_removed_counts_at_once(tmp_path, papers):
    backend = LocalBackend(tmp_path, HashingEmbedder())
    reader = LocalBackend(tmp_path, HashingEmbedder())
    held = dict(list(papers.items())[:600])
    backend.apply(held.values(), (), upto=1)
    for step in range(1, 5):
        gone = [key for key in held if number_of(key) % 7 == step]
        fresh = {f"new{step}{key}": replace(p, key=f"new{step}{key}") for key, p in held.items()}
        changed = {
            key: replace(p, title=f"{p.title} w{step}")
            for key, p in held.items()
            if number_of(key) % 11 == step
        }
        held |= dict(list(fresh.items())[:90]) | changed
        for key in gone:
            held.pop(key)
        backend.apply([held[key] for key in held if key in changed or key in fresh], gone, step)
        reader._commits.look_again()
        for name in ("all", "half", "hundredth"):
            cosines, keys = found(reader, name, 20)
            assert cosines == pytest.approx(expected(held, name, 20), abs=1e-5)
            assert set(keys) <= set(held)
    backend.close()
