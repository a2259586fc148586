"""CSL-JSON: items as people, citation processors and resolvers write them."""

import orjson
import pytest

from broadsheet.sources.contract import Record
from broadsheet.sources.csl_json.parse import parse
from broadsheet.sources.csl_json.read import CSLJSON


def item(**facts):
    return parse(orjson.dumps({"type": "article-journal", "title": "T", **facts}))


NAMES = [
    ({"family": "Comb", "given": "Ada"}, "Ada Comb"),
    ({"literal": "The Pond Lab"}, "The Pond Lab"),
    ({"name": "The Pond Lab"}, "The Pond Lab"),
    (
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        "Ludwig van Beethoven",
    ),
    ({"family": "Hall", "given": "H. K.", "suffix": "Jr."}, "H. K. Hall Jr."),
    ({"family": "Comb"}, "Comb"),
]
DATES = [
    ({"date-parts": [[2020, 3, 17]]}, "2020-03-17"),
    ({"date-parts": [["2020", "3"]]}, "2020-03"),
    ({"date-parts": [[2011, 5, 25], [2012, 6, 26]], "circa": True}, "2011-05-25"),
    ({"date-parts": [[2017]], "season": 4}, "2017"),
    ({"date-parts": [[2017, 24]]}, "2017"),
    ({"date-parts": [["-2"]]}, ""),
    ({"date-parts": [[None]]}, ""),
    ({"literal": "17 March 2020"}, "2020-03-17"),
    ({"raw": "2020-03"}, "2020-03"),
    ("2020-03", "2020-03"),
]


@pytest.mark.parametrize(("person", "name"), NAMES)
def test_names_are_given_as_printed(person, name):
    assert item(author=[person]).authors == (name,)


@pytest.mark.parametrize(("written", "date"), DATES)
def test_dates_are_as_exact_as_they_are_written(written, date):
    assert item(issued=written).published == date


def test_an_item_gives_every_fact():
    record = item(
        title="How <i>Bees</i> Count to 2<sup>2</sup>",
        **{"container-title": ["Annals of Ponds"], "volume": 12, "issue": "3", "page": "4-5"},
        DOI="10/short",
        URL="https://doi.org/10.1000/PONDS.12",
        abstract="<jats:title>Abstract</jats:title><jats:p>They count &amp; wait.</jats:p>",
        issued={"date-parts": [[2020]]},
        keyword="bees, ponds",
    )
    assert record.title == "How Bees Count to 2²"
    assert record.journal_ref == "Annals of Ponds 12(3), 4-5 (2020)"
    assert [str(identifier) for identifier in record.identifiers] == ["doi:10.1000/ponds.12"]
    assert record.abstract == "Abstract They count & wait."
    assert record.keywords == ("bees", "ponds")


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b'{"type": "book", "title": "A", "id": "a"}', 1),
        (b'[{"type": "book", "title": "A"}, {"id": "b", "title": "B"}]', 2),
        (b'{"10.1/a": [{"type": "book", "title": "A", "DOI": "10.1000/a"}]}', 1),
        (orjson.dumps({"10.1/a": '{"type": "book", "title": "A", "id": 1}'}), 1),
    ],
)
def test_a_file_is_a_list_or_an_item_or_names_of_either(tmp_path, content, count):
    (tmp_path / "x.json").write_bytes(content)
    items = list(CSLJSON().read(tmp_path / "x.json"))
    assert sum(isinstance(item, Record) for item in items) == len(items) == count


def test_half_a_character_is_taken_out_of_what_is_shown(tmp_path):
    (tmp_path / "x.json").write_bytes(b'[{"type": "book", "title": "Bees \\ud800 count"}]')
    [record] = CSLJSON().read(tmp_path / "x.json")
    assert record.title == "Bees count"
    assert parse(record.raw) == record


# By place: title, first author and their number, date, identifiers, journal reference or venue.
REAL = {
    ("crossref_citeproc.json", 0): (
        ("The Structure of Ordinary Water: New data and interpretations are yielding new insights"
        " into this fascinating substance."),
        ("Henry S. Frank", 1), "1970-08-14", "doi:10.1126/science.169.3946.635",
        "Science 169(3946), 635-641 (1970)",
    ),
    ("citationjs_doi_responses.json", 0): (
        "Correlation of the Base Strengths of Amines¹", ("H. K. Hall Jr.", 1), "1957-10",
        "doi:10.1021/ja01577a030",
        "Journal of the American Chemical Society 79(20), 5441-5444 (1957)",
    ),
    ("citationjs_doi_responses.json", 2): (
        "Shield bugs (nymphs)", ("Lars Willighagen", 2), "2023-08-12",
        "doi:10.5281/zenodo.8242099", "",
    ),
    ("citationjs_doi_responses.json", 3): (
        "The Bioclipse Workshop is in progress", ("Egon Willighagen", 1), "2006-11-01",
        "doi:10.59350/hhtcn-zah03", "",
    ),
    ("bbt_Better_CSL_JSON_does_not_include_authority_field_2019.csl.json", 0): (
        "White v. State", ("", 0), "1966-10-19", "", "A.2d 223, 259 (1966)",
    ),
    ("bbt_BBT_CSL_JSON_Do_not_use_shortTitle_and_journalAbbreviation_3.csl.json", 0): (
        ("Codes, costs, and critiques: The organization of information in Library Quarterly,"
        " 1931–2004"),
        ("Hope A. Olson", 1), "2006", "doi:10.1086/504343", "Library Quarterly 76(1), 19–35 (2006)",
    ),
    ("bbt_Better_CSL_does_not_extract_extra_variables_2963.csl.json", 0): (
        "Process tracing: from philosophical roots to best practices", ("Andrew Bennett", 2),
        "2015", "", "Process tracing: from metaphor to analytic tool",
    ),
    ("bbt_Deterministic_ordering_for_CSL_1178_1400.csl.json", 1): (
        ("Psychological distress and the intersection of gender and physical disability:"
        " Considering gender and disability-related risk factors"),
        ("Robyn Lewis Brown", 1), "2014", "doi:10.1007/s11199-014-0385-5",
        "Sex Roles 71(3), 171–181 (2014)",
    ),
    ("citationjs_biblatex-csl.json", 3): (
        "Grensgebieden van de beschaving", ("Rolf Günter Renner", 1), "2010", "",
        "Edward Hopper: Transformaties van het werkelijke",
    ),
    ("citationjs_bibtex-csl.json", 0): (
        "Lorem Ipsum", ("Alice Adams", 2), "2020-02", "",
        "The BibTeX Journal 5(6), 200-210 (2020)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "place"), REAL)
def test_a_real_item_says_what_a_person_reads_in_it(shared, name, place):
    record = list(CSLJSON().read(shared / "formats/csl_json" / name))[place]
    found = " ".join(str(identifier) for identifier in record.identifiers)
    authors = (record.authors[0] if record.authors else "", len(record.authors))
    where = record.venue or record.journal_ref
    assert (record.title, authors, record.published, found, where) == REAL[name, place]


def test_every_real_item_with_a_title_becomes_a_record(shared):
    for path in sorted((shared / "formats/csl_json").glob("bbt_*.json")):
        expected = [entry["title"] for entry in orjson.loads(path.read_bytes())]
        assert len(list(CSLJSON().read(path))) == len(expected)
