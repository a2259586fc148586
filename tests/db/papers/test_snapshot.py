"""arXiv's bulk file beside other files of arXiv: one paper, the same however often it is read."""

import orjson
import pytest

from broadsheet.papers.actions import ingest
from broadsheet.papers.models import Change, Paper, Record
from broadsheet.sources.arxiv_snapshot.read import ArxivSnapshot
from broadsheet.sources.jsonl.read import JSONL

pytestmark = pytest.mark.django_db

COUNT = 40


@pytest.fixture
def neutral(tmp_path):
    lines = [
        {
            "source": "arxiv", "id": f"2401.{n:05}", "title": f"How {n} Bees Count to Four at Once",
            "authors": ["A. Comb"], "published": "2024-01-05", "categories": ["q-bio.PE"],
        }
        for n in range(1, COUNT + 1)
    ]  # fmt: skip
    path = tmp_path / "neutral.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    return path


@pytest.fixture
def bulk(tmp_path):
    lines = [
        {
            "id": f"2401.{n:05}", "submitter": "Keeper", "authors": "A. Comb",
            "title": f"How {n} Bees\n  Count to Four at Once", "categories": "q-bio.PE",
            "abstract": "  They count.\n", "update_date": "2024-02-01",
            "versions": [{"version": "v1", "created": "Fri, 5 Jan 2024 10:00:00 GMT"}],
            "authors_parsed": [["Comb", "A.", ""]],
        }
        for n in range(1, COUNT + 1)
    ]  # fmt: skip
    path = tmp_path / "bulk.json"
    path.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    return path


def test_both_files_make_one_paper_each_and_nothing_changes_when_they_are_read_again(neutral, bulk):
    ingest(JSONL().read(neutral))
    report = ingest(ArxivSnapshot().read(bulk))
    assert (report.new, report.merged) == (0, COUNT)
    assert Paper.objects.filter(merged_into=None).count() == COUNT
    paper = Paper.objects.get(key="2401.00001")
    assert (paper.abstract, paper.published) == ("They count.", "2024-01-05")
    changes = Change.objects.count()
    for source, path in ((JSONL(), neutral), (ArxivSnapshot(), bulk), (JSONL(), neutral)):
        report = ingest(source.read(path))
        assert report.unchanged == report.read == COUNT
    assert Change.objects.count() == changes
    assert Record.objects.count() == 2 * COUNT


def test_a_file_that_was_cut_off_goes_on_where_it_was(bulk):
    whole = bulk.read_bytes()
    bulk.write_bytes(whole[: len(whole) // 2])
    first = ingest(ArxivSnapshot().read(bulk))
    bulk.write_bytes(whole)
    second = ingest(ArxivSnapshot().read(bulk))
    assert second.unchanged == first.new
    assert first.new + second.new == COUNT
