"""Cleaning, folding, keys of titles and family names."""

import unicodedata
from html import escape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.text import (
    clean,
    family_name,
    fold,
    plural,
    shortened,
    slug,
    title_key,
    word_count,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  two\n\n lines\t here ", "two lines here"),
        ("a\u00a0b\u3000c", "a b c"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("over\u202eridden\u2066", "over ridden"),
        ("\ufeffmarked", "marked"),
        ("half \ud800 a character", "half a character"),
        ("tag\U000e0041ged", "tag ged"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("辻\U000e0100", "辻\U000e0100"),
        ("", ""),
    ],
)
def test_cleaning_leaves_one_line_of_what_was_meant(text, expected):
    assert clean(text) == expected


@given(st.text(st.characters()))
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text)
    assert clean(once) == once
    assert "\n" not in once
    assert once == once.strip()


@given(st.text(st.sampled_from(" ab\té\u0301\x00\u200b\u00a0\U000e0100")))
def test_the_short_way_of_cleaning_agrees_with_the_long_one(text):
    assert clean(text) == clean(f"\x00{text}\x00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gröbner", "grobner"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Øre Łódź", "ore lodz"),
        ("𝐀 ℝ ™", "a r tm"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("İstanbul", "istanbul"),
    ],
)
def test_folding_drops_case_and_accents(text, expected):
    assert fold(text) == expected


@given(st.text())
def test_folding_twice_is_folding_once(text):
    once = fold(text)
    assert fold(once) == once
    assert not any(unicodedata.combining(c) for c in once)


def test_titles_that_differ_in_case_spaces_and_punctuation_have_one_key():
    assert title_key("On Moss -- and Why It Waits") == title_key("on moss, and why it waits.")
    assert title_key("On Moss") != title_key("On Mosses")
    assert title_key("OCaml/ML") == "ocamlml"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ludwig van Beethoven", "Beethoven, L. van"),
        ("Claudia Pérez-D'Arpino", "C. Perez-D’Arpino"),
        ("Conan O'Brien", "O’Brien, C."),
        ('Kurt G\\"odel', "Kurt Gödel"),
        ("P. Erd\\H{o}s", "Erdős, Paul"),
        ("{\\O}ystein Ore", "Oystein Ore"),
        ("Martin Luther King, Jr.", "King, M. L."),
        ("John Smith III", "J. Smith"),
    ],
)
def test_two_spellings_of_a_name_share_the_family_name(one, other):
    assert family_name(one) == family_name(other)


@pytest.mark.parametrize(
    ("name", "expected"), [(":", ""), ("", ""), ("Jr", "jr"), ("王伟", "王伟")]
)
def test_odd_names_have_a_family_name_or_none(name, expected):
    assert family_name(name) == expected


def test_words_slugs_and_plurals():
    assert word_count("On moss, and why it waits") == 6
    assert slug("Über die Sümpfe: ein Überblick") == "uber-die-sumpfe-ein-uberblick"
    assert slug("a" * 100) == "a" * 60
    assert slug("王伟") == ""
    assert plural(1, "author") == "1 author"
    assert plural(3435, "author") == "3,435 authors"
    assert plural(2, "day of", "days of") == "2 days of"


def test_what_is_no_character_is_dropped():
    nothing = [0xFDD0, 0xFDEF, *(p << 16 | n for p in range(17) for n in (0xFFFE, 0xFFFF))]

    assert {clean(f"a{chr(number)}b") for number in nothing} == {"a b"}


@given(st.text())
def test_clean_text_can_stand_in_xml(text):
    ET.fromstring(f"<a>{escape(clean(text))}</a>")  # noqa: S314  # text of the test


@pytest.mark.parametrize(
    ("text", "longest", "said"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two …"),
        ("one, two", 7, "one …"),
        ("onetwothree", 6, "onet …"),
        ("one two", 3, "o …"),
        ("one two", 2, ""),
        ("", 0, ""),
    ],
)
def test_a_text_is_shortened_between_words_and_says_so(text, longest, said):
    assert shortened(text, longest) == said
    assert len(said) <= longest
