"""Reading XML: what comes out of a sound document, of a broken one, and of a hostile one."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.sources import xml
from broadsheet.sources.xml import BadXml, document, elements

OAI = "{http://www.openarchives.org/OAI/2.0/}"
PAGE = b"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>one</identifier></header></record>
<record><header><identifier>two</identifier></header></record>
<resumptionToken>more</resumptionToken></ListRecords></OAI-PMH>"""


def numbers(body):
    """The texts of all <n> that come, and the reason why no more did."""
    came = []
    try:
        came.extend(element.text for element in elements(body, "n"))
    except BadXml as error:
        return came, str(error)
    return came, ""


def test_the_wanted_elements_come_whole_and_in_order():
    found = list(elements(PAGE, OAI + "record", OAI + "resumptionToken"))

    assert [element.tag.removeprefix(OAI) for element in found] == [
        "record",
        "record",
        "resumptionToken",
    ]
    assert [e.findtext(f"{OAI}header/{OAI}identifier") for e in found[:2]] == ["one", "two"]


def test_a_star_stands_for_any_namespace_and_for_none():
    body = b'<a xmlns:x="urn:x"><x:n>1</x:n><n>2</n><m>3</m></a>'

    assert [element.text for element in elements(body, "{*}n")] == ["1", "2"]


def test_only_the_outermost_of_nested_elements_comes_with_the_inner_one_in_it():
    (outer,) = elements(b"<a><n>1<n>2</n></n></a>", "n")

    assert [element.text for element in outer.iter("n")] == ["1", "2"]


def test_a_document_is_its_root_with_everything():
    root = document(PAGE)

    assert root.tag == OAI + "OAI-PMH"
    assert len(root.findall(f".//{OAI}identifier")) == 2


@given(st.lists(st.integers(1, 40), max_size=20))
def test_however_the_pieces_are_cut_the_same_comes_out(sizes):
    pieces, rest = [], PAGE
    for size in sizes:
        pieces, rest = [*pieces, rest[:size]], rest[size:]

    whole = [element.tag for element in elements(PAGE, OAI + "record")]
    assert [element.tag for element in elements([*pieces, rest], OAI + "record")] == whole


def test_what_was_read_is_not_kept(monkeypatch):
    monkeypatch.setattr(xml, "_PIECE", 4096)
    body = b"<a>" + b"<r><n>1</n><m/></r>" * 20_000 + b"</a>"
    tracemalloc.start()

    count = sum(1 for _ in elements(body, "n"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 20_000
    assert peak < 1_000_000  # 60,000 elements that are kept take more than 100 bytes each


NO_XML = "not well-formed XML: not well-formed (invalid token)"
LATE = "it is not well-formed XML: XML or text declaration not at start of entity, line 3:1"


@pytest.mark.parametrize(
    ("body", "came", "reason"),
    [
        (b"", [], "it is empty"),
        (b" \n", [], "it is empty"),
        (b"<a><n>1</n><n>2", ["1"], "it ends too early, in line 1"),
        (b"<a><n>1</n>\n<n>2</n><", ["1", "2"], "it ends too early, in line 2"),
        (b"<a><n>1</n><![CDATA[", ["1"], "it ends too early, in line 1"),
        (b"<a><n>1</n></b>", ["1"], "it is not well-formed XML: mismatched tag, line 1:14"),
        (b"<a><n>1</n>&nbsp;</a>", ["1"], "it is not well-formed XML: undefined entity, line 1:12"),
        (b"<a><n>1</n>\xff</a>", ["1"], f"it is {NO_XML}, line 1:12"),
        (b'{"n": 1}', [], f"it is {NO_XML}, line 1:1"),
        (b"<!doctype html><title>Sorry</title>", [], "it is an HTML page, not XML"),
        (b"<!DOCTYPE html><n>1</n>", [], "it is an HTML page, not XML"),
        (b"<html><body><n>1</n></body></html>", [], "it is an HTML page, not XML"),
        (b"\n\n<?xml version='1.0'?><a/>", [], LATE),
    ],
)  # fmt: skip
def test_what_can_be_saved_comes_before_the_reason(body, came, reason):
    assert numbers(body) == (came, reason)


DECLARES = "it declares entities or a document type of its own, which is refused"


@pytest.mark.parametrize(
    "inner",
    [
        b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
        b'<!ENTITY file SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % there SYSTEM "http://127.0.0.1/x.dtd"> %there;',
        b'<!ATTLIST n more CDATA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">',
        b"",
    ],
    ids=["bomb", "file", "address", "default", "empty"],
)
def test_a_document_that_declares_anything_is_refused_before_its_first_element(inner):
    body = b"<!DOCTYPE a [" + inner + b"]><a><n>1</n></a>"

    assert numbers(body) == ([], DECLARES)
    assert numbers(body[i : i + 1] for i in range(len(body))) == ([], DECLARES)
    assert numbers(body.decode().encode("utf-16")) == ([], DECLARES)


def test_the_name_of_a_document_type_does_no_harm_and_its_address_is_not_asked():
    body = b'<!DOCTYPE rss PUBLIC "-//Somebody//DTD" "http://127.0.0.1:1/x.dtd"><rss><n>1</n></rss>'

    assert numbers(body) == (["1"], "")


@pytest.mark.parametrize(
    "endless",
    [b"<n>a", b"<!--a", b"<n a", b"<n><![CDATA[\n"],
    ids=["text", "comment", "name", "lines"],
)
def test_a_text_without_end_is_given_up_after_four_mebibytes(endless):
    fed = 0

    def body():
        nonlocal fed
        yield b"<a><n>1</n>" + endless
        while fed < 2**30:
            fed += 2**20
            yield endless[-1:] * 2**20

    assert numbers(body()) == (["1"], "it has a text or a tag of more than 4 MiB")
    assert fed <= xml.LONGEST + 2**20


def test_depth_and_number_of_elements_are_bounded(monkeypatch):
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 1000)
    deep = b"<n>" * 100_000
    broad = b"<a><r>" + b"<n/>" * 1001

    assert numbers(b"<a>" + deep)[1] == "it has elements more than 200 deep in each other"
    with pytest.raises(BadXml, match="more than 1,000 elements where one record is expected"):
        list(elements(broad, "r"))
    assert numbers(broad + b"</r></a>")[1] == ""  # one at a time, they are not many
