"""The bulk file of arXiv: what a line says, and that it says what other files of arXiv say."""

import orjson
import pytest

from broadsheet.sources.arxiv_snapshot.parse import from_line, parse
from broadsheet.sources.arxiv_snapshot.read import ArxivSnapshot
from broadsheet.sources.jsonl.parse import parse as parse_neutral
from broadsheet.sources.registry import recognise
from broadsheet.sources.values import Broken

LINE = {
    "id": "0704.0001",
    "submitter": "Pond Keeper",
    "authors": r"C. Bal\'azs, E. L. Berger (ANL), C.-P. Yuan and The Pond Collaboration: A. Comb",
    "title": "Calculation of prompt\n  diphoton production",
    "comments": "37 pages",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "doi": "10.1103/PhysRevD.76.013009 10.1103/other",
    "report-no": "ANL-HEP-PR-07-12",
    "categories": "hep-ph hep-ex",
    "license": None,
    "abstract": "  A fully differential\ncalculation.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "C.", ""], ["Yuan", "C. -P.", "Jr."], ["", ":", ""]],
}


def record(**changes):
    return from_line(orjson.dumps(LINE | changes))


def test_a_line_gives_every_fact():
    found = record()
    assert found.title == "Calculation of prompt diphoton production"
    assert found.authors == ("C. Balázs", "C. -P. Yuan Jr.")
    assert (found.published, found.updated, found.version) == ("2007-04-02", "2007-07-24", 2)
    assert found.categories == ("hep-ph", "hep-ex")
    assert [str(identifier) for identifier in found.identifiers] == [
        "arxiv:0704.0001", "doi:10.1103/physrevd.76.013009", "doi:10.1103/other",
    ]  # fmt: skip
    assert (found.comment, found.journal_ref) == ("37 pages", "Phys.Rev.D76:013009,2007")
    assert found.abstract == "A fully differential calculation."
    assert found.seen_at.date().isoformat() == "2008-11-26"
    assert found.url == "https://arxiv.org/abs/0704.0001"
    assert not found.withdrawn


def test_who_sent_a_paper_in_is_never_kept():
    assert b"Keeper" not in record().raw
    assert parse(record().raw) == record()


def test_names_that_arxiv_did_not_part_are_parted_here():
    assert record(authors_parsed=None).authors == (
        "C. Balázs", "E. L. Berger", "C.-P. Yuan", "The Pond Collaboration", "A. Comb",
    )  # fmt: skip


def test_a_withdrawn_paper_says_so():
    assert record(comments="This paper has been withdrawn by the author").withdrawn


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "moss"},
        {"title": ""},
        {"versions": 7},
        {"update_date": "soon"},
        {"authors_parsed": "A. Comb"},
        {"abstract": ["x"]},
    ],
)
def test_a_line_that_breaks_the_rules_is_refused_with_a_reason(changes):
    with pytest.raises(Broken) as refused:
        record(**changes)
    assert str(refused.value)


def test_lines_that_are_broken_leave_the_others(tmp_path):
    path = tmp_path / "arxiv-metadata-oai-snapshot.json"
    whole = orjson.dumps(LINE)
    path.write_bytes(whole + b"\n" + whole[:-9] + b"\n[1]\n" + whole + b"\n")
    items = list(ArxivSnapshot().read(path))
    assert recognise(path).name == "arxiv_snapshot"
    assert [getattr(item, "line", 0) for item in items] == [0, 2, 3, 0]


def test_a_first_line_longer_than_the_sample_is_recognised(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(orjson.dumps(LINE | {"authors": "A. Comb, " * 9_000}) + b"\n")
    assert recognise(path).name == "arxiv_snapshot"


def test_it_says_of_a_paper_what_the_neutral_format_says(shared):
    """Real lines of the neutral format, written as the bulk file writes them."""
    compared = 0
    for raw in (shared / "corpus/tricky.jsonl").read_bytes().splitlines():
        entry = orjson.loads(raw)
        if entry["source"] != "arxiv" or "version" in entry:
            continue
        theirs, ours = parse_neutral(raw), from_line(as_bulk(entry))
        compared += 1
        for fact in ("title", "abstract", "authors", "identifiers", "categories", "comment",
                     "journal_ref", "url", "withdrawn", "published"):  # fmt: skip
            assert getattr(ours, fact) == getattr(theirs, fact), (fact, entry["id"])
    assert compared > 100


def as_bulk(entry):
    day = entry.get("published")
    created = (
        f"Mon, {int(day[8:])} {MONTHS[int(day[5:7]) - 1]} {day[:4]} 10:00:00 GMT" if day else ""
    )
    return orjson.dumps(
        {
            "id": entry["id"],
            "submitter": "Pond Keeper",
            "authors": ", ".join(entry["authors"]),
            "title": entry["title"],
            "comments": entry.get("comment"),
            "journal-ref": entry.get("journal_ref"),
            "doi": entry.get("doi"),
            "categories": " ".join(entry.get("categories", ())),
            "abstract": entry.get("abstract"),
            "versions": [{"version": "v1", "created": created}],
            "authors_parsed": [["", name, ""] for name in entry["authors"]],
        }
    )


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
