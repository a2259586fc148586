"""Subjects fit in a list of messages, and letters say what they hold."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.digest.choices import DAY, make_choice, make_hit

from broadsheet.digest.letter import naming
from broadsheet.digest.letter.items import ROOMS, Setter
from broadsheet.editions.types import Question
from broadsheet.harvest.queries import DayState
from broadsheet.kernel.dates import Period
from broadsheet.search.contract import Filters

FRIDAY = "Friday 14 August 2026"
MONTH = Question(place="front", period=Period.parse("2026-08"))
LONG = "Massive Activations in Hybrid Linear Attention Large Language Models"
SEARCH = Question(place="search", text="soft gripper")
NEWS = Question(place="search", filters=Filters(categories=("cs.RO",), has_code=True))


def items_of(choice):
    setter = Setter(choice, room=ROOMS[0], root="https://a.example", where="/")
    return [setter.set(number, pick) for number, pick in enumerate(choice.picks, 1)]


def subject(*hits, **facts):
    choice = make_choice(*hits, **facts)
    return naming.subject(choice, items_of(choice))


@pytest.mark.parametrize(
    ("question", "title", "said"),
    [
        (DAY, "Alaya-EVOKE: To an Endless World", f"{FRIDAY}: 1 paper, led by Alaya-EVOKE"),
        (DAY, LONG, f"{FRIDAY}: 1 paper, led by Massive Activations in Hybrid Linear …"),
        (DAY, "$\\alpha^2$: TeX", f"{FRIDAY}: 1 paper, led by α²"),
        (
            Question(place="front", period=Period.parse("2026-W33")),
            "A",
            "Week 33, 10 to 16 August 2026: 1 paper, led by A",
        ),
        (MONTH, "A", "August 2026: 1 paper, led by A"),
        (Question(place="trending"), "A", "Trending, Friday 14 August 2026: 1 paper, led by A"),
        (
            DAY.but(field="materials", filters=Filters(has_code=True)),
            "A",
            "Materials, Friday 14 August 2026, with code: 1 paper, led by A",
        ),
        (SEARCH, "A", "1 new paper matches “soft gripper”"),
        (NEWS, "A", "1 new paper in cs.RO, with code"),
    ],
)  # fmt: skip
def test_a_subject_says_which_edition_and_what_leads_it(question, title, said):
    assert subject(make_hit(title=title), question=question) == said


def test_a_subject_names_the_first_paper_of_the_letter_where_the_lead_was_sent_before():
    hits = [make_hit(1, title="Lead"), make_hit(2, title="Second")]
    choice = make_choice(*hits, sent_before=1)
    choice = replace(choice, picks=choice.picks[1:])

    assert naming.subject(choice, items_of(choice)).endswith("2 papers, among them Second")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Friday 14 August 2026: no papers"),
        ({"sent_before": 2, "total": 2}, "Friday 14 August 2026: nothing new to you"),
        ({"question": SEARCH}, "No new papers match “soft gripper”"),
    ],
)
def test_a_letter_without_papers_says_so_in_its_subject(facts, said):
    assert subject(**facts) == said


@given(st.text(min_size=1), st.text(max_size=300), st.booleans())
def test_a_subject_is_one_line_of_at_most_78_characters(title, question, is_search):
    asked = Question(place="search", text=question) if is_search else DAY
    try:
        said = subject(make_hit(title=title), question=asked)
    except ValueError:  # a title of nothing that shows
        said = subject(question=asked)

    assert len(said) <= naming.LONGEST_SUBJECT
    assert said.splitlines() == [said]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"total": 27}, "These are 2 of the 27 papers of this edition, ranked by votes."),
        ({}, "All 2 papers of this edition, ranked by votes."),
        (
            {"total": 3, "sent_before": 1},
            (
                "These are 2 of the 3 papers of this edition, ranked by votes. One paper that you"
                " were sent before is left out."
            ),
        ),
        (
            {"recipe": "hot", "newest_day": date(2026, 8, 1)},
            (
                "All 2 papers of this edition, ranked by votes and stars against age. Nothing held"
                " is younger than seven days, so age counts from 1 August 2026."
            ),
        ),
        ({"question": SEARCH, "total": 80}, "2 new papers match “soft gripper”."),
        (
            {"question": NEWS, "recipe": "new"},
            "2 new papers in cs.RO, with code, the newest first.",
        ),
    ],
)
def test_a_letter_begins_with_what_it_holds(facts, said):
    choice = make_choice(make_hit(1), make_hit(2), **facts)

    assert naming.opening(choice, items_of(choice)) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"why_empty": "It is a Sunday."}, "No papers on Friday 14 August 2026. It is a Sunday."),
        (
            {
                "question": DAY.but(filters=Filters(has_code=True)),
                "why_empty": "No paper of this list passes the filters.",
            },
            "No paper of this list passes the filters.",
        ),
        ({"total": 2, "sent_before": 2}, "2 papers that you were sent before are left out."),
        ({"total": 2}, "None of its papers is in this letter."),
        ({"question": SEARCH}, "No new papers match “soft gripper”."),
    ],
)
def test_a_letter_without_papers_begins_with_why(facts, said):
    assert naming.opening(make_choice(**facts), []) == said


DUE = datetime(2026, 8, 17, 5, 30, tzinfo=UTC)
STATE = DayState(feed="arxiv", day=date(2026, 8, 14), outcome="found", why="", next_due=DUE)
NEXT = "The next edition is due on Monday 17 August at 05:30 UTC."


@pytest.mark.parametrize(
    ("cadence", "facts", "said"),
    [
        ("announced", {"ledger": (STATE,)}, NEXT),
        ("announced", {"ledger": (STATE,), "why_empty": f"It is a Sunday. {NEXT}"}, ""),
        ("announced", {}, ""),
        ("weekly", {"ledger": (STATE,)}, "The next letter comes in a week."),
        ("monthly", {}, "The next letter comes on the first of next month."),
        (
            "announced",
            {"question": SEARCH},
            "The next letter comes on the next day that something new matches.",
        ),
        (
            "at_once",
            {"question": SEARCH},
            "The next letter comes as soon as something new matches.",
        ),
    ],
)
def test_a_letter_says_once_when_there_is_more(cadence, facts, said):
    assert naming.coming(make_choice(**facts), cadence) == said


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ((), ""),
        ((2,), "2608.00002 was withdrawn by its authors and is left out."),
        (
            (1, 2),
            "2608.00001 and 2608.00002 were withdrawn by their authors and are left out.",
        ),
    ],
)
def test_what_was_withdrawn_is_named(gone, said):
    hits = [make_hit(rank, withdrawn=rank in gone) for rank in (1, 2, 3)]

    assert naming.withdrawn(make_choice(*hits)) == said
