"""Words and stems: what index, queries and marks agree on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.search import analysis
from broadsheet.search.embedding.static import BUNDLED

awkward = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("abcXYZ019 \\\"'{}$^_~-oOcvH`=.\n")),
        st.characters(codec="utf-8"),
    ),
    max_size=120,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attention Is All You Need!", "attention is all you need"),
        (r"Gr\"onwall Schr{\"o}dinger Erd\H{o}s", "gronwall schrodinger erdos"),
        (
            r"{\L}ukasz \v{C}ech Fran\c cois \o rsted na\"{\i}ve",
            "lukasz cech francois orsted naive",
        ),
        ("Gödel Łukasz naïve ﬁne", "godel lukasz naive fine"),
        (r"$\tau^2$ and 95\%", "tau 2 and 95"),
        (r"MoS$_2$ Bi$_{2}$Se$_3$ CO₂ $^{13}$C", "mos2 bi2se3 co2 13c"),
        (r"$\mathcal{N}=4$ \textbf{bold}", "n 4 bold"),
        ("β-VAE, $\\beta$-VAE, Δt", "beta vae beta vae δt"),
        ("机器学习 GPT", "机 器 学 习 gpt"),
        ("soft\u00adhyphen hy\\-phen", "softhyphen hyphen"),
        ("state-of-the-art x_1 0.95", "state of the art x 1 0 95"),
        ("", ""),
    ],
)
def test_words_are_folded(text, expected):
    assert analysis.words(text) == expected.split()


@given(awkward)
def test_spans_are_the_words_and_lie_in_order(text):
    found = list(analysis.spans(text))

    assert [word for word, _, _ in found] == analysis.words(text)
    assert all(0 <= start < end <= len(text) for _, start, end in found)
    starts = [start for _, start, _ in found]
    assert starts == sorted(starts)


@given(awkward, st.frozensets(st.sampled_from("abcxyz019"), max_size=3))
def test_spans_of_some_words_are_those_of_all(text, initials):
    def is_sought(word):
        return word[0] in initials

    expected = [span for word, *span in analysis.spans(text) if is_sought(word)]
    assert sorted(map(list, analysis.spans_of(text, initials, is_sought))) == expected


def test_every_word_begins_like_its_stem():
    entries = (BUNDLED / "entries.txt").read_text("utf-8").split("\n")
    known = {word for entry in entries for word in entry.lstrip("+").split()}
    forms = ("dying", "lying", "tying", "skies", "skis", "behaviour", "odours", "centred", "grey")
    stemmed = [(word, analysis.stem(word)) for word in sorted(known.union(forms))]

    assert [w for w, stem in stemmed if not w.startswith(analysis.beginning(stem))] == []


def test_stems_join_forms_and_leave_stop_words_out():
    found = analysis.words("the networks of networking networked")

    assert analysis.stems(found) == ["network"] * 3
    assert analysis.stem("the") == ""
