"""How a query was read, in a sentence."""

import pytest

from broadsheet.search.language.describe import describe
from broadsheet.search.language.parse import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "everything"),
        ("graphs", "the word “graphs” (also as an author’s name)"),
        ("deep learning", "the words “deep” and “learning” (also as an author’s name)"),
        (
            "deep graph neural learning",
            "at least 2 of the words “deep”, “graph”, “neural” and “learning”",
        ),
        ('"behavior priming" -robot', "the phrase “behavior priming” and not the word “robot”"),
        (
            "new walrus tusks",
            "at least 2 of the words “new”, “walrus” and “tusks”, “walrus” or “tusks” among them",
        ),
        (
            "we propose new methods improving results on walruses",
            "the word “walruses”",
        ),
        ("现代汉语", "at least 2 of the words “现”, “代”, “汉” and “语”"),
        (
            "On the entangled State of the art",
            "at least 2 of the words “entangled”, “State” and “art”, “entangled” among them",
        ),
        ("the of", "the words “the” and “of”"),
        ('"graphs"', "the exact word “graphs”"),
        ("title:a OR author:b", "the word “a” in the title or the word “b” among the authors"),
        ("cat:cs.CL org:acme has:code", "category cs.CL, organisation acme and with code"),
        ("id:2401.00001", "the paper arxiv:2401.00001"),
        ("date:2024-01..2024-06", "dated from January 2024 until June 2024"),
        ("date:2024-01-05..", "dated from 5 January 2024"),
        ("date:..2024", "dated until 2024"),
        ("date:2024", "dated 2024"),
    ],
)
def test_a_query_is_described_in_words(text, expected):
    assert describe(parse(text).tree) == expected


def test_a_long_query_is_described_shortly():
    said = describe(parse(" ".join(f"w{n}" for n in range(40))).tree)

    assert said.startswith("at least 1 of the words “w0”")
    assert said.endswith("and 28 more")
