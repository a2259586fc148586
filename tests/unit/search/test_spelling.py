"""British and American spelling meet; words that only look alike do not change meaning."""

import pytest

from broadsheet.search.analysis import stem
from broadsheet.search.spelling import american


@pytest.mark.parametrize(
    ("british", "written"),
    [
        ("behaviour", "behavior"),
        ("behavioural", "behavioral"),
        ("colouring", "coloring"),
        ("neighbours", "neighbors"),
        ("normalisation", "normalization"),
        ("optimised", "optimized"),
        ("tokeniser", "tokenizer"),
        ("recognising", "recognizing"),
        ("hypothesise", "hypothesize"),
        ("modelling", "modeling"),
        ("labelled", "labeled"),
        ("fibre", "fiber"),
        ("analyse", "analyze"),
        ("dialogue", "dialog"),
        ("grey", "gray"),
    ],
)
def test_both_spellings_have_one_stem(british, written):
    assert stem(british) == stem(written)


@pytest.mark.parametrize(
    "word", ["four", "source", "journal", "noise", "precise", "precision", "list", "ising", "raise"]
)
def test_what_only_looks_british_stays(word):
    assert american(word) == word
