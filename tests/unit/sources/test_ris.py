"""RIS and its relatives: the marks of records, what people leave out of them, and real files."""

import pytest

from broadsheet.sources.contract import Record
from broadsheet.sources.ris.read import RIS


def read(tmp_path, content, name="x.ris"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(RIS().read(path))
    return (
        [item for item in items if isinstance(item, Record)],
        [(item.line, item.reason) for item in items if not isinstance(item, Record)],
    )


def test_a_record_gives_every_fact(tmp_path):
    [record], troubles = read(
        tmp_path,
        "TY  - JOUR\nA1  - Comb, Ada\nA1  - Moss, C., Jr.\nT1  - How Bees\n   Count\n"
        "JF  - Annals of Ponds\nVL  - 12\nIS  - 3\nSP  - 4\nEP  - 5\nY1  - 2020\n"
        "DA  - 2020/03/17/\n"
        "N2  - They count.\nKW  - bees\nKW  - ponds\nN1  - doi: 10.1000/ponds.12\n"
        "UR  - https://ponds.example/12; https://ponds.example/other\nER  -\n",
    )
    assert troubles == []
    assert (record.title, record.authors) == ("How Bees Count", ("Ada Comb", "C. Moss Jr."))
    assert (record.published, record.journal_ref) == (
        "2020-03-17",
        "Annals of Ponds 12(3), 4-5 (2020)",
    )
    assert (record.abstract, record.keywords) == ("They count.", ("bees", "ponds"))
    assert [str(identifier) for identifier in record.identifiers] == ["doi:10.1000/ponds.12"]
    assert (record.url, record.comment) == ("https://ponds.example/12", "")


@pytest.mark.parametrize(
    ("content", "titles", "reasons"),
    [
        ("TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\n", ["A", "B"], []),
        ("\n\nfoo\n1.\nTY  - JOUR\nTI  - A\nER  -\n", ["A"], []),
        (
            "JF  - J\nT1  - A\nVL  - 1\nER  -\n",
            ["A"],
            ["the record does not begin with TY; what could be read of it is kept"],
        ),
        ("TY  - JOUR\nDO  - 10.1000/x\nER  - \n", [], ["it has no title"]),
        ("TY  - JOUR\nTI  - A\nAB  - IL-2 and\nER then more\nER  -", ["A"], []),
        ("nothing", [], ["it holds no record with tags that are known"]),
    ],
)
def test_what_exports_leave_out_costs_no_record(tmp_path, content, titles, reasons):
    records, troubles = read(tmp_path, content)
    assert [record.title for record in records] == titles
    assert [reason for _, reason in troubles] == reasons


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_usual_character_set_is_read(tmp_path, encoding):
    content = "TY  - JOUR\r\nTI  - Über Bienen\r\nER  - \r\n".encode(encoding)
    [record], troubles = read(tmp_path, content)
    assert (record.title, troubles) == ("Über Bienen", [])


DATES = [
    ("2001/09/01/", "2001-09-01"),
    ("2001/00/00/", "2001"),
    ("2015/october", "2015-10"),
    ("2016/12//", "2016-12"),
    ("///", ""),
    ("99", ""),
    ("2013/02/15/received", ""),
    ("20160512", "2016-05-12"),
]


@pytest.mark.parametrize(("written", "date"), DATES)
def test_dates_are_as_exact_as_they_are_written(tmp_path, written, date):
    [record], _ = read(tmp_path, f"TY  - JOUR\nTI  - A\nPY  - {written}\nER  -\n")
    assert record.published == date


# Title, authors (the first, how many), date, identifier, journal reference or venue.
REAL = {
    "jabref_RisImporterTest3.ris": (
        "Toward a Robust Analysis of Dermoscopy Images Acquired under Different Conditions",
        ("Catarina Barata", 3), "2015-09-10", "doi:10.1201/b19107-2", "Dermoscopy Image Analysis",
    ),
    "jabref_RisImporterTest4c.ris": (
        "Processing whey protein for use as a food ingredient",
        ("L. M. Huffman", 1), "1996", "", "Food Technology 50(2), 49-52 (1996)",
    ),
    "jabref_RisImporterTest6.ris": (
        "Chelation: Harnessing and Enhancing Heavy Metal Detoxification—A Review",
        ("Margaret E Sears", 1), "2013-04-18", "doi:10.1155/2013/219840",
        "The Scientific World Journal 2013, 219840 (2013)",
    ),
    "jabref_RisImporterTest8_date.ris": (
        ("Hydration forces between silica surfaces: Experimental data and predictions from"
        " different theories"),
        ("J. J. Valle-Delgado", 6), "2005-07-15", "doi:10.1063/1.1954747",
        "The Journal of Chemical Physics 123(3), 034708 (2005)",
    ),
    "jabref_RisImporterTestDOI.ris": (
        "The effect of smartphone usage time on posture and respiratory function",
        ("Sang In Jung", 5), "2016-01", "doi:10.1589/jpts.28.186",
        "Journal of physical therapy science 28(1), 186-189 (2016)",
    ),
    "jabref_RisImporterTestScience.ris": (
        "Phase separation and ω transformation in binary V-Ti and ternary V-Ti-Cr alloys",
        ("Chanchal Ghosh", 4), "2016-12", "doi:10.1016/j.actamat.2016.09.028",
        "Acta Materialia 121, 310-324 (2016)",
    ),
    "jabref_RisImporterCorrupted.ris": (
        "Editorial: Open Source and Empirical Software Engineering",
        ("Warren Harrison", 1), "2001-09-01", "doi:10.1023/a:1017379030770",
        "Empirical Software Engineering 6(3), 193-194 (2001)",
    ),
    "jabref_NbibImporterTest.nbib": (
        "Proteomics: A new perspective for cancer",
        ("Basavaradhya Sahukar Shruthi", 4), "2016", "doi:10.4103/2277-9175.180636",
        "Advanced biomedical research 5, 67 (2016)",
    ),
    "rispy_example_wos.ris": (
        ("Interactions stabilizing the structure of the core light-harvesting complex (LHl) of"
        " photosynthetic bacteria and its subunit (B820)"),
        ("PS Parkes-Loach", 4), "2004-06-08", "doi:10.1021/bi049798f",
        "BIOCHEMISTRY 43(22), 7003-7016 (2004)",
    ),
    "jabref_Endnote.book.example.enw": (
        "Git : dezentrale Versionsverwaltung im Team : Grundlagen und Workflows",
        ("René Preißel", 2), "2016", "", "",
    ),
    "other_tagged/jabref_IsiImporterTest1.isi": (
        "Optical properties of MgO doped LiNbO/sub 3/ single crystals",
        ("James Brown", 6), "2006-04", "", "Optical Materials 28(5), 467-472 (2006)",
    ),
    "other_tagged/jabref_EndnoteXmlImporterTestArticle.xml": (
        ("Trends in the lifetime risk of developing cancer in Great Britain: comparison of risk for"
        " those born from 1930 to 1960"),
        ("AS Ahmad", 3), "2015-03-03", "doi:10.1038/bjc.2014.606",
        "Br J Cancer 112(5), 943-7 (2015)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_record_says_what_a_person_reads_in_it(shared, name):
    first = next(iter(RIS().read(shared / "formats/ris" / name)))
    found = " ".join(str(identifier) for identifier in first.identifiers)
    place = first.venue or first.journal_ref
    authors = (first.authors[0], len(first.authors))
    assert (first.title, authors, first.published, found, place) == REAL[name]


def test_every_real_record_is_counted(shared):
    """As many as ``TY`` lines that begin one, whatever else stands in the file."""
    counts = {"rispy_example_urls.ris": 4, "rispy_example_full.ris": 2, "rispy_example_wos.ris": 2}
    for name, count in counts.items():
        items = list(RIS().read(shared / "formats/ris" / name))
        assert sum(isinstance(item, Record) for item in items) == len(items) == count
