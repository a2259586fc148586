"""The bundled model: the same vectors everywhere, quick to open, deaf to nothing but noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.errors import BadOption
from broadsheet.search.embedding.contract import Tokens
from broadsheet.search.embedding.loading import embedder
from broadsheet.search.embedding.static import BUNDLED, bundled

# Numbers 0, 1, 2 and 255 of the vectors, in millionths.
PINNED = {
    "graph neural networks": [220075, -57373, 128946, 5714],
    "Détection d’anomalies: a β-VAE for CO$_2$ time series": [201302, -169924, 32699, -14296],
    "unheardofword of myocardial infarction": [216469, 107705, -17249, -8630],
}


def near(one, other):
    first, second = bundled().vectors([one, other])
    return float(first @ second)


@pytest.mark.parametrize("text", PINNED)
def test_vectors_are_the_same_on_every_machine(text):
    (vector,) = bundled().vectors([text])
    assert np.round(vector[[0, 1, 2, 255]] * 1e6).astype(int).tolist() == PINNED[text]


def test_a_vector_does_not_depend_on_what_is_embedded_beside_it():
    texts = [f"paper {n} about {word}" for n in range(300) for word in ("cells", "logic")]
    together = bundled().vectors(texts)
    for place in (0, 1, 255, 256, 599):
        assert np.array_equal(together[place], bundled().vectors([texts[place]])[0])


def test_texts_of_one_meaning_are_nearer_than_others():
    asked = "heart attack"
    assert near(asked, "myocardial infarction") > near(asked, "quantum entanglement") + 0.2
    assert near("self driving cars", "autonomous vehicles") > near("self driving cars", "cooking")


@pytest.mark.parametrize("text", ["", "!?", "the of and", "\x00\u202e", "😀"])
def test_a_text_without_a_known_word_is_a_row_of_noughts(text):
    assert not bundled().vectors([text]).any()


def test_a_word_that_is_no_entry_is_made_of_its_stem_or_its_pieces():
    assert near("graphs", "graph") > 0.7
    assert bundled().vectors(["qzxneuroblastomatosisly"]).any()


@given(st.lists(st.text(max_size=200), max_size=5))
def test_rows_are_unit_or_nought_whatever_the_text(texts):
    vectors, tokens = bundled().with_tokens(texts)
    lengths = np.linalg.norm(vectors, axis=1)

    assert ((np.abs(lengths - 1) < 1e-5) | (lengths == 0)).all()
    assert len(tokens) == len(texts)
    assert all((ids < bundled().vocabulary).all() for ids in tokens)


def test_late_matching_gives_one_where_every_word_stands_in_the_paper():
    texts = ["robust graph learning with sparse data", "robust cooking", "", "learning graphs"]
    _, tokens = bundled().with_tokens(texts)
    flat, ends = np.concatenate(tokens), np.cumsum([len(ids) for ids in tokens])
    late = bundled().late("graph learning", flat, ends)

    assert late[0] == pytest.approx(1, abs=1e-3)
    assert late[2] == 0
    assert late[0] > late[3] > late[1]
    assert not bundled().late("of the", flat, ends).any()


def test_the_model_fits_the_package():
    assert isinstance(bundled(), Tokens)
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) < 17_000_000


def test_a_setting_names_the_embedder():
    assert embedder("bundled") is bundled()
    assert embedder("none") is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("model2vec:/srv/model", "run: pip install model2vec"),
        ("sentence-transformers:all", "run: pip install sentence-transformers"),
        ("word2vec:all", "names no library of model2vec, sentence-transformers"),
    ],
)
def test_an_embedder_that_cannot_be_had_is_an_error_that_says_so(name, said):
    with pytest.raises(BadOption) as caught:
        embedder(name)
    assert said in caught.value.user_message
