"""What the readers of references share: dates, identifiers, markup and character sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.dates import is_partial
from broadsheet.kernel.text import clean
from broadsheet.sources import charset
from broadsheet.sources.markup import NoXML, plain, tree
from broadsheet.sources.references import Reference, dated, found, partial, place, turned

DATES = [
    ("2001/09/01/", "2001-09-01"), ("2016 Apr 19", "2016-04-19"), ("May 2011", "2011-05"),
    ("2015/2020", "2015"), ("2012-22", "2012"), ("2012-22/2012-23", "2012"), ("1996", "1996"),
    ("17 March 2020", "2020-03-17"), ("20160512", "2016-05-12"), ("2020-02-31", "2020-02"),
    ("Spring 2020", "2020"), ("n.d.", ""), ("", ""), ("2015/", "2015"), ("c. 1849", "1849"),
]  # fmt: skip
NAMED = [
    ("https://doi.org/10.1000/A", ["doi:10.1000/a"]),
    ("http://doi.acm.org/10.1145/1137627.1137631", ["doi:10.1145/1137627.1137631"]),
    ("arXiv preprint arXiv:1706.03762", ["arxiv:1706.03762"]),
    ("doi: 10.1063/1.1954747", ["doi:10.1063/1.1954747"]),
    ("see https://arxiv.org/abs/1706.03762v2.", ["arxiv:1706.03762"]),
    ("https://cgal.org/", []),
    ("nothing", []),
]
MARKUP = [
    ("<p>Bees &amp; <b>moss</b></p><p>wait.</p>", "Bees & moss wait."),
    ("x<sup>2</sup> and H<sub>2</sub>O and f<sub>esc</sub>", "x² and H₂O and fesc"),
    ("Using <T> generics, 1 < 2", "Using <T> generics, 1 < 2"),
    ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
    ("<jats:title>Abstract</jats:title><jats:p>Text.</jats:p>", "Abstract Text."),
    ("AT&T &lt;tag&gt;", "AT&T <tag>"),
    ("a<br/>b<!-- c -->d", "a bd"),
]


@pytest.mark.parametrize(("written", "date"), DATES)
def test_a_date_is_as_exact_as_it_is_written(written, date):
    assert dated(written) == date


@given(st.text(max_size=30))
def test_whatever_is_written_gives_a_date_or_none(text):
    assert dated(text) == "" or is_partial(dated(text))


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_whatever_parts_are_given_make_a_date_or_none(year, month, day):
    assert partial(year, month, day) == "" or is_partial(partial(year, month, day))


@pytest.mark.parametrize(("text", "names"), NAMED)
def test_identifiers_are_found_inside_of_texts_and_home_pages_are_none(text, names):
    assert [str(identifier) for identifier in found([text])] == names


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Comb, Ada", "Ada Comb"), ("Comb, A., Jr.", "A. Comb Jr."), ("Ada Comb", "Ada Comb")],
)
def test_names_are_turned_round(name, printed):
    assert turned(name) == printed


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"journal": "Ponds", "volume": "1", "number": "2", "pages": "3--4", "published": "2020"},
         "Ponds 1(2), 3-4 (2020)"),
        ({"journal": "Ponds", "published": "2020-05"}, "Ponds (2020)"),
        ({"container": "Moss", "volume": "1", "pages": "3"}, "volume 1, pages 3"),
        ({"pages": "3", "volume": "1"}, ""),
    ],
)  # fmt: skip
def test_a_place_is_told_in_one_line(facts, said):
    assert place(Reference(**facts)) == said


@pytest.mark.parametrize(("markup", "text"), MARKUP)
def test_markup_becomes_text(markup, text):
    assert plain(markup) == text


@given(st.text(alphabet="<>&/!-abp;\"' sub", max_size=60))
def test_whatever_markup_becomes_one_clean_line(markup):
    assert plain(markup) == clean(plain(markup))


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Über".encode(), "", "Über"),
        ("Über".encode("latin-1"), "", "Über"),
        ("Über".encode("utf-8-sig"), "latin-1", "Über"),
        ("Über".encode(), "latin-1", "Über"),
        ("Über Moos".encode("utf-16"), "", "Über Moos"),
        ("Moss waits".encode("utf-16-be"), "", "Moss waits"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("测试期刊".encode("gbk"), "", "测试期刊"),
        ("こけはまつ".encode("cp932"), "", "こけはまつ"),
        ("苔".encode("iso-2022-jp"), "iso-2022-jp", "苔"),
        (b"moss", "no such set", "moss"),
    ],
)
def test_character_sets_are_told_from_the_bytes(data, declared, text):
    assert charset.text(data, declared) == text


@given(st.binary(max_size=80))
def test_whatever_bytes_are_text(data):
    charset.text(data).encode("utf-8", "replace")


@given(st.text(max_size=60), st.integers(1, 7))
def test_wide_characters_are_narrowed_wherever_the_stream_is_cut(text, size):
    data = text.encode("utf-16")
    first = data[:64] if len(data) > 64 else data
    rest = data[64:]
    pieces = [first, *(rest[n : n + size] for n in range(0, len(rest), size))]
    assert b"".join(charset.narrow(pieces)).decode().lstrip("\ufeff") == text.lstrip("\ufeff")


def test_what_holds_no_element_is_no_xml():
    for content in (b"", b"plain", b"<!-- only this -->"):
        with pytest.raises(NoXML):
            tree(content)


def test_entities_are_never_expanded():
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1_000 + b'">]><a>' + b"&b;" * 100 + b"</a>"
    root, wrong = tree(bomb)
    assert wrong
    assert "".join(root.itertext()) == "&b;" * 100
