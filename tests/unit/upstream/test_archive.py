"""What happens in the world behind the upstreams as days pass."""

import os
import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.upstream.asking import get, line
from tests.upstream import Upstream, days, records
from tests.upstream.archive import Habits

from broadsheet.harvest import calendar


@pytest.mark.parametrize(
    ("day", "announced"),
    [
        ("2026-04-01", True),  # a Wednesday
        ("2026-04-04", False),
        ("2026-04-05", False),
        ("2026-04-06", True),  # of papers of Thursday and Friday
        ("2026-01-19", True),  # Sunday evening is not deferred, Monday evening is
        ("2026-01-20", False),
        ("2026-06-19", True),
        ("2026-06-22", False),  # what was deferred on Friday
        ("2026-11-27", False),
    ],
)
def test_a_listing_is_dated_on_weekdays_unless_the_weekday_before_was_deferred(day, announced):
    assert days.is_announced(date.fromisoformat(day)) is announced


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2026-03-06", "2026-03-06T03:30"),
        ("2026-03-09", "2026-03-09T02:30"),  # the clocks went forward the night before
        ("2026-11-02", "2026-11-02T03:30"),  # and back
    ],
)
def test_a_listing_is_in_at_half_past_ten_in_new_york(day, moment):
    assert days.released(date.fromisoformat(day)).isoformat().startswith(moment)


def test_the_almanac_agrees_with_the_calendar_of_the_program_on_every_day_of_a_year():
    programs = calendar.published()["arxiv"]

    for day in (date(2026, 1, 2) + n * days.DAY for n in range(363)):
        assert programs.has_edition(day) == days.is_announced(day), day
        assert programs.announced_at(day) <= days.released(day) <= programs.due_at(day)


def test_papers_of_a_weekend_or_a_holiday_stand_in_the_next_listing(upstream):
    up = upstream(
        [line(n, f"2026-06-{day}") for n, day in enumerate((19, 20, 22, 24), 1)],
        start=date(2026, 6, 19),
    )
    up.advance(days=10)

    announced = up.truth().announced

    by_day = {day: list(announced(date(2026, 6, day))) for day in range(19, 26)}
    assert {day: ids for day, ids in by_day.items() if ids} == {
        19: ["2604.00001"],
        23: ["2604.00002", "2604.00003"],
        24: ["2604.00004"],
    }


def test_nothing_of_a_day_is_known_before_its_evening_in_new_york(upstream):
    up = upstream([line(1, "2026-04-02")])
    up.advance(hours=14.25)  # 02:15 UTC, a quarter past ten in the evening before
    before = up.truth()
    up.advance(hours=0.25)

    assert "2604.00001" not in before.papers
    assert "2604.00001" in up.truth().papers
    assert up.truth().papers["2604.00001"].datestamp == date(2026, 4, 2)


def test_kinds_depend_on_the_feed_that_is_asked(upstream):
    up = upstream([line(1, "2026-04-01", categories=["cs.CL", "math-ph"])])
    truth = up.truth()
    day = date(2026, 4, 1)

    asked = {spec: truth.announced(day, spec) for spec in ("cs.CL", "cs", "math.MP", "hep-th")}

    assert asked == {
        "cs.CL": {"2604.00001": "new"},
        "cs": {"2604.00001": "new"},
        "math.MP": {"2604.00001": "cross"},
        "hep-th": {},
    }


def test_what_is_asked_for_happens_in_the_next_listing(upstream):
    old = [line(n, "2026-03-02", comment="9 pages") for n in (1, 2, 3)]
    up = upstream(old)
    up.withdraw("2604.00001")
    up.replace("2604.00002", title="Another title")
    up.change("2604.00003", doi="10.5555/1")
    at_once = up.truth()
    up.advance(days=1)
    truth = up.truth()

    gone, again, doi = (truth.papers[f"2604.0000{n}"] for n in (1, 2, 3))
    assert not at_once.papers[gone.id].withdrawn
    assert (gone.withdrawn, gone.newest.source_type, gone.newest.size_kb) == (True, "I", 0)
    assert gone.comment.startswith("This paper has been withdrawn")
    assert (again.title, again.newest.number) == ("Another title", 2)
    assert again.versions[0].title == "Paper 2"
    assert (doi.doi, doi.newest.number) == ("10.5555/1", 1)
    assert truth.announced(date(2026, 4, 2)) == {gone.id: "replace", again.id: "replace"}


