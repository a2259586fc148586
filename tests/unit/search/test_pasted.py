"""What is pasted: identifiers, BibTeX, texts; what an address keeps of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.identifiers import Identifier
from broadsheet.search.language import bibliography
from broadsheet.search.language.bibliography import Entry
from broadsheet.search.language.parse import parse
from broadsheet.search.language.pasted import KEPT, LONGEST, MOST_PAPERS, TEXT, kept, pasted
from broadsheet.search.language.tree import Named, Or, Phrase, Words

ONE, TWO = Identifier("arxiv", "2401.00001"), Identifier("arxiv", "2402.00002")
DOI = Identifier("doi", "10.1000/182")


@pytest.mark.parametrize(
    "text",
    [
        "2401.00001 2402.00002",
        "2401.00001,2402.00002",
        "2401.00001; 2402.00002;",
        "arXiv:2401.00001v3 [cs.CL] arXiv: 2402.00002",
        "https://arxiv.org/abs/2401.00001 https://huggingface.co/papers/2402.00002",
        "- 2401.00001 - 2402.00002",
        "1. 2401.00001 2. 2402.00002",
        "[1] 2401.00001, [2] <2402.00002>",
        "2401.00001 2402.00002 2401.00001v1",
    ],
)
def test_identifiers_one_after_another_are_a_list(text):
    found = pasted(text)

    assert [entry.identifiers for entry in found.papers] == [(ONE,), (TWO,)]
    assert found.odd == ()
    assert parse(text).tree == Or((Named(ONE), Named(TWO)))


def test_a_comma_may_be_part_of_a_doi():
    found = pasted("10.1000/a,b,10.1000/182, 2401.00001")

    assert [str(entry.identifiers[0]) for entry in found.papers] == [
        "doi:10.1000/a,b",
        "doi:10.1000/182",
        "arxiv:2401.00001",
    ]


def test_what_is_none_among_many_identifiers_is_told():
    parsed = parse("2401.00001 2402.00002 10.1000/182 math/0309136 oops")

    assert len(parsed.papers) == 4
    assert parsed.problems == ("What names no paper was left out: “oops”.",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2401.00001",
        "lichen 2401.00001",
        "2401.00001 2402.00002 robots",
        "like:2401.00001 like:2402.00002",
        "2401.00001 OR 2402.00002",
        "mail me@example.org{here",
        " ".join(["word"] * (TEXT - 1)),
        " ".join(["word"] * TEXT + ["cat:cs.CL"]),
        " ".join(["word"] * TEXT + ["OR", "other"]),
        " ".join(["word"] * TEXT + ["(title:deep"]),
        f'"{" ".join(["word"] * TEXT)}"',
    ],
)
def test_a_query_is_read_sign_by_sign(text):
    assert pasted(text) is None


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (
            "@article{key, title = {The {GPT} of\n B\\'ezier}, eprint={2401.00001v2}, year = 2024}",
            [Entry((ONE,), "The GPT of B\\'ezier")],
        ),
        (
            '@misc{a, title="Of {"quotes"} here", doi = "10.1000/182"}',
            [Entry((DOI,), 'Of "quotes" here')],
        ),
        ("@misc{a, doi={https://doi.org/10.48550/arXiv.2401.00001}}", [Entry((ONE,))]),
        (
            "@article{v, title={T}, journal={arXiv preprint arXiv:2401.00001}, year={2024}}",
            [Entry((ONE,), "T")],
        ),
        ("@article{v, title={T}, volume={abs/2402.00002}}", [Entry((TWO,), "T")]),
        (
            "@misc(a, title={T}, url=http://a.org/b)",
            [Entry((Identifier("url", "http://a.org/b"),), "T")],
        ),
        ("@misc{a,title={T},} @misc{b,title={U}}@comment{title={V}} @misc{a,title={T}}",
         [Entry((), "T"), Entry((), "U")]),
        ("@string{x={y}} @misc{a, month = jan # {~1}, title = {Kept}}", [Entry((), "Kept")]),
        ("@misc{a, title={Never closed", [Entry((), "Never closed")]),
        ("@misc{a, title={A} @misc{b, title={B}}", [Entry((), "A"), Entry((), "B")]),
        ('@misc{a, title={?!}, url={http://a.org/"b"}}', []),
        ("@misc{nothing, year={2024}}", []),
    ],
)  # fmt: skip
def test_a_bibliography_gives_titles_and_identifiers(text, entries):
    assert list(bibliography.entries(text)) == entries


@given(st.text(alphabet='@ab{}=",\\() 1#~\n', max_size=300))
def test_no_bibliography_is_too_broken_to_be_read(text):
    for entry in bibliography.entries(text):
        assert entry.title or entry.identifiers


def test_what_an_entry_is_written_as_names_the_same_paper():
    entry = Entry((ONE, DOI), "A title, {} of it")

    (again,) = bibliography.entries(str(Entry((ONE,), "A title of it")))
    assert again == Entry((ONE,), "A title of it")
    assert bibliography.entries(str(entry))[0].identifiers == (ONE,)


def test_one_pasted_entry_is_searched_by_its_title_and_several_by_their_names():
    one = parse("@misc{a, title={Deep -Learning OR not}, doi={10.1000/182}}")
    two = parse("@misc{a, title={Only a title}} @misc{b, title={T}, doi={10.1000/182}}")

    assert one.tree == Words(("deep", "learning", "or", "not"))
    assert two.tree == Or((Phrase("only a title", "title"), Named(DOI)))


def test_no_sign_of_a_text_is_an_operator():
    text = " ".join(['We show -that (not) "quoted', "NOT", *["word"] * TEXT])
    parsed = parse(text)

    assert parsed.is_text
    assert parsed.tree == Words(tuple(text.split()))
    assert parsed.problems == ()
    assert parse("语" * TEXT).is_text


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{n % 700} common" for n in range(1_000)),
        "语" * 9_000,
        " ".join(f"@misc{{k{n}, title={{Number {n}}}, doi={{10.1000/{n}}}}}" for n in range(300)),
        " ".join(f"2401.{n:05}" for n in range(1, 1_700)),
        "title:deep " * 1_500,
    ],
)  # fmt: skip
def test_what_is_long_is_kept_in_the_length_of_an_address(text):
    short, lost = kept(text)

    assert len(short) <= KEPT < len(text)
    assert lost.endswith(".")
    assert kept(short) == (short, "")


def test_of_a_long_text_the_most_used_words_are_kept_in_their_order():
    short, lost = kept("rare " + "the gradient descends slowly " * 200 + "x" * 50 + " y" * 2_000)

    assert short.split()[:4] == ["rare", "gradient", "descends", "slowly"]
    assert short.count("gradient") == 3
    assert "characters pasted the most used words were read" in lost


def test_of_many_papers_the_first_are_kept_and_the_rest_is_told():
    numbers = [f"2401.{n:05}" for n in range(1, 200)]
    parsed = parse(" ".join(numbers))

    assert len(parsed.papers) == MOST_PAPERS
    assert parsed.problems == (f"Only the first {MOST_PAPERS} of the papers pasted were read.",)
    assert kept(" ".join(numbers)) == (" ".join(numbers), "")


@given(st.text(max_size=200), st.integers(1, 150))
def test_whatever_is_kept_stays_as_it_is(text, times):
    short, _ = kept((text * times)[:LONGEST])

    assert len(short) <= KEPT
    assert kept(short) == (short, "")
