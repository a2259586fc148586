"""The door of the catalogue: counting, merging, keeping."""

from datetime import UTC, datetime

import pytest

from broadsheet.editions.answer import answer
from broadsheet.editions.types import Question
from broadsheet.kernel import clock
from broadsheet.papers import actions, queries
from broadsheet.papers.models import Change, Merge, Paper, Record, Rejection
from broadsheet.sources.contract import Trouble
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db


def counts(report):
    return (report.new, report.updated, report.merged, report.unchanged, report.rejected)


def test_the_same_records_twice_change_nothing(said):
    records = [said(), said()]

    first = actions.ingest(records)
    changes = queries.last_change()
    second = actions.ingest(records)

    assert counts(first) == (2, 0, 0, 0, 0)
    assert counts(second) == (0, 0, 0, 2, 0)
    assert queries.last_change() == changes


def test_a_newer_capture_updates_the_paper(said):
    actions.ingest([said(id="2601.00010", title="A draft of the thing")])

    report = actions.ingest([said(id="2601.00010", title="The thing itself")])

    assert counts(report) == (0, 1, 0, 0, 0)
    assert queries.paper("2601.00010").card.title == "The thing itself"
    assert Record.objects.count() == 2


def test_one_identifier_is_one_paper(said, picked):
    actions.ingest([said(id="2608.00123", title="One title", abstract="Authors' own words.")])

    report = actions.ingest(
        [picked(id="arxiv:2608.00123", arxiv_id="2608.00123", title="Another title")]
    )

    assert counts(report) == (0, 0, 1, 0, 0)
    page = queries.paper("2608.00123")
    assert page.card.title == "One title"
    assert page.abstract == "Authors' own words."
    assert page.card.votes == 10
    assert queries.merges(page.number)[0].evidence == "both are arxiv:2608.00123"


def test_a_doi_shared_by_two_numbers_of_one_archive_does_not_make_them_one(said):
    actions.ingest([said(doi="10.1000/x"), said(doi="10.1000/x")])
    actions.ingest([said(doi="10.1000/X")])

    assert Paper.objects.filter(merged_into=None).count() == 3


TITLE = "Counting Sheep: Sleep and the Natural Numbers"


@pytest.mark.parametrize(
    ("other", "merged"),
    [
        ({"title": "counting sheep – sleep and the natural numbers!"}, True),
        ({"authors": ["A. Lovelace", "C. Babbage"]}, True),
        ({"authors": ["Lovelace, Ada"]}, True),
        ({"authors": ["Charles Babbage"]}, False),
        ({"published": "2027"}, True),
        ({"published": "2028"}, False),
        ({"published": ""}, True),
        ({"title": "Counting Sheep and Goats: Sleep"}, False),
    ],
)
def test_equal_title_author_and_year_make_one_work(said, other, merged):
    actions.ingest([said(title=TITLE)])

    twin = {"source": "conferences", "id": "ICML2026/x", "title": TITLE, "published": "2026"}
    report = actions.ingest([said(**(twin | other))])

    assert counts(report) == ((0, 0, 1, 0, 0) if merged else (1, 0, 0, 0, 0))


def test_short_titles_need_more_than_an_author(said):
    actions.ingest([said(title="On sheep")])

    twin = said(source="conferences", id="ICML2026/x", title="On sheep", published="2026")

    assert actions.ingest([twin]).new == 1


def test_two_numbers_of_one_archive_are_two_papers(said):
    report = actions.ingest([said(title=TITLE), said(title=TITLE)])

    assert report.new == 2
    assert len(queries.titled(TITLE)) == 2


def test_a_record_without_authors_joins_the_one_paper_of_its_title_weakly(said):
    actions.ingest([said(title=TITLE)])
    nameless = {"source": "conferences", "title": TITLE, "authors": [], "published": "2026"}

    report = actions.ingest([said(id="ICML2026/x", **nameless)])

    assert report.merged == 1
    assert Merge.objects.get().weak


def test_a_record_without_authors_stays_alone_where_two_papers_hold_its_title(said):
    actions.ingest([said(title=TITLE), said(title=TITLE)])
    nameless = said(source="conferences", id="ICML2026/x", title=TITLE, authors=[])

    assert actions.ingest([nameless]).new == 1


def test_a_merge_within_one_batch_is_the_same_as_across_two(said):
    twin = said(source="conferences", id="ICML2026/x", title=TITLE, published="2026")

    report = actions.ingest([said(title=TITLE), twin])

    assert counts(report) == (1, 0, 1, 0, 0)
    assert Paper.objects.count() == 1