def test_replacements_beyond_the_fifth_version_are_made_and_not_announced(upstream):
    up = upstream([line(1, "2026-03-02")])
    for day in range(1, 6):
        up.replace("2604.00001", title=f"Title {day}")
        up.advance(days=1 if day != 2 else 4)  # over the weekend, which brings no listing

    truth = up.truth()
    listed = [day for day in truth.listings if truth.announced(day)]

    assert truth.papers["2604.00001"].newest.number == 6
    assert len(listed) == 4


def test_habits_bring_about_as_much_as_they_say(upstream):
    up = upstream(300, habits=Habits(replaced=4, withdrawn=2, crosslisted=3, published=5))
    before = up.truth()
    up.advance(days=1)
    after = up.truth()

    kinds = list(after.announced(date(2026, 4, 2)).values())
    assert kinds.count("replace") == 4 + 2
    assert len(after.withdrawn - before.withdrawn) == 2
    published = [one for one in after.papers.values() if one.doi]
    assert len(published) >= len([one for one in before.papers.values() if one.doi]) + 5 - 1


def test_the_same_seed_lives_the_same_life_however_the_clock_is_moved():
    papers = records.generated(200, start=date(2026, 4, 1))
    one, two, other = (Upstream(papers, date(2026, 4, 1), seed=seed) for seed in (7, 7, 8))
    one.advance(days=9)
    for _ in range(9 * 4):
        two.advance(hours=6)
    other.advance(days=9)

    assert one.truth() == two.truth()
    assert one.truth() != other.truth()


def test_real_papers_stand_on_their_real_days(shared):
    start = date(2026, 4, 1)
    lines = records.corpus(shared, 4_000, start)
    up = Upstream(lines, start)
    up.advance(days=13)
    truth = up.truth()

    day = date(2026, 4, 14)
    wanted = {one["id"] for one in lines if one.get("announced") == day.isoformat()}
    new = {one for one, kind in truth.announced(day).items() if kind == "new"}
    assert new == wanted
    assert len(new) > 100


@given(
    st.lists(st.sampled_from(["Ada", "van", "der", "Berg", "O'Neil", "Jr", "M.", ":"]), min_size=1)
)
def test_a_name_taken_apart_and_joined_is_the_name(words):
    name = " ".join(words)

    parts = records.name_parts(name)

    assert " ".join(part for part in parts if part) == name
    assert parts[1]


def test_invented_papers_have_ids_of_their_own_and_stand_on_their_days():
    lines = records.generated(3_000, start=date(2026, 4, 1), days_ahead=5, per_day=10)

    assert len({one["id"] for one in lines}) == 3_000
    assert sum(one["announced"] >= "2026-04-01" for one in lines) == 50
    assert all(one["id"][:4] == one["announced"][2:7].replace("-", "") for one in lines)


def test_a_request_with_the_agent_of_a_bare_library_is_turned_away(upstream):
    up = upstream(1)

    bare = get(f"{up.oai_url}?verb=Identify", agent="python-httpx/0.28.1")
    named = get(f"{up.oai_url}?verb=Identify")

    assert (bare.status, named.status) == (406, 200)
    assert get(f"{up.github_url}/repos/a/b", agent="").status == 403


def test_moving_the_clock_moves_the_date_that_answers_carry(upstream):
    up = upstream(1)
    up.advance(days=2)

    assert get(up.oai_url).headers["date"] == "Fri, 03 Apr 2026 12:00:00 GMT"
    assert up.now - timedelta(days=2) == up.requests[0].moment - timedelta(days=2)


def test_a_process_lives_by_the_clock_it_is_given_and_time_goes_on(upstream, tmp_path):
    up = upstream(1)
    environ = os.environ | up.environ(tmp_path)
    told = [_clock_of(environ)]
    up.advance(days=30)
    told += [_clock_of(environ), _clock_of(environ)]

    assert date(2026, 4, 1) == told[0].date()
    assert date(2026, 5, 1) == told[1].date()
    assert told[1] < told[2]


def _clock_of(environ) -> datetime:
    code = "from broadsheet.kernel import clock; print(clock.now())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return datetime.fromisoformat(done.stdout.strip())
