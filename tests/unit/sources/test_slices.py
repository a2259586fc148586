"""Cutting documents into records, and reading one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.sources import slices
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml


def test_records_are_cut_out_as_received_and_the_rest_stays_a_document():
    body = b"<x:a><r>1</r> <x:r n='2'>\xc3\xa4</x:r><r/><rr>no</rr></x:a>"
    found, rest = slices.cut(body, "r")
    assert found == [b"<r>1</r>", b"<x:r n='2'>\xc3\xa4</x:r>", b"<r/>"]
    assert rest == b"<x:a> <rr>no</rr></x:a>"


def test_a_record_that_is_cut_off_stays_in_the_rest():
    assert slices.cut(b"<a><r>1</r><r>2", "r") == ([b"<r>1</r>"], b"<a><r>2")


@given(st.lists(st.sampled_from([b"<r>", b"</r>", b"<a>", b"x", b"<r a='1'>", b"<r/>"])))
def test_cutting_loses_no_byte(parts):
    body = b"".join(parts)
    found, rest = slices.cut(body, "r")
    assert len(rest) + sum(map(len, found)) == len(body)


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>', "<a>ä</a>"),
        ('<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16"), "<a>ä</a>"),
        (b"\xef\xbb\xbf<a>\xc3\xa4</a>", "<a>ä</a>"),
        (b"<a>\xc3\xa4</a>", "<a>ä</a>"),
    ],
)
def test_a_document_is_read_in_the_encoding_it_names(body, read):
    assert slices.utf8(body).decode() == read


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'<?xml version="1.0" encoding="punycode"?><a/>', "encoding punycode is none"),
        (b'<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>', "not in windows-1252"),
        (b"\xff\xfea", "not in utf-16"),
    ],
)
def test_what_is_in_no_encoding_that_is_read_says_so(body, reason):
    with pytest.raises(BadXml, match=reason):
        slices.utf8(body)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<r>\xe4</r>", "not well-formed"),
        (b"<r>&nbsp;</r>", "undefined entity"),
        (b"<r>\x0b</r>", "not well-formed"),
        (b"<r><b></r>", "mismatched tag"),
        (b"<r>1</r><r>2</r>", "junk after document element"),
        (b'<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>', "does not begin with the tag “r”"),
        (b"<r>" + b"x" * slices.LONGEST + b"</r>", "longer than 4 MiB"),
        (b"", "does not begin"),
    ],
)
def test_an_element_that_breaks_the_rules_says_which(raw, reason):
    with pytest.raises(Broken, match=reason):
        slices.tree(raw, "r")


def test_names_are_read_without_namespaces_even_undeclared_ones():
    read = slices.tree(b"<o:r><o:t>1</o:t><t>2</t><u/></o:r>", "r")
    assert slices.texts(read) == {"t": "1"}


def test_a_document_of_nothing_but_open_tags_is_cut_in_one_pass():
    found, rest = slices.cut(b"<r>" * 1_000_000, "r")
    assert (found, len(rest)) == ([], 3_000_000)
