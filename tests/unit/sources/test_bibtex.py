"""BibTeX: the grammar, the TeX in it, what entries take from each other, and real files."""

import io
from pathlib import Path

import bibtexparser
import pytest
import zstandard

from broadsheet.sources.bibtex.names import authors, said
from broadsheet.sources.bibtex.parse import parse
from broadsheet.sources.bibtex.read import BibTeX
from broadsheet.sources.contract import Record
from broadsheet.sources.values import Broken

NAMES = [
    ("Comb, Ada", ["Ada Comb"]),
    ("Ada Comb and B. Moss", ["Ada Comb", "B. Moss"]),
    ("von Hicks, III, Michael", ["Michael von Hicks III"]),
    ("{The Pond Lab and Friends} AND Moss, C.", ["The Pond Lab and Friends", "C. Moss"]),
    (r"H{\"o}ney, Bj{\o}rn and {\v{S}}imi{\'c}, \L{}ukasz", ["Bjørn Höney", "Łukasz Šimić"]),
    ("Comb, A. and others", ["A. Comb"]),
    ("family=Beethoven, given=Ludwig, prefix=van", ["Ludwig van Beethoven"]),
    ("Franc{\\ocirc{u}}, Jan", ["Jan Franců"]),
    ("Comb,\n\tAda   and\n\tMoss, C.", ["Ada Comb", "C. Moss"]),
    ("", []),
]
TEXTS = [
    ("{{All Braced}}", "All Braced"),
    (r"G{\"o}del \& {M}oss, 100\% \emph{sure}", "Gödel & Moss, 100% sure"),
    (r"of {Cu$_2$O} in $x^{2}$", "of Cu$_2$O in $x^{2}$"),
    (r"0.2\,mm \textpm 0.1", "0.2 mm ± 0.1"),
    ("no TeX at all", "no TeX at all"),
]


@pytest.mark.parametrize(("field", "names"), NAMES)
def test_names_are_given_as_printed(field, names):
    assert authors(field) == names


@pytest.mark.parametrize(("field", "text"), TEXTS)
def test_tex_becomes_text_and_formulas_stay(field, text):
    assert said(field) == text


def read(tmp_path, content):
    path = tmp_path / "x.bib"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(BibTeX().read(path))
    return (
        [item for item in items if isinstance(item, Record)],
        [(item.line, item.reason) for item in items if not isinstance(item, Record)],
    )


def test_an_entry_gives_every_fact(tmp_path):
    [record], troubles = read(
        tmp_path,
        r"""@string{ann = "Annals of "}
        @Article{comb:2020, Author = "Comb, Ada", Title = {How {Bees} Count}, Subtitle = {A Study},
          journal = ann # {Ponds}, volume = 12, number = {3}, pages = {4--5}, year = 2020,
          month = mar, abstract = {They  count.}, keywords = {bees; ponds}, note = {In print},
          doi = {https://doi.org/10.1000/PONDS.12}, eprint = {2003.00010}, archiveprefix = {arXiv},
          url = {https://ponds.example/a\_b}}""",
    )
    assert troubles == []
    assert record.title == "How Bees Count: A Study"
    assert record.authors == ("Ada Comb",)
    assert record.published == "2020-03"
    assert record.journal_ref == "Annals of Ponds 12(3), 4–5 (2020)"
    assert record.venue == ""
    assert record.abstract == "They count."
    assert record.keywords == ("bees", "ponds")
    assert record.comment == "In print"
    assert [str(i) for i in record.identifiers] == ["arxiv:2003.00010", "doi:10.1000/ponds.12"]
    assert record.url == "https://ponds.example/a_b"
    assert record.source_id == "arxiv/2003.00010"
    assert parse(record.raw) == record


def test_a_child_takes_over_what_its_parent_says_but_never_its_identity(tmp_path):
    records, troubles = read(
        tmp_path,
        """@inproceedings{a, title = {Moss Waits}, author = {C. Moss}, crossref = {P}}
        @proceedings{p, title = {All of Moss}, year = {2019}, doi = {10.1000/moss}, xdata = {x}}
        @xdata{x, month = {5}}""",
    )
    child = records[0]
    assert (child.venue, child.published, child.identifiers) == ("All of Moss", "2019-05", ())
    assert parse(child.raw) == child
    assert troubles == [(3, "it has no title")]


def test_keys_name_nothing_so_two_files_may_use_one_for_two_papers(tmp_path):
    [one], _ = read(tmp_path, "@misc{smith2020, title = {How Bees Count}}")
    [other], _ = read(tmp_path, "@misc{smith2020, title = {Why Moss Waits}}")
    [again], _ = read(tmp_path, "@misc{smith20, title = {How {Bees} count.}}")
    assert one.source_id != other.source_id
    assert one.source_id == again.source_id


@pytest.mark.parametrize(
    ("content", "titles", "reasons"),
    [
        ("@misc(a, title = {Round} )\n@misc{b, title = {Next}}", ["Round", "Next"], []),
        ("@misc{a, title = {One}}@misc{b, title = {Two}}", ["One", "Two"], []),
        ("@misc{ title = {No key} }", ["No key"], []),
        ("@misc{a, title = {No comma} year = {2020}}", ["No comma"], []),
        ("% @misc{a, title = {Left out}}\n@misc{b, title={In}}", ["In"], []),
        ("@comment{ @misc{a, title={x}} }\n@misc{b, title={In}}", ["In"], []),
        (
            "@misc{a, title = {Open\n@misc{b, title = {Next}}",
            ["Open", "Next"],
            ["the entry is not written as BibTeX has it; what could be read of it is kept"],
        ),
        ("@misc{a, year = {2020}}", [], ["it has no title"]),
        ("nothing here", [], ["it holds no entry of BibTeX"]),
    ],
)
def test_what_people_write_is_read_as_far_as_it_can_be(tmp_path, content, titles, reasons):
    records, troubles = read(tmp_path, content)
    assert [record.title for record in records] == titles
    assert [reason for _, reason in troubles] == reasons


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_usual_character_set_is_read(tmp_path, encoding):
    [record], troubles = read(tmp_path, "@misc{a, title = {Über Bienen}}".encode(encoding))
    assert (record.title, troubles) == ("Über Bienen", [])


