"""Counts in a period, places among announcements, filters."""

from datetime import UTC, date, datetime

import pytest

from broadsheet.editions import rules
from broadsheet.papers.facts import Entry, Said, Total
from broadsheet.search.contract import Filters


def at(day, hour=16):
    return datetime(2026, 8, day, hour, tzinfo=UTC)


def totals(*rows):
    return tuple(Total(origin=origin, total=total, true_at=when) for origin, total, when in rows)


START, END = at(10, 0), at(11, 0)


@pytest.mark.parametrize(
    ("known", "grown", "reading"),
    [
        ((), 0, ""),
        ((("hf", 7, at(10)),), 7, ""),
        ((("hf", 4, at(9)), ("hf", 7, at(10))), 3, "7 less 4 before"),
        ((("hf", 4, at(10, 8)), ("hf", 7, at(10))), 7, ""),
        ((("hf", 9, at(9)), ("hf", 7, at(10))), -2, "7 less 9 before"),
        ((("hf", 7, at(10)), ("hf", 50, at(12))), 7, ""),
        ((("hf", 7, at(12)),), 7, ""),
        ((("hf", 4, at(9)),), 0, "4 less 4 before"),
        ((("hf", 4, at(10, 0)), ("hf", 7, at(10))), 7, ""),
        ((("hf", 4, at(10)), ("hf", 7, at(11, 0))), 4, ""),
        ((("hf", 3, at(10)), ("ours", 2, at(10))), 5, ""),
        ((("hf", 3, at(9)), ("ours", 2, at(10))), 2, "3 less 3 before"),
    ],
)
def test_a_count_is_the_total_at_the_end_less_the_one_at_the_start(known, grown, reading):
    counted = rules.count(totals(*known), START, END)

    assert (counted.grown, counted.reading) == (grown, reading)


def test_without_a_start_everything_counts():
    known = totals(("hf", 4, at(9)), ("hf", 7, at(10)))

    assert rules.count(known, None, END).grown == 7


def test_a_count_first_made_after_the_period_says_so():
    assert rules.count(totals(("hf", 7, at(12))), START, END).seen.endswith("the first count known")


@pytest.mark.parametrize(
    ("known", "grown", "reading"),
    [
        ((), 0, ""),
        ((("gh", 20_000, at(10)),), 0, ""),
        ((("gh", 100, at(3)), ("gh", 140, at(10))), 40, "140 less 100 on 2026-08-03"),
        ((("gh", 90, at(2)), ("gh", 100, at(3)), ("gh", 140, at(10))), 40,
         "140 less 100 on 2026-08-03"),
        ((("gh", 100, at(7)), ("gh", 140, at(10))), 40, "140 less 100 on 2026-08-07"),
        ((("gh", 100, at(7)), ("gh", 140, at(10)), ("gh", 900, at(11, 0))), 40,
         "140 less 100 on 2026-08-07"),
        ((("gh", 100, at(2)), ("gh", 140, at(3))), 0, ""),
        ((("gh", 140, at(7)), ("gh", 100, at(10))), -40, "100 less 140 on 2026-08-07"),
        ((("gh", 100, at(7)), ("gl", 5, at(8)), ("gl", 9, at(10))), 4, "9 less 5 on 2026-08-08"),
        ((("gh", 100, at(12)), ("gh", 140, at(13))), 0, ""),
    ],
)  # fmt: skip
def test_what_stood_there_before_anybody_counted_was_not_gained(known, grown, reading):
    gained = rules.gained(totals(*known), at(4, 0), END)

    assert (gained.grown, gained.reading) == (grown, reading)


def entry(**facts):
    return Entry(
        **{
            "paper": 1,
            "feed": "a",
            "day": date(2026, 8, 10),
            "rank": 1,
            "kind": "new",
            "key": "k",
            "published_on": date(2026, 8, 9),
            "categories": ("cs.CL",),
            "organization": "lab",
            "organization_name": "The Lab",
            "has_code": True,
        }
        | facts
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"feed": "a", "kind": "replace", "rank": 90}, {"feed": "b", "kind": "new", "rank": 1}),
        ({"kind": "new", "rank": 90}, {"kind": "cross", "rank": 1}),
        ({"kind": "picked", "rank": 90}, {"kind": "replace", "rank": 1}),
        ({"day": date(2026, 8, 10), "rank": 9}, {"day": date(2026, 8, 11), "rank": 1}),
        ({"rank": 2}, {"rank": 3}),
    ],
)
def test_the_feed_order_then_the_kind_gives_a_paper_its_place(first, second):
    best, other = entry(**first), entry(**second)

    assert rules.place([other, best], {"a": 0, "b": 1}) == best


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (Filters(), True),
        (Filters(since=date(2026, 8, 9), until=date(2026, 8, 9)), True),
        (Filters(since=date(2026, 8, 10)), True),
        (Filters(until=date(2026, 8, 8)), False),
        (Filters(since=date(2026, 8, 11)), False),
        (Filters(categories=("cs",)), True),
        (Filters(categories=("CS.*",)), True),
        (Filters(categories=("CS.cl",)), True),
        (Filters(categories=("cs.CL", "math")), True),
        (Filters(categories=("cs.C",)), False),
        (Filters(sources=("a",)), True),
        (Filters(sources=("b",)), True),
        (Filters(sources=("c",)), False),
        (Filters(organizations=("LAB",)), True),
        (Filters(organizations=("other",)), False),
        (Filters(has_code=True), True),
        (Filters(min_votes=5), True),
        (Filters(min_votes=6), False),
    ],
)
def test_filters_let_through_what_they_name(filters, passes):
    said = Said(last=date(2026, 8, 10), sources=frozenset("ab"))

    assert rules.passes(entry(), rules.folded(filters), 5, said) is passes


def test_midnight_ends_the_day_before():
    assert rules.day_of(at(11, 0)) == date(2026, 8, 10)
    assert rules.day_of(at(11, 1)) == date(2026, 8, 11)


def test_facets_count_papers_most_first():
    entries = [entry(), entry(categories=("cs.CL", "cs.AI")), entry(categories=(), organization="")]
    found = rules.facets(entries)

    assert [(f.value, f.count) for f in found["category"]] == [("cs.CL", 2), ("cs.AI", 1)]
    assert [(f.label, f.count) for f in found["organization"]] == [("The Lab", 2)]
