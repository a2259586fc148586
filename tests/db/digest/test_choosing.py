"""What a letter holds: which day, week or month, and which papers of it are new to its reader."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.digest.issues import lists
from broadsheet.digest.issues.choosing import Editions, newest
from broadsheet.digest.issues.picking import Reader
from broadsheet.digest.models import Cadence
from broadsheet.harvest.models import Day, Source
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Unavailable
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db

FEED = "huggingface-daily"
SATURDAY = date(2026, 8, 15)
FRIDAY, THURSDAY = date(2026, 8, 14), date(2026, 8, 13)


def reader(cadence="announced", **fields):
    """One whose mail is due now; state only what the test is about."""
    given = {"size": 10, "due_at": NOW, "day": SATURDAY, "since": datetime(2026, 8, 1, tzinfo=UTC)}
    return Reader(cadence=cadence, **given | fields)


def choose(edition="/latest", *, at=NOW, **fields):
    with clock.at(at):
        return Editions(edition, at).choose(reader(**fields))


def keys(choice):
    return [pick.hit.card.key for pick in choice.picks]


def complete(day, *, feed=FEED, complete=True, announced=1):
    at = datetime(2026, 8, 14, 20, tzinfo=UTC) if complete else None
    Day.objects.create(feed=feed, day=day, announced=announced, held=announced, complete_at=at)


@pytest.fixture
def days(picked):
    """A paper on each of four days."""
    named = ("2026-08-11", "2026-08-12", "2026-08-13", "2026-08-14")
    actions.ingest([picked(day=day) for day in named])


def test_the_newest_day_is_chosen_and_those_since_the_last_letter_are_named(days):
    choice = choose(after=date(2026, 8, 11))

    assert (choice.label, choice.day) == ("2026-08-14", FRIDAY)
    assert choice.earlier == (date(2026, 8, 12), THURSDAY)
    assert len(choice.picks) == 1


def test_a_first_letter_names_no_earlier_days(days):
    assert choose(after=None).earlier == ()


def test_a_day_that_was_sent_is_not_chosen_again(days):
    assert choose(after=FRIDAY) is None


def test_a_day_whose_list_is_not_fixed_waits_for_the_day_to_be_over(days):
    at = datetime(2026, 8, 14, 18, tzinfo=UTC)
    complete(FRIDAY, complete=False)
    over = datetime(2026, 8, 15, tzinfo=UTC)

    assert choose(at=at, due_at=at).day == THURSDAY
    assert choose(at=over, due_at=at).day == FRIDAY


def test_a_day_whose_list_is_fixed_does_not_wait_for_its_end(days):
    at = datetime(2026, 8, 14, 21, tzinfo=UTC)
    complete(FRIDAY)

    assert choose(at=at, due_at=at).day == FRIDAY


def test_one_feed_that_may_still_come_holds_the_day_back(days):
    at = datetime(2026, 8, 14, 21, tzinfo=UTC)
    complete(FRIDAY)
    complete(FRIDAY, feed="arxiv", complete=False)

    assert choose(at=at, due_at=at).day == THURSDAY


def test_a_feed_that_has_no_edition_that_day_holds_nothing_back(days, picked):
    at = datetime(2026, 8, 15, 21, tzinfo=UTC)
    actions.ingest([picked(day="2026-08-15")])
    complete(SATURDAY)
    complete(SATURDAY, feed="arxiv", complete=False, announced=0)

    assert choose(at=at, due_at=at).day == SATURDAY


def test_an_edition_is_awaited_that_could_be_had_by_the_hour_and_no_other(days):
    """Of the arXiv list the day's edition is due at 04:30 UTC, of the curated one at its end."""
    at = datetime(2026, 8, 14, 7, tzinfo=UTC)
    early = datetime(2026, 8, 14, 4, tzinfo=UTC)
    complete(FRIDAY, complete=False)
    assert not Editions("/latest", at).awaits(reader(due_at=at, after=THURSDAY))

    Day.objects.all().delete()
    complete(FRIDAY, feed="arxiv", complete=False)
    assert Editions("/latest", at).awaits(reader(due_at=at, after=THURSDAY))
    assert not Editions("/latest", at).awaits(reader(due_at=early, after=THURSDAY))
    assert not Editions("/latest", at).awaits(reader(due_at=at, after=FRIDAY))


def test_nothing_is_chosen_that_is_older_than_four_days(days):
    assert choose(at=NOW + timedelta(days=3)).day == FRIDAY
    assert choose(at=NOW + timedelta(days=4)) is None


