"""Lines of a letter are as wide as they look, and no address is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.wrapping import unstacked, width, wrapped

ADDRESS = "https://papers.example.org/papers/2608.13546/why?in=%2Fdaily%2F2026-08-14"
SIGNS = st.sampled_from(list("ab c\té,。漢字かなe\u0301\u0300\u200d👩🔬שלוםمرحبا"))


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("👩\u200d", 2), ("שלום", 4), ("", 0)],
)
def test_a_text_takes_the_columns_that_it_shows(text, columns):
    assert width(text) == columns


def test_lines_hang_from_what_stands_before_them():
    assert wrapped("one two three four", 12, first=" 1  ", rest="    ") == (
        " 1  one two\n    three\n    four"
    )


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("漢字かな交じり文", 8, ["漢字かな", "交じり文"]),
        ("終わり。次の文", 6, ["終わ", "り。次", "の文"]),
        ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
        ("it is 31\xa0July", 10, ["it is", "31 July"]),
        (f"see {ADDRESS} there", 20, ["see", ADDRESS, "there"]),
        ("", 10, [""]),
        (" spaced \n out ", 20, ["spaced out"]),
    ],
)
def test_lines_end_where_a_reader_expects_it(text, columns, lines):
    assert wrapped(text, columns).split("\n") == lines


@given(st.text(SIGNS, max_size=200), st.integers(8, 40))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(text, columns):
    lines = wrapped(text, columns, first="1 ", rest="  ").split("\n")

    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "1" + "".join(text.split())


@given(st.text(SIGNS, max_size=60))
def test_an_address_is_never_broken(text):
    assert ADDRESS in wrapped(f"{text} {ADDRESS} {text}", 30).split("\n")


def test_marks_that_would_cover_other_lines_are_dropped():
    towering = "e" + "\u0301" * 1_000

    assert len(unstacked(f"a{towering}b")) < 12
    assert unstacked("Škoda e\u0301\u0323 👩\u200d🔬") == "Škoda e\u0301\u0323 👩\u200d🔬"
