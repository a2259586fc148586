"""Marks lie on the words asked for and never cut a formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.search.highlight import marks
from broadsheet.search.language.parse import parse


def marked(text, query, part=None):
    return [text[start:end] for start, end in marks(text, parse(query).tree, part)]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Networks and networking.", "network", ["Networks", "networking"]),
        ("Networks and networking.", '"networks"', ["Networks"]),
        ("Deep neural networks, neural network", '"neural network"', ["neural network"]),
        ("A B A B A", '"a b a"', ["A B A B A"]),
        ("robots and crowds", "crowds -robots", ["crowds"]),
        (
            r"Gr\"onwall and Schr{\"o}dinger",
            "gronwall Schrödinger",
            [r"Gr\"onwall", r"Schr{\"o}dinger"],
        ),
        (r"tau in $\tau^2$ and tau", "tau", ["tau", "tau"]),
        (r"the $\tau$ norm", '"tau norm"', [r"$\tau$ norm"]),
        (r"a norm of $\tau$ and $x$", '"norm of tau"', [r"norm of $\tau$"]),
        (r"MoS$_2$ films", "mos2", ["MoS$_2$"]),
        (r"it costs \$5 and \$6 in tau", "tau", ["tau"]),
        (r"\textbf{deep} deep", "deep", ["deep"]),
        (r"\(\tau\) \[tau\] tau", "tau", ["tau"]),
        ("the state of the art", "the of", ["the", "of", "the"]),
        ("nothing here", "absent", []),
        ("crowds", "cat:cs author:crowds", []),
        ("", "crowds", []),
    ],
)
def test_marks_are_what_was_asked_for(text, query, expected):
    assert marked(text, query) == expected


def test_words_of_a_field_are_marked_in_their_part_only():
    assert marked("crowds", "title:crowds", "title") == ["crowds"]
    assert marked("crowds", "title:crowds", "abs") == []
    assert marked("crowds", 'abs:"crowds"', "abs") == ["crowds"]
    assert marked("crowds", "crowds", "abs") == ["crowds"]
    assert marks("crowds", None) == ()


pieces = st.lists(
    st.sampled_from(
        ["tau", " ", "$", "norm", r"\$", r"\tau", "{", "}", r"\textbf{", "$_2$", "é", "\\"]
    ),
    max_size=30,
).map("".join)


@given(pieces, st.sampled_from(["tau", "tau norm", '"tau norm"', '"norm tau tau"']))
def test_marks_are_apart_inside_the_text_and_cut_no_formula(text, query):
    found = marks(text, parse(query).tree)

    places = [place for mark in found for place in mark]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in found)
    if "\\" not in text and text.count("$") % 2 == 0:
        for start, end in found:
            assert text[:start].count("$") % 2 == 0 or "$$" in text
            assert text[start:end].count("$") % 2 == 0 or "$$" in text
