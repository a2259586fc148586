"""Saved pages: the grammar, the counts of the seed pages, and broken cards."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from broadsheet.sources.contract import Measured, Organization, Record, Trouble
from broadsheet.sources.registry import SOURCES

HEAD = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n"
    "byAK and the research community\n\nMar 9\n\n"
)
WITH_YEAR = "How Bees Count\n\nBees count to four.\n\n  • 12 authors\n·\nDec 30, 2025 3"


@pytest.fixture
def read(tmp_path):
    def read(cards, head=HEAD):
        path = tmp_path / "page.txt"
        path.write_text(head + cards, encoding="utf-8")
        return list(SOURCES["page"].read(path))

    return read


@pytest.fixture(scope="session")
def seeds(shared):
    files = sorted((shared / "seeds").iterdir())
    return [list(SOURCES["page"].read(path)) for path in files]


# The columns of the table of the seed pages: cards, organisations, author counts, comments,
# dates of the page's own year without a year written, and neither byline nor date.
COUNTS = [(57, 2, 53, 14, 2), (47, 1, 40, 10, 6), (41, 1, 38, 8, 2), (49, 2, 46, 12, 1)]
COUNTS += [(26, 2, 24, 6, 0)]


def test_the_seed_pages_hold_what_was_counted(seeds):
    counted = [
        (
            len(page),
            sum(record.organization is not None for record in page),
            sum(record.n_authors is not None for record in page),
            sum(bool(record.signals) for record in page),
            sum(not record.published for record in page),
        )
        for page in seeds
    ]
    assert counted == COUNTS


def test_the_seed_pages_are_dated_2026(seeds):
    days = [{record.seen_at for record in page} for page in seeds]
    expected = [(6, 2), (7, 2), (4, 13), (6, 2), (1, 6)]
    assert days == [{datetime(2026, m, d, 16, tzinfo=UTC)} for m, d in expected]


def test_cards_without_a_year_are_of_2026_and_not_after_their_page(seeds):
    this_year = [[r for r in page if r.published.startswith("2026")] for page in seeds]
    assert [len(page) for page in this_year] == [9, 10, 1, 5, 0]
    for page in this_year:
        assert all(date.fromisoformat(r.published) <= r.seen_at.date() for r in page)


def test_220_cards_are_163_papers_and_every_repeat_says_the_same(seeds):
    cards = [record for page in seeds for record in page]
    assert len(cards) == 220
    appearances = Counter(record.source_id for record in cards)
    assert len(appearances) == 163
    assert Counter(appearances.values()) == {1: 134, 2: 16, 3: 4, 4: 3, 5: 6}
    said = {
        (r.source_id, r.title, r.abstract, r.n_authors, r.organization, r.published, len(r.signals))
        for r in cards
    }
    assert len(said) == 163


def test_comments_and_organisations_of_distinct_papers(seeds):
    papers = {record.source_id: record for page in seeds for record in page}.values()
    comments = Counter(record.signals[0].total for record in papers if record.signals)
    assert comments == {1: 8, 2: 20, 3: 3, 4: 1, 5: 4, 11: 1}
    organizations = {r.organization.slug: r.organization.name for r in papers if r.organization}
    assert organizations == {
        "google": "Google",
        "AGI-LAB-HF": "AGI Lab",
        "PEARLS-Lab": "PEARLS Lab",
        "DukeNLPGroup": "Duke NLP",
        "AIM-Intelligence": "AIM Intelligence",
        "metaresearch": "Meta Research",
    }
    assert sum(r.n_authors is not None for r in papers) == 146


def test_a_card_says_what_stands_on_it(read):
    [record] = read(WITH_YEAR)
    assert record.title == "How Bees Count"
    assert record.abstract == "Bees count to four."
    assert record.source_id == "howbeescount"
    assert record.n_authors == 12
    assert record.authors == ()
    assert record.published == "2025-12-30"
    assert record.announcements == ()
    at = datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert record.signals == (Measured(kind="comments", origin="huggingface", total=3, true_at=at),)


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ("  • 1 authors\n·\nFeb 2", (1, None, "2026-02-02", 0)),
        ("  • 27 authors\n·\nFeb 2 11", (27, None, "2026-02-02", 11)),
        (
            "pond The Pond Lab\n·\nOct 17, 2019",
            (None, Organization(slug="pond", name="The Pond Lab"), "2019-10-17", 0),
        ),
    ],
)
def test_bylines_and_dates(read, meta, said):
    card, _ = read(f"On Moss\n\nMoss waits.\n\n{meta}\n\n{WITH_YEAR}")
    comments = sum(signal.total for signal in card.signals)
    assert (card.n_authors, card.organization, card.published, comments) == said


def test_cards_without_byline_stand_anywhere(read):
    bare = "On Moss\n\nMoss waits."
    for cards in (f"{bare}\n\n{WITH_YEAR}", f"{WITH_YEAR}\n\n{bare}"):
        records = read(cards)
        assert {r.title: r.published for r in records} == {
            "On Moss": "",
            "How Bees Count": "2025-12-30",
        }


@pytest.mark.parametrize(
    ("cards", "line", "reason"),
    [
        (f"Lost Title\n\n{WITH_YEAR}", 13, "belongs to no card"),
        (f"  • 2 authors\n·\nFeb 2\n\n{WITH_YEAR}", 13, "belongs to no card"),
        (f"{WITH_YEAR}\n\nLost Title", 21, "belongs to no card"),
        (f"On Moss\n\nWaits.\n\n  • 2 authors\n·\nFeb 31\n\n{WITH_YEAR}", 13, "no Feb 31, 2026"),
        (f"On Moss\n\nWaits.\n\n  • 2 authors\n·\n2 Feb\n\n{WITH_YEAR}", 13, "“2 Feb”"),
        (f"On Moss\n\nWaits.\n\nnobody\n·\nFeb 2\n\n{WITH_YEAR}", 13, "“nobody”"),
        (f"{'On Moss ' * 60}\n\nWaits.\n\n{WITH_YEAR}", 13, "400 characters"),
        (f"On Moss\n\n{'Waits. ' * 15_000}\n\n{WITH_YEAR}", 13, "100,000 are the most"),
    ],
)
def test_a_broken_card_is_told_with_its_line_and_the_others_are_read(read, cards, line, reason):
    found = read(cards)
    [trouble] = [item for item in found if isinstance(item, Trouble)]
    assert (trouble.line, trouble.fatal) == (line, False)
    assert reason in trouble.reason
    assert [item.title for item in found if isinstance(item, Record)] == ["How Bees Count"]


@pytest.mark.parametrize(
    ("head", "cards", "reason"),
    [
        (HEAD, "On Moss\n\nMoss waits.", "no card writes a year"),
        (HEAD.replace("Mar 9", "Someday"), WITH_YEAR, "date of the page"),
        (HEAD.replace("Mar 9", "Feb 30"), WITH_YEAR, "no Feb 30"),
        (HEAD.strip(), "", "no card writes a year"),
    ],
)
def test_a_page_of_unknown_day_is_one_fatal_trouble(read, head, cards, reason):
    [trouble] = read(cards, head)
    assert trouble.fatal
    assert reason in trouble.reason


def test_a_title_without_letters_still_has_an_id(read):
    [record] = read(WITH_YEAR.replace("How Bees Count", "???"))
    assert record.source_id == "???"