def test_the_newest_of_all_is_found_however_old_it_is(days):
    choice = newest("/latest", size=5, moment=NOW + timedelta(days=400))

    assert (choice.day, len(choice.picks)) == (FRIDAY, 1)


@pytest.mark.parametrize(
    ("cadence", "label"), [(Cadence.WEEKLY, "2026-W33"), (Cadence.MONTHLY, "2026-08")]
)
def test_the_newest_week_or_month_is_found_however_old_it_is(days, cadence, label):
    choice = newest("/latest", cadence=cadence, size=5, moment=NOW + timedelta(days=400))

    assert (choice.label, len(choice.picks)) == (label, 4)


def test_without_any_paper_the_newest_says_why(db):
    choice = newest("/latest", moment=NOW)

    assert choice.picks == ()
    assert choice.edition.why_empty


def test_papers_sent_lately_are_left_out_and_counted_and_others_take_their_places(picked):
    actions.ingest([picked(votes=votes) for votes in (40, 30, 20, 10)])
    whole = keys(choose(size=4))
    choice = choose(size=2, sent={whole[0]: 0, whole[2]: 0})

    assert keys(choice) == [whole[1], whole[3]]
    assert choice.sent_before == 2


def test_a_list_is_read_on_as_far_as_the_reader_has_not_seen_it(picked, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 10)
    actions.ingest([picked(votes=100 - number) for number in range(45)])
    whole = keys(choose(size=45))

    assert keys(choose(size=3, sent=dict.fromkeys(whole[:40], 0))) == whole[40:43]


def test_who_was_sent_all_of_it_is_sent_nothing_or_hears_so(picked):
    actions.ingest([picked()])
    sent = dict.fromkeys(keys(choose()), 0)
    told = choose(sent=sent, even_empty=True)

    assert choose(sent=sent) is None
    assert (told.picks, told.sent_before) == ((), 1)
    assert told.label == "nothing 2026-08-15 12:00"


def test_what_is_empty_is_told_of_the_newest_day_that_is_known_to_be(days):
    Source.objects.create(name="arxiv_feed", on=True)
    complete(FRIDAY, feed="arxiv")
    told = choose(after=FRIDAY, even_empty=True)

    assert (told.day, told.picks) == (SATURDAY, ())
    assert "there is none on Saturdays" in told.edition.why_empty


@pytest.fixture
def revised(said):
    """A paper of the arXiv list of Friday, and a second version of it."""

    def make(**second):
        first = {"id": "2608.00001", "title": "On sheep", "abstract": "We count sheep."}
        announced = {"announced": "2026-08-14"}
        actions.ingest([said(version=1, updated="2026-08-10", **first | announced)])
        actions.ingest([said(version=2, updated="2026-08-14", **first | announced | second)])

    return make


@pytest.mark.parametrize(
    ("second", "again"),
    [
        ({"title": "On goats"}, "You were sent version 1 of it. Version 2 has a new title."),
        (
            {"abstract": "We count goats.", "title": "On goats"},
            "You were sent version 1 of it. Version 2 has a new title and a new abstract.",
        ),
    ],
)
def test_a_paper_is_sent_again_where_a_new_version_changes_what_it_says(revised, second, again):
    revised(**second)
    choice = choose(sent={"2608.00001": 1})

    assert [pick.again for pick in choice.picks] == [again]
    assert choice.picks[0].version == 2


@pytest.mark.parametrize("second", [{"comment": "8 pages"}, {"abstract": "We  count\nsheep."}])
def test_a_new_version_that_says_the_same_is_not_sent_again(revised, second):
    revised(**second)

    assert choose(sent={"2608.00001": 1}) is None


@pytest.mark.parametrize("sent", [0, 2])
def test_a_version_that_was_sent_or_is_not_known_changes_nothing(revised, sent):
    revised(title="On goats")

    assert choose(sent={"2608.00001": sent}) is None


def test_a_paper_that_was_sent_before_another_was_merged_into_it_counts_as_sent(picked, said):
    actions.ingest([said(id="2608.00009", title="One work", announced="2026-08-14")])
    actions.ingest([picked(arxiv_id=None, id="doi:10.1/9", doi="10.1/9", title="The same work")])
    first, other = keys(choose())
    actions.merge(first, other)
    kept = keys(choose())

    assert len(kept) == 1
    assert choose(sent={({first, other} - set(kept)).pop(): 0}) is None


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 8, 10), "2026-W32"),
        (date(2026, 8, 13), "2026-W32"),
        (date(2026, 8, 14), "2026-W32"),
        (date(2026, 8, 16), "2026-W32"),
        (date(2026, 8, 17), "2026-W33"),
    ],
)
def test_a_week_is_mailed_once_it_is_over_whatever_the_day(picked, day, label):
    actions.ingest([picked(day="2026-08-05"), picked(day="2026-08-12")])
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    assert choose(cadence="weekly", at=at, due_at=at, day=day).label == label