def test_strings_that_double_each_other_stay_small(tmp_path):
    bomb = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
    [record], _ = read(tmp_path, f'@string{{s0 = "x"}}{bomb}@misc{{a, title = {{T}}, note = s60}}')
    assert len(record.comment) <= 10_000


def test_notes_to_oneself_and_paths_are_not_shown():
    raw = b"@misc{a, title={T}, annote={private}, comment={private}, file={/private}}"
    assert "private" not in repr(parse(raw)).replace(repr(raw), "")


def test_what_is_no_entry_is_refused():
    with pytest.raises(Broken):
        parse(b"@string{a = {b}}")


# Real files

REAL = {
    "bbt_Author_splitter_failure.bib": (
        ("Determination of the Thickness and Refractive Index of Cu$_2$O Thin Film Using Thermal"
        " and Optical Interferometry"),
        ("M. E. Abu-Zeid", "A. E. Rakhshani", "A. A. Al-Jassar", "Y. A. Youssef"),
        "1986", "doi:10.1002/pssa.2210930226", "Physica Status Solidi (a) 93, 613–620 (1986)", "",
    ),
    "bbt_Better_BibTeX.004.bib": (
        ("Design of a Carbon Fiber Composite Grid Structure for the GLAST Spacecraft Using a Novel"
        " Manufacturing Technique"),
        ("Michael von Hicks III",), "2001", "", "", "",
    ),
    "bbt_Better_BibTeX.012.bib": (
        "The Concepts of Risk and Safety", ("Niklas Möller",), "2012", "", "",
        ("Handbook of Risk Theory: Epistemology, Decision Theory, Ethics, and Social Implications"
        " of Risk"),
    ),
    "bbt_Endnote_should_parse.bib": (
        "Alzheimer mechanisms and therapeutic strategies", ("Y. Huang", "L. Mucke"), "2012", "",
        "Cell 148(6), 1204-22 (2012)", "",
    ),
    "bbt_Failure_to_handle_unparsed_author_names_92_.bib": (
        "Cuprous oxide (Cu$_2$O) crystal structure, lattice parameters", ("O. Madelung",), "1998",
        "doi:10.1007/10681727_56", "volume III/41c", "Landolt-Börnstein",
    ),
    "bbt_Issues_with_round_instead_of_curly_braces_do_not_import_corr.bib": (
        "The CONNIVER Reference Manual", ("Drew V. McDermott", "Gerald J. Sussman"), "1972-05", "",
        "", "",
    ),
    "bbt_DOIs_excluded_from_export_in_6.7.86_2555.bib": (
        "Z-log: Applying System-Z", ("Michael Minock", "Hansi Kraus"), "2002",
        "doi:10.1007/3-540-45757-7_52", "volume 2424, pages 545-548",
        "Logics in Artificial Intelligence",
    ),
    "bibtexparser_gbk_test.bib": ("Test Title", ("凯撒",), "2013", "", "测试期刊 (2013)", ""),
    "from_crossref_content_negotiation.bib": (
        ("The Structure of Ordinary Water: New data and interpretations are yielding new insights"
        " into this fascinating substance."),
        ("Henry S. Frank",), "1970-08", "doi:10.1126/science.169.3946.635",
        "Science 169(3946), 635–641 (1970)", "",
    ),
    "jabref_utf8-bom.bib": (
        ("Pi Calculus Versus Petri Nets: Let Us Eat Humble Pie Rather Than Further Inflate the Pi"
        " Hype"),
        ("W.M.P. van der Aalst",), "2005-05", "", "BPTrends 3(5), 1–11 (2005)", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_entry_says_what_a_person_reads_in_it(shared, name):
    first = next(iter(BibTeX().read(shared / "formats/bibtex" / name)))
    found = [str(identifier) for identifier in first.identifiers]
    assert (
        first.title, first.authors, first.published, " ".join(found), first.journal_ref, first.venue
    ) == REAL[name]  # fmt: skip


def text_of(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    return data.decode("utf-8-sig", "replace")


def test_every_entry_that_another_reader_finds_is_found_with_its_title(shared):
    for path in sorted((shared / "formats/bibtex").glob("*.bib*")):
        library = bibtexparser.parse_string(text_of(path), parse_stack=[])
        expected = [entry for entry in library.entries if "title" in fields(entry)]
        read = [item for item in BibTeX().read(path) if isinstance(item, Record)]
        known = {squeezed(record.title) for record in read}
        missing = [e.key for e in expected if squeezed(said(bare(fields(e)["title"]))) not in known]
        with_subtitle = {e.key for e in expected if "subtitle" in fields(e)}
        assert set(missing) <= with_subtitle, path.name
        assert len(read) >= len(expected), path.name


def fields(entry):
    return {field.key.lower(): field.value for field in entry.fields}


def bare(value):
    return value[1:-1] if value[:1] in ('"', "{") else value


def squeezed(text):
    return "".join(text.split()).lower()
