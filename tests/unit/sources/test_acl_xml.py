"""The Anthology's XML, beside what others read in it."""

import io

import orjson
import pytest
import zstandard

from broadsheet.sources.acl_xml.read import ACLXML
from broadsheet.sources.contract import Record

PAPER = "<paper id='{id}'><title>T</title>{more}</paper>"


def read(tmp_path, papers, collection="2020.ponds", volume="1"):
    path = tmp_path / "x.xml"
    path.write_text(
        f"<collection id='{collection}'><volume id='{volume}'><meta><booktitle>B</booktitle>"
        f"<month>March</month><year>2020</year></meta>{papers}</volume></collection>",
        encoding="utf-8",
    )
    return list(ACLXML().read(path))


NUMBERS = [
    ("2020.ponds", "main", "7", "", "2020.ponds-main.7"),
    ("J89", "1", "7", "", "J89-1007"),
    ("W05", "2", "7", "", "W05-0207"),
    ("L06", "1", "60", "<url>http://elsewhere.example/60.pdf</url>", "L06-1060"),
    ("P19", "1", "7", "<url hash='0'>P19-1107</url>", "P19-1107"),
]


@pytest.mark.parametrize("case", NUMBERS)
def test_a_paper_without_its_number_gets_it_from_where_it_stands(tmp_path, case):
    collection, volume, paper, more, number = case
    [record] = read(tmp_path, PAPER.format(id=paper, more=more), collection, volume)
    assert str(record.identifiers[0]) == f"acl:{number}"
    assert record.url == f"https://aclanthology.org/{number}/"


def test_retractions_awards_revisions_and_code_are_told(tmp_path):
    more = (
        "<retracted date='2021-01-01'>Wrong.</retracted><award>Best <b>Paper</b></award>"
        "<revision id='2' date='2020-05-06'>Typos.</revision>"
        "<pwccode url='https://code.example/moss'/><doi>10.18653/v1/2020.ponds-1.7</doi>"
    )
    [record] = read(tmp_path, PAPER.format(id=7, more=more))
    assert record.withdrawn
    assert (record.comment, record.updated) == ("Best Paper", "2020-05-06")
    assert record.code_url == "https://code.example/moss"
    assert str(record.identifiers[1]) == "doi:10.18653/v1/2020.ponds-1.7"


def test_what_is_wrong_with_one_paper_leaves_the_others(tmp_path):
    papers = "<paper id='1'/>" + PAPER.format(id=2, more="") + "<frontmatter/>"
    trouble, record = read(tmp_path, papers)
    assert trouble.reason == "volume 1, paper 1: it has no title"
    assert record.published == "2020-03"


def test_real_papers_are_as_others_read_them(shared):
    """Every paper of ACL 2022 that the corpus holds, field by field."""
    found = ACLXML().read(shared / "formats/acl/xml_2022.acl.xml.zst")
    ours = {r.identifiers[0].value: r for r in found if isinstance(r, Record)}
    compared = revised = 0
    for theirs in anthology(shared):
        if (record := ours.get(theirs["id"])) is None:
            continue
        compared += 1
        assert record.title == theirs["title"]
        words = (list(record.authors), record.abstract)
        revised += words != (theirs["authors"], theirs.get("abstract", ""))
        assert record.published == theirs["published"]
        assert record.venue == theirs["venue"]
        assert record.url == theirs["url"]
        assert "doi" not in theirs or record.identifiers[1].value == theirs["doi"].lower()
    assert len(ours) == 774
    assert compared > 300
    assert revised < 20  # the corpus holds names and a text that were corrected later


def anthology(shared):
    with (shared / "corpus/anthology.jsonl.zst").open("rb") as file:
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(file)
        for line in io.BufferedReader(reader):
            if b'"2022.acl-' in line:
                yield orjson.loads(line)


@pytest.mark.parametrize(("name", "count"), [("J89", 58), ("L06", 4), ("2022.naloma", 5)])
def test_every_real_paper_is_counted(shared, name, count):
    items = list(ACLXML().read(shared / f"formats/acl/xml_{name}.xml"))
    assert sum(isinstance(item, Record) for item in items) == len(items) == count
