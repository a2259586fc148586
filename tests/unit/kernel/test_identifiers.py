"""Names of papers: each scheme in every form people paste, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel import identifiers
from broadsheet.kernel.identifiers import Identifier, parse


@pytest.mark.parametrize(
    ("text", "number", "version"),
    [
        ("2401.00010", "2401.00010", None),
        ("2401.00010v12", "2401.00010", 12),
        ("0704.0020", "0704.0020", None),
        ("1412.9990", "1412.9990", None),
        ("1501.00010", "1501.00010", None),
        ("arXiv:2401.00010v3", "2401.00010", 3),
        ("arXiv: 2401.00010", "2401.00010", None),
        ("arXiv:2401.00010v2 [cs.CL]", "2401.00010", 2),
        ("oai:arXiv.org:2401.00010", "2401.00010", None),
        ("10.48550/arXiv.2401.00010", "2401.00010", None),
        ("doi: 10.48550/arXiv.2401.00010", "2401.00010", None),
        ("https://doi.org/10.48550/arXiv.2401.00010", "2401.00010", None),
        ("https://arxiv.org/abs/2401.00010v1", "2401.00010", 1),
        ("http://export.arxiv.org/pdf/2401.00010v2.pdf?download=1#page=3", "2401.00010", 2),
        ("arxiv.org/html/2401.00010/", "2401.00010", None),
        ("https://huggingface.co/papers/2401.00010", "2401.00010", None),
        ("math/0306266", "math/0306266", None),
        ("cs/0001001", "cs/0001001", None),
        ("hep-th/9108001v2", "hep-th/9108001", 2),
        ("math.GT/0309136", "math/0309136", None),
        ("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136", 1),
        ("https://arxiv.org/abs/math%2F0309136", "math/0309136", None),
    ],
)
def test_an_arxiv_number_is_read_in_any_usual_form(text, number, version):
    assert identifiers.arxiv(text) == (number, version)
    assert parse(text) == Identifier("arxiv", number)


@pytest.mark.parametrize(
    "text",
    [
        "1412.12345",  # five digits came in 2015
        "1501.1234",  # and four went
        "0703.1234",  # before that there were none
        "2513.00001",  # there is no thirteenth month
        "2401.00000",
        "2401.00001v0",
        "9107.1234",
        "math/0704001",  # by then the new numbers were there
        "math/9106001",
        "math/0306000",
        "math/030626",
        "2401.000١",  # an Arabic digit is a digit to Python
        "٢٤٠١.٠٠٠٠١",
        "ma arxiv:2401.00001",
        "notarxiv.org/abs/2401.00001",
        "mathx03arxiv:06266",
    ],
)
def test_what_only_looks_like_an_arxiv_number_is_none(text):
    assert identifiers.arxiv(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("DOI: 10.1145/ABC", "10.1145/abc"),
        ("https://dx.doi.org/10.1145/ABC.", "10.1145/abc"),
        ("doi.org/10.1145/abc", "10.1145/abc"),
        ("https://doi.org/10.1145/abc?utm_source=x#top", "10.1145/abc"),
        ("10.1000%2Fabc", "10.1000/abc"),
        ("10.1016/S0370-2693(97)00001-1).", "10.1016/s0370-2693(97)00001-1"),
        ("10.1000/abc)", "10.1000/abc"),
        ("10.1000/abc>;", "10.1000/abc"),
        (
            "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
        ),
        (
            "https://link.springer.com/chapter/10.1007/978-3-031-19818-2_24",
            "10.1007/978-3-031-19818-2_24",
        ),
        ("https://dl.acm.org/doi/abs/10.1145/3292500", "10.1145/3292500"),
    ],
)
def test_a_doi_is_read_in_any_usual_form(text, value):
    assert identifiers.doi(text) == value
    assert parse(text) == Identifier("doi", value)


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/",
        "10.1000/...",
        "10.1000/)",
        "10.12/abc",
        "11.1000/abc",
        "10.1000/a b",
        "10.1000/a%00b",
        "10.1000/a%0Ab",
        "0.26615/978-954",
        "http://hdl.handle.net/2065/12105",
    ],
)
def test_what_only_looks_like_a_doi_is_none(text):
    assert identifiers.doi(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P19-1001", "acl:P19-1001"),
        ("2022.acl-long.1", "acl:2022.acl-long.1"),
        ("https://aclanthology.org/2022.acl-long.10.pdf", "acl:2022.acl-long.10"),
        ("https://www.aclweb.org/anthology/P19-1001/", "acl:P19-1001"),
        ("https://openreview.net/forum?id=B1NKuC6SG", "openreview:B1NKuC6SG"),
        ("https://openreview.net/pdf?id=B1NKuC6SG&noteId=x", "openreview:B1NKuC6SG"),
        ("openreview:B1NKuC6SG", "openreview:B1NKuC6SG"),
        ("openalex:W2741809807", "openalex:W2741809807"),
        ("s2:" + "0a" * 20, "s2:" + "0a" * 20),
        ("HTTPS://Pond.Example/Papers/7", "url:https://pond.example/Papers/7"),
    ],
)
def test_other_names_are_recognised(text, expected):
    assert str(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "behaviour priming",
        "openreview:<b>",
        "s2:x",
        "acl:x",
        "doi:x",
        "javascript:alert(1)",
        "http://",
        "http://[",
        "https://pond.example/a b",
        "https://pond.example/\x00",
        "https://openreview.net/forum?id=B1NKuC6SG and more",
        "https://pond.example/" + "a" * 2_048,
    ],
)
def test_what_is_no_name_of_a_paper_is_none(text):
    assert parse(text) is None


@given(st.text())
def test_any_text_is_read_or_refused_and_what_is_read_reads_the_same_again(text):
    found = parse(text)
    if found is not None:
        assert parse(found.value) == found
        assert found.value in found.href


@given(st.from_regex(r"\A\d{2}(0[1-9]|1[0-2])\.\d{4,5}(v\d)?\Z"))
def test_a_number_that_is_read_keeps_every_digit(text):
    if found := identifiers.arxiv(text):
        assert text.startswith(found[0])
        assert identifiers.arxiv(found[0]) == (found[0], None)


LONG = "深" * 1_200


@pytest.mark.parametrize("text", [f"10.1000/{LONG}", f"https://example.org/{LONG}", "10.1/a"])
def test_a_name_too_long_for_an_index_is_none(text):
    assert parse(text) is None


def test_a_name_is_as_long_as_its_bytes():
    assert identifiers.doi("10.1000/" + "a" * 992)
    assert identifiers.doi("10.1000/" + "a" * 993) is None
    assert identifiers.url("https://example.org/" + "深" * 326)
    assert identifiers.url("https://example.org/" + "深" * 327) is None


@pytest.mark.parametrize(
    ("value", "href"),
    [
        ("10.1000/a#b?c", "https://doi.org/10.1000/a%23b%3Fc"),
        (
            "10.1002/(sici)17:15<1::aid>3.0;2-2",
            "https://doi.org/10.1002/(sici)17:15%3C1::aid%3E3.0;2-2",
        ),
        ("10.1000/深", "https://doi.org/10.1000/%E6%B7%B1"),
    ],
)
def test_the_address_of_a_doi_leads_to_all_of_it(value, href):
    identifier = Identifier("doi", value)

    assert identifier.href == href
    assert parse(href) == identifier
