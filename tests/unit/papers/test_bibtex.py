"""BibTeX that every reader takes back."""

import bibtexparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.identifiers import Identifier
from broadsheet.papers import bibtex
from broadsheet.papers.citations import Citation, Name, part


def citation(**facts):
    return Citation(
        **{
            "key": "2601.00010",
            "title": "The Study of Sheep",
            "abstract": "",
            "authors": ("Ada Lovelace", "Ludwig van Beethoven"),
            "n_authors": 2,
            "organization": "",
            "published": "2026-01-05",
            "identifiers": (Identifier("arxiv", "2601.00010"),),
            "categories": ("cs.CL",),
            "venue": "",
            "url": "",
        }
        | facts
    )


def back(text):
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    (entry,) = library.entries
    return entry


def test_an_entry_holds_what_reference_managers_ask_for():
    entry = back(bibtex.entry(citation()))
    fields = {field.key: field.value for field in entry.fields}

    assert (entry.entry_type, entry.key) == ("misc", "lovelace2026study")
    assert fields["author"] == "Lovelace, Ada and van Beethoven, Ludwig"
    assert fields["eprint"] == "2601.00010"
    assert fields["archiveprefix"] == "arXiv"
    assert fields["eprinttype"] == "arxiv"
    assert fields["primaryclass"] == "cs.CL"
    assert fields["year"] == "2026"
    assert fields["url"] == "https://arxiv.org/abs/2601.00010"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("50% & more_things #1", r"50\% \& more\_things \#1"),
        (r"Already 50\% escaped", r"Already 50\% escaped"),
        (r"On $\alpha_1 \& \beta$ and_so", r"On $\alpha_1 \& \beta$ and\_so"),
        ("Costs $5", r"Costs \$5"),
        ("Open { brace", "Open  brace"),
        ("Gödel and Ωmega", "Gödel and Ωmega"),
    ],
)
def test_what_bibtex_reads_is_escaped_outside_mathematics(title, written):
    assert f"{{{{{written}}}}}" in bibtex.entry(citation(title=title))


def test_a_venue_makes_it_a_paper_of_proceedings():
    assert back(bibtex.entry(citation(venue="ACL 2026"))).entry_type == "inproceedings"


def test_without_authors_the_organisation_stands_for_them():
    entry = back(bibtex.entry(citation(authors=(), organization="The Lab & Co")))

    assert entry.fields_dict["author"].value == r"{The Lab \& Co}"
    assert entry.key == "thelabco2026study"


def test_keys_of_one_file_differ():
    text = bibtex.entries([citation()] * 3)

    assert [entry.key for entry in bibtexparser.parse_string(text).entries] == [
        "lovelace2026study",
        "lovelace2026studyb",
        "lovelace2026studyc",
    ]


@given(title=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_title_is_read_back(title):
    back(bibtex.entry(citation(title=title)))


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ada Lovelace", Name("Lovelace", "Ada")),
        ("Lovelace, Ada", Name("Lovelace", "Ada")),
        ("Ludwig van Beethoven", Name("van Beethoven", "Ludwig")),
        ("Sammy Davis Jr.", Name("Davis", "Sammy Jr.")),
        ("Madonna", Name("Madonna")),
        ("ATLAS Collaboration", Name("ATLAS Collaboration", group=True)),
        ("J. R. R. Tolkien", Name("Tolkien", "J. R. R.")),
    ],
)
def test_names_are_parted(author, name):
    assert part(author) == name


HOSTILE = "x},note={injected"


@pytest.mark.parametrize(
    "facts",
    [
        {"identifiers": (), "url": f"https://example.org/{HOSTILE}"},
        {"identifiers": (Identifier("doi", f"10.1000/{HOSTILE}"),)},
        {"categories": (HOSTILE,)},
        {"title": HOSTILE},
        {"title": "A brace \\} and { another"},
        {"title": "It ends in a backslash\\"},
        {"venue": HOSTILE},
        {"authors": (f"{HOSTILE} Team", "Ada \\")},
        {"authors": (), "organization": HOSTILE},
    ],
    ids=str,
)
def test_nothing_leaves_its_field(facts):
    expected = {f.key for f in back(bibtex.entry(citation(**facts | {"title": "Tame"}))).fields}
    entry = back(bibtex.entry(citation(**facts)))

    assert "note" not in expected
    assert {field.key for field in entry.fields} - {"booktitle"} == expected - {"booktitle"}


def test_addresses_are_encoded_where_bibtex_would_read_them():
    doi = Identifier("doi", "10.1000/x}y")
    entry = back(bibtex.entry(citation(identifiers=(doi,)))).fields_dict

    assert entry["doi"].value == "10.1000/x%7Dy"
    assert entry["url"].value == "https://doi.org/10.1000/x%7Dy"