def test_on_the_first_the_month_before_is_chosen(days):
    at = datetime(2026, 9, 1, 7, tzinfo=UTC)
    choice = choose(cadence="monthly", at=at, due_at=at, day=at.date())

    assert (choice.label, choice.day, len(choice.picks)) == ("2026-08", date(2026, 8, 31), 4)


def week(at, *, due_at=None):
    with clock.at(at):
        editions = Editions("/latest", at)
        who = reader("weekly", due_at=due_at or at, day=date(2026, 8, 17))
        return editions.choose(who), editions.awaits(who)


def test_a_week_that_the_ledger_has_not_closed_is_waited_for_a_day(days):
    complete(date(2026, 8, 16), complete=False)
    at = datetime(2026, 8, 17, 7, tzinfo=UTC)
    assert week(at) == (None, True)

    late, awaited = week(at + timedelta(days=1), due_at=at)
    assert (late.label, awaited) == ("2026-W33", False)

    Day.objects.update(complete_at=at)
    choice, awaited = week(at)
    assert (choice.label, len(choice.picks), awaited) == ("2026-W33", 4, False)


def test_where_monday_comes_early_the_week_is_waited_for(days):
    """In Auckland it is Monday, seven in the morning; the feeds still have Sunday."""
    due_at = datetime(2026, 8, 16, 19, tzinfo=UTC)
    assert week(due_at) == (None, True)
    assert week(datetime(2026, 8, 17, tzinfo=UTC), due_at=due_at)[0].label == "2026-W33"


def test_a_week_whose_hour_was_long_ago_is_not_sent_any_more(days):
    friday = datetime(2026, 8, 14, 7, tzinfo=UTC)
    late = friday + timedelta(days=4, hours=1)

    assert choose(cadence="weekly", at=late, due_at=friday, day=FRIDAY) is None


def test_a_day_without_a_paper_that_passes_the_filters_is_passed_over(picked):
    actions.ingest(
        [picked(day="2026-08-13", votes=50), picked(day="2026-08-14", votes=1)],
    )
    choice = choose("/latest?votes=20", after=date(2026, 8, 12))

    assert (choice.day, choice.earlier) == (THURSDAY, ())


def test_withdrawn_papers_are_not_sent(said):
    actions.ingest([said(announced="2026-08-14", comment="This paper has been withdrawn.")])

    assert choose() is None


def test_trending_is_as_it_stands_without_what_was_sent(days):
    whole = choose("/trending", size=2)
    rest = choose("/trending", size=2, sent=dict.fromkeys(keys(whole), 0))

    assert whole.label == "trending 2026-08-15 12:00"
    assert len(rest.picks) == 2
    assert not set(keys(whole)) & set(keys(rest))


@pytest.fixture
def searched(said, follow):
    """A paper that matched when the subscription began, and one that came a week later."""
    for at, title in ((1, "Sheep counted"), (8, "Sheep counted again")):
        with clock.at(datetime(2026, 8, at, tzinfo=UTC)):
            actions.ingest([said(title=title, published="2026-07-25")])
    follow()


BEGAN = datetime(2026, 8, 3, tzinfo=UTC)


def test_a_search_sends_what_came_since_it_began(searched):
    choice = choose("/search?q=sheep", since=BEGAN)

    assert [pick.hit.card.title for pick in choice.picks] == ["Sheep counted again"]
    assert choice.label == "search 2026-08-15 12:00"


def test_a_search_sends_nothing_twice_and_nothing_that_came_a_month_ago(searched):
    sent = dict.fromkeys(keys(choose("/search?q=sheep", since=BEGAN)), 0)
    later = NOW + timedelta(days=30)

    assert choose("/search?q=sheep", since=BEGAN, sent=sent) is None
    assert choose("/search?q=sheep", since=BEGAN, at=later, due_at=later) is None


def test_old_papers_that_are_imported_are_no_news_of_a_search(said, follow):
    actions.ingest([said(title="Sheep of old", published="2019-01-01")])
    follow()

    assert choose("/search?q=sheep", since=BEGAN) is None
    assert len(newest("/search?q=sheep", moment=NOW).picks) == 1


def test_a_search_without_an_index_is_no_search(days):
    with pytest.raises(Unavailable, match="search index"):
        choose("/search?q=paper")


def test_an_address_that_is_gone_is_an_error(db):
    with pytest.raises(NotFound):
        choose("/latest?field=alchemy")