def test_a_record_that_names_two_papers_makes_them_one_and_the_older_key_stays(said):
    actions.ingest([said(id="2601.00777", title="First seen in the archive")])
    anthology = {"source": "anthology", "published": "2026"}
    actions.ingest([said(id="2026.acl-long.7", title="As printed in the volume", **anthology)])

    bridge = said(
        source="conferences",
        id="ACL2026/7",
        title="Known by both",
        same_as=["anthology:2026.acl-long.7"],
        published="2026",
    )
    actions.ingest([bridge])
    assert Paper.objects.filter(merged_into=None).count() == 2

    actions.ingest([said(id="2601.00777", title="First seen", doi="10.1000/x")])
    actions.ingest([said(id="2026.acl-long.7", title="As printed", doi="10.1000/x", **anthology)])

    assert Paper.objects.filter(merged_into=None).count() == 1
    assert queries.paper("2026.acl-long.7").redirect_to == "2601.00777"
    assert queries.find("10.1000/X")[1] == "2601.00777"


def test_split_undoes_a_merge_and_later_captures_stay_apart(said):
    actions.ingest([said(id="2601.00010", title=TITLE)])
    twin = {"source": "conferences", "id": "ICML2026/x", "title": TITLE, "published": "2026"}
    actions.ingest([said(**twin, code_url="https://example.org/code")])
    assert queries.paper("2601.00010").code_url == "https://example.org/code"

    kept, new = actions.split(merge=Merge.objects.get().pk)

    assert kept == "2601.00010"
    assert queries.paper(kept).code_url == ""
    assert queries.paper(new).code_url == "https://example.org/code"
    later = actions.ingest([said(**twin, code_url="https://example.org/moved")])
    assert counts(later) == (0, 1, 0, 0, 0)
    assert queries.paper(new).code_url == "https://example.org/moved"


def test_a_split_merge_by_identifier_is_not_made_again(said, picked):
    number = {"id": "arxiv:2601.00010", "arxiv_id": "2601.00010"}
    actions.ingest([said(id="2601.00010"), picked(**number, title="Something else")])

    kept, new = actions.split(merge=Merge.objects.get().pk)
    actions.ingest([picked(**number, title="Something else again")])

    assert queries.paper(kept).card.votes is None
    assert queries.paper(new).card.title == "Something else again"


def test_what_cannot_be_read_is_kept_with_its_reason(db):
    trouble = Trouble(path="x.jsonl", line=7, reason="no title", raw=b"{}")

    report = actions.ingest([trouble, trouble])

    assert report.rejected == 2
    assert [(row.line, row.reason) for row in queries.rejections()] == [(7, "no title")]
    assert Rejection.objects.count() == 1


def test_every_paper_that_can_be_found_differently_appends_one_change(said, picked):
    actions.ingest([said(), picked()])

    assert Change.objects.count() == 2
    assert Change.objects.values("paper").distinct().count() == 2


def test_the_starter_and_the_pages_it_began_from_are_308_papers(starter, shared):
    page = SOURCES["page"]
    files = sorted((shared / "seeds").iterdir())
    report = actions.ingest(record for file in files for record in page.read(file))

    assert starter.new == 308
    assert report.new == 0
    assert queries.sizes().papers == 308
    assert report.merged + report.updated + report.unchanged == 220


def test_every_tricky_record_is_held_without_loss(db, shared):
    lines = (shared / "corpus" / "tricky.jsonl").read_bytes().splitlines()
    source = SOURCES["jsonl"]
    report = actions.ingest(source.read(shared / "corpus" / "tricky.jsonl"))

    assert report.rejected == 0
    assert report.new + report.merged + report.unchanged + report.updated == len(lines)
    numbers = Paper.objects.values_list("pk", flat=True)
    kept = {bytes(raw) for number in numbers for _, raw in queries.records(number)}
    assert {line.strip() for line in lines} <= kept


def test_a_day_file_read_before_its_hour_is_seen_at_once(picked):

    with clock.at(datetime(2026, 8, 14, 9, tzinfo=UTC)):
        actions.ingest([picked(day="2026-08-14")])

        assert answer(Question(place="front")).hits[0].card.votes == 10


def test_refusals_of_which_nothing_was_received_are_told_apart():
    def unknown(number):
        reason = "arXiv knows no paper of this number"
        return Trouble(path="https://a.example", line=0, reason=reason, source_id=number)

    for _ in range(2):
        actions.ingest([unknown("2608.00001"), unknown("2608.00002")])

    told = Rejection.objects.values_list("source_id", flat=True)
    assert sorted(told) == ["2608.00001", "2608.00002"]


def test_reading_is_one_batch_ahead_and_no_more(said, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 3)
    given = 0

    def stream():
        nonlocal given
        for record in [said() for _ in range(10)]:
            given += 1
            yield record

    ahead = []
    report = actions.ingest(stream(), progress=lambda report: ahead.append(given - report.read))

    assert report.new == 10
    assert max(ahead) <= 3


def test_what_was_read_before_reading_broke_is_kept(said, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 3)

    def stream():
        yield from (said() for _ in range(7))
        raise RuntimeError("the reader broke")

    with pytest.raises(RuntimeError, match="the reader broke"):
        actions.ingest(stream())

    assert Paper.objects.count() == 6
