"""Which record is believed, and what a key is made of."""

from datetime import UTC, datetime

import pytest

from broadsheet.kernel.identifiers import Identifier
from broadsheet.papers import rules
from broadsheet.sources.contract import Organization, Record


def record(origin="arxiv", day=1, **facts):
    return Record(
        **{
            "source": origin,
            "origin": origin,
            "source_id": "1",
            "seen_at": datetime(2026, 1, day, tzinfo=UTC),
            "raw": b"",
            "title": f"As {origin} has it",
        }
        | facts
    )


def test_the_authors_own_archive_is_believed_first():
    records = [record(origin) for origin in ("broadsheet", "huggingface", "unknown", "arxiv")]

    order = [r.origin for r in rules.believed_first(records)]

    assert order == ["arxiv", "huggingface", "broadsheet", "unknown"]


def test_of_one_record_only_the_newest_capture_speaks():
    old, new = record(day=1, title="Old"), record(day=2, title="New")

    assert rules.resolve([new, old])["title"] == "New"


def test_each_field_comes_from_the_best_record_that_has_it():
    best = record("arxiv", abstract="", published="2026")
    other = record(
        "huggingface",
        abstract="Said here.",
        published="2026-01-02",
        authors=("Ada Lovelace",),
        organization=Organization(slug="lab", name="The Lab"),
        code_url="https://example.org/code",
    )
    fields = rules.resolve([best, other])

    assert fields["title"] == "As arxiv has it"
    assert fields["abstract"] == "Said here."
    assert fields["published"] == "2026-01-02"
    assert (fields["authors"], fields["n_authors"]) == ("Ada Lovelace", 1)
    assert (fields["organization"], fields["organization_name"]) == ("lab", "The Lab")
    assert fields["code_url"] == "https://example.org/code"


def test_a_number_of_authors_stands_where_no_name_is_known():
    assert rules.resolve([record(n_authors=7)])["n_authors"] == 7


@pytest.mark.parametrize(
    ("identifiers", "key"),
    [
        ([("arxiv", "math/0306266")], "math/0306266"),
        ([("doi", "10.1/x"), ("acl", "P19-1001")], "P19-1001"),
        ([("doi", "10.1/x")], "as-arxiv-has-it-"),
        ([], "as-arxiv-has-it-"),
    ],
)
def test_a_key_is_the_number_of_an_archive_else_words_and_a_mark(identifiers, key):
    named = tuple(Identifier(scheme, value) for scheme, value in identifiers)

    assert rules.wanted_key(record(identifiers=named)).startswith(key)


def test_keys_are_the_same_wherever_a_record_is_read_and_differ_between_records():
    assert rules.wanted_key(record()) == rules.wanted_key(record(day=9))
    assert rules.wanted_key(record()) != rules.wanted_key(record(source_id="2"))


def test_a_title_without_latin_letters_has_a_key_too():
    assert rules.wanted_key(record(title="深層学習"))
