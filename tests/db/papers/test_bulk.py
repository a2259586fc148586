"""Rows written at once are those that Django would have written one by one."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from broadsheet.papers import bulk
from broadsheet.papers.models import Announcement, Change, Identifier, Paper, Record

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 15, 12, 30, 15, 250_000, tzinfo=UTC)
AWKWARD = 'a "quoted" \\N \\.\tTab, {braces}, 100 %s and Ünïcödé 𝔸\nnext line'
COLUMNS = [field.attname for field in Paper._meta.concrete_fields]


def rows_of(papers):
    return [[getattr(paper, column) for column in COLUMNS] for paper in papers]


def made(count):
    numbers = bulk.numbers(Paper, count)
    return [
        Paper(
            pk=number,
            key=f"paper-{number}",
            title=AWKWARD,
            withdrawn=bool(number % 2),
            published_on=date(2026, 8, 14) if number % 2 else None,
            added_at=NOW,
            changed_at=NOW,
        )
        for number in numbers
    ]


def as_held(papers):
    held = Paper.objects.in_bulk([paper.pk for paper in papers])
    return rows_of(held[paper.pk] for paper in papers)


def test_what_is_inserted_reads_back_the_same():
    papers = made(3)
    bulk.insert(Paper, COLUMNS, rows_of(papers))

    assert as_held(papers) == rows_of(papers)


def test_what_is_updated_reads_back_the_same_and_others_stay():
    one, other = made(2)
    bulk.insert(Paper, COLUMNS, rows_of([one, other]))
    one.abstract, one.published_on, one.n_authors = AWKWARD, date(2026, 1, 2), 7
    names = ("abstract", "published_on", "n_authors")
    bulk.update(Paper, names, [[*(getattr(one, name) for name in names), one.pk]])

    assert as_held([one, other]) == rows_of([one, other])


def recorded(paper, raw):
    """A record of a paper, inserted; gives its number."""
    (number,) = bulk.numbers(Record, 1)
    row = {
        "id": number,
        "paper_id": paper.pk,
        "source": "jsonl",
        "origin": "arxiv",
        "source_id": "1",
        "digest": -5,
        "seen_at": NOW,
        "turn": 0,
        "title": "A title",
        "title_hash": 2**62,
        "raw": raw,
    }
    bulk.insert(Record, list(row), [list(row.values())])
    return number


def test_bytes_read_back_the_same():
    (paper,) = made(1)
    bulk.insert(Paper, COLUMNS, rows_of([paper]))
    raw = bytes(range(256))
    held = Record.objects.get(pk=recorded(paper, raw))

    assert (bytes(held.raw), held.digest, held.title_hash) == (raw, -5, 2**62)
    assert (held.seen_at, held.authors_hash) == (NOW, None)


def test_of_rows_in_conflict_the_first_stays():
    (paper,) = made(1)
    bulk.insert(Paper, COLUMNS, rows_of([paper]))
    number, day = recorded(paper, b"{}"), date(2026, 8, 14)
    columns = ("paper_id", "feed", "day", "rank", "kind", "seen_at", "record_id")
    told = [(paper.pk, "arxiv", day, rank, "new", NOW, number) for rank in (1, None)]
    for _ in range(2):
        bulk.insert(Announcement, columns, told, ignore_conflicts=True)

    assert list(Announcement.objects.values_list("day", "rank", "seen_at")) == [(day, 1, NOW)]


def test_a_name_that_is_taken_is_an_error_of_the_database():
    one, other = made(2)
    bulk.insert(Paper, COLUMNS, rows_of([one, other]))
    columns = ("scheme", "value", "paper_id")
    bulk.insert(Identifier, columns, [("doi", "10.1/1", one.pk)])

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Identifier, columns, [("doi", "10.1/1", other.pk)])


def test_numbers_are_taken_once_and_the_databases_own_go_on_behind():
    numbers = []
    for count in (3, 2):
        papers = made(count)
        bulk.insert(Paper, COLUMNS, rows_of(papers))
        numbers += [paper.pk for paper in papers]
    later = Paper.objects.create(key="later", added_at=NOW, changed_at=NOW)

    assert [*numbers, later.pk] == list(range(numbers[0], numbers[0] + 6))
    assert bulk.numbers(Paper, 0) == []


def test_nothing_is_written_for_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(Change, ("paper_id", "what", "at"), [])
        bulk.insert(Change, ("paper_id", "what", "at"), [], ignore_conflicts=True)
        bulk.update(Paper, ("title",), [])


@pytest.mark.on("postgresql")
def test_a_batch_looks_up_by_index_before_anything_is_known_of_the_table():
    bulk.look_up_by_index()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT id FROM papers_record WHERE title_hash = ANY('{1,2,3}')")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index" in plan
    assert "Seq Scan" not in plan


@pytest.mark.on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_an_import_has_room_and_gives_it_back():
    def room():
        with connection.cursor() as cursor:
            names = ("cache_size", "wal_autocheckpoint")
            return [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    usual = room()
    with bulk.at_length():
        assert room() == [-65_536, 16_384]
    assert room() == usual

    with pytest.raises(IntegrityError), bulk.at_length():
        raise IntegrityError
    assert room() == usual
    with transaction.atomic(), bulk.at_length():
        assert room() == usual
