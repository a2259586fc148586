"""Several words of one source on one paper: which of them speaks, and what each said of days."""

from datetime import UTC, date, datetime

import pytest

from broadsheet.papers import actions, queries
from broadsheet.papers.models import Announcement, Record, Rejection
from broadsheet.sources.contract import Trouble
from broadsheet.sources.hf_daily.parse import envelope
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 3)
NUMBER = "2601.00010"


def captured(hour, rank, title="One two three four five"):
    """A paper on a day's list as it stood at this hour."""
    entry = {"paper": {"id": "2608.00001", "title": title, "upvotes": hour}}
    moment = datetime(2026, 8, 3, hour, tzinfo=UTC)
    raw = envelope(entry, day=DAY, rank=rank, captured=moment)
    return SOURCES["hf_daily"].reread(raw, moment)


def words(said, *titles, **fields):
    return [said(id=NUMBER, title=title, **fields) for title in titles]


def title():
    return queries.paper(NUMBER).card.title


def test_a_source_that_returns_to_earlier_words_is_followed(said):
    old, wrong = words(said, "As it was", "A mistake")

    for word in (old, wrong, old, wrong, old):
        report = actions.ingest([word])
        assert title() == word.title
        assert (report.new + report.updated, report.unchanged) == (1, 0)

    assert actions.ingest([old]).unchanged == 1
    assert Record.objects.count() == 2
    assert queries.records(queries.find(NUMBER)[0])[0][1] == old.raw


@pytest.mark.parametrize("between", [0, actions.BATCH])
def test_reading_all_files_once_more_changes_nothing(said, between):
    first, last = words(said, "First file", "Second file")
    records = [first, *(said() for _ in range(between)), last]
    actions.ingest(records)
    changes = queries.last_change()

    report = actions.ingest(records)

    assert (report.unchanged, report.updated) == (len(records), 0)
    assert (queries.last_change(), title()) == (changes, "Second file")


def test_a_return_within_one_import_is_followed_too(said):
    old, wrong = words(said, "As it was", "A mistake")

    report = actions.ingest([old, wrong, old])

    assert (title(), report.new, report.updated, report.unchanged) == ("As it was", 1, 2, 0)


def test_a_new_word_after_a_return_speaks(said):
    old, wrong, right = words(said, "As it was", "A mistake", "As it is")
    actions.ingest([old])
    actions.ingest([wrong])
    actions.ingest([old])

    actions.ingest([right])

    assert title() == "As it is"
    assert actions.ingest([old, right]).updated == 0


def test_an_older_capture_that_comes_again_does_not_speak():
    early, late = captured(9, 5, "An early title of it"), captured(18, 5, "A late title of it")
    actions.ingest([early])
    actions.ingest([late])

    report = actions.ingest([early])

    assert (report.unchanged, report.updated) == (1, 0)
    assert queries.paper("2608.00001").card.title == "A late title of it"


def test_captures_that_arrive_out_of_order_tell_the_order_they_saw():
    for hour, rank in ((9, 5), (18, 5), (12, 3)):
        actions.ingest([captured(hour, rank)])

    rows = Announcement.objects.order_by("seen_at").values_list("seen_at__hour", "rank")
    assert list(rows) == [(9, 5), (12, 3), (18, 5)]
    [appearance] = queries.paper("2608.00001").announcements
    assert (appearance.rank, appearance.seen_at.hour) == (5, 18)


def test_files_that_cannot_be_read_are_no_records():
    lost = Trouble(path="x.jsonl", line=0, reason="it is empty", fatal=True)
    broken = Trouble(path="y.jsonl", line=3, reason="it has no title", raw=b"{}")

    report = actions.ingest([lost, broken])

    assert (report.read, report.rejected, report.unread) == (1, 1, 1)
    assert report.troubles == [lost, broken]


def test_a_reason_of_any_length_and_any_character_is_kept():
    actions.ingest([Trouble(path="x", line=1, reason="深\0" * 5_000, source_id="\0", raw=b"{}")])

    assert Rejection.objects.get().reason.startswith("深 深")


def test_identifiers_of_any_length_are_taken_in(said):
    long = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(1_500))
    records = [said(doi=f"10.1000/{long}"), said(source="conf", url=f"https://example.org/{long}")]

    assert actions.ingest(records).new == 2
