"""What a reader may do by the link in every letter."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, ask, begin, own

from broadsheet.digest import links
from broadsheet.digest.models import State, Subscriber, Subscription
from broadsheet.digest.subscriptions import changes, keeping, leaving, preferences
from broadsheet.digest.types import Wish
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink, BadQuestion, NotFound, OldLink, Refused

pytestmark = pytest.mark.usefixtures("mail_on")


def wish(**fields):
    return Wish(**{"address": "", "zone": "UTC"} | fields)


def at(row):
    return f"{Subscription.objects.get(name=row.name).due_at:%a %d %H:%M}"


def test_everything_that_comes_is_shown_with_the_log_of_what_went():
    first, second = begin(zone="Europe/Berlin"), begin(edition="/trending", zone="Europe/Berlin")

    found = preferences.standing(own())

    assert (found.address, found.zone, found.move) == (ADA, "Europe/Berlin", None)
    assert found.mailings == (first, second)
    assert [delivery.kind for delivery in found.deliveries] == ["confirmation"] * 2
    assert found.deliveries[0].happenings[0].what == "composed"


def test_it_opens_for_years_and_only_with_its_own_link():
    mailing = begin()
    with clock.at(NOW + timedelta(days=3_650)):
        assert preferences.standing(own()).mailings[0].name == mailing.name
    for token in ("", "nonsense", links.leave_path(mailing.name).rpartition("/")[2]):
        with pytest.raises(BadLink):
            preferences.standing(token)


def test_rhythm_hour_weekday_size_and_empty_days_can_be_changed_at_once():
    mailing = begin()

    changed = preferences.change(
        own(), mailing.name, wish(cadence="weekly", weekday=4, hour=18, size=3, even_empty=True)
    )

    assert changed.said.endswith("every Friday at 18:00, UTC")
    assert (changed.size, changed.even_empty, changed.edition) == (3, True, "/latest")
    assert at(mailing) == "Fri 21 18:00"


def test_a_change_that_leaves_the_hour_does_not_pass_over_what_is_due():
    mailing = begin()
    with clock.at(datetime(2026, 8, 17, 7, 2, tzinfo=UTC)):  # due at seven, not yet composed
        preferences.change(own(), mailing.name, wish(size=5))
    assert at(mailing) == "Sun 16 07:00"


@pytest.mark.parametrize(
    "fields",
    [{"hour": 24}, {"size": 0}, {"cadence": "at_once"}, {"zone": "Mars/Olympus"}],
)
def test_a_change_that_cannot_be_changes_nothing(fields):
    mailing = begin()
    with pytest.raises(BadQuestion):
        preferences.change(own(), mailing.name, wish(**fields))

    assert preferences.standing(own()).mailings == (mailing,)


def test_the_zone_is_one_for_all_of_it():
    first, second = begin(hour=7), begin(edition="/trending", hour=8)

    preferences.set_zone(own(), "Asia/Tokyo")

    assert [at(first), at(second)] == ["Sat 15 22:00", "Sat 15 23:00"]
    with pytest.raises(BadQuestion, match="Mars"):
        preferences.set_zone(own(), "Mars/Olympus")


def test_pausing_and_going_on_twice_each():
    mailing = begin()
    for _ in range(2):
        assert preferences.pause(own(), mailing.name).state == "paused"
    assert Subscription.objects.get().due_at is None

    with clock.at(NOW + timedelta(days=30)):
        for _ in range(2):
            assert preferences.resume(own(), mailing.name).state == "active"
    assert at(mailing) == "Tue 15 07:00"


def test_what_was_left_is_not_paused_but_may_go_on():
    mailing = begin()
    preferences.leave(own(), mailing.name)

    assert preferences.pause(own(), mailing.name).state == "left"
    assert preferences.resume(own(), mailing.name).state == "active"
    assert Subscription.objects.get().left_at is None


def test_what_waits_to_be_confirmed_can_be_begun_here_and_not_paused():
    begin()
    ask(edition="/trending")
    name = Subscription.objects.get(edition="/trending").name

    assert preferences.pause(own(), name).state == "pending"
    begun = preferences.resume(own(), name)

    assert (begun.state, begun.confirmed_at) == ("active", NOW)


def test_one_of_them_or_all_can_be_left():
    first, _, _ = begin(), begin(edition="/trending"), begin(edition="/search?q=a", size=3)

    preferences.leave(own(), first.name)
    assert list(states()) == ["left", "active", "active"]
    for _ in range(2):
        preferences.leave(own())
    assert list(states()) == ["left"] * 3


def states():
    return Subscription.objects.order_by("pk").values_list("state", flat=True)


def test_another_edition_begins_without_a_letter():
    begin(zone="Europe/Berlin")
    letters = len(preferences.standing(own()).deliveries)

    added = preferences.add(
        own(), wish(edition="/search?q=gripper&page=4", cadence="at_once", zone="Europe/Berlin")
    )

    assert (added.state, added.edition) == ("active", "/search?q=gripper")
    assert Subscription.objects.get(name=added.name).consent == added.said
    assert len(preferences.standing(own()).deliveries) == letters


def test_adding_what_there_is_changes_it_and_brings_back_what_was_left():
    mailing = begin(hour=7)
    preferences.leave(own())

    again = preferences.add(own(), wish(edition="/latest", hour=9))

    assert (again.name, again.state, again.hour) == (mailing.name, "active", 9)


def test_there_is_an_end_to_adding():
    begin()
    for number in range(39):
        preferences.add(own(), wish(edition=f"/search?q=robot{number}"))
    with pytest.raises(Refused, match="refused"):
        preferences.add(own(), wish(edition="/trending"))
    preferences.add(own(), wish(edition="/search?q=robot7", hour=9))

    assert Subscription.objects.filter(state=State.ACTIVE).count() == 40


@pytest.mark.parametrize("act", [preferences.pause, preferences.resume, preferences.leave])
def test_nobody_reaches_the_mail_of_others(act):
    begin()
    theirs = begin("bob@example.org")

    with pytest.raises(NotFound):
        act(own(), theirs.name)
    with pytest.raises(NotFound):
        preferences.change(own(), theirs.name, wish())

    assert preferences.standing(own("bob@example.org")).mailings == (theirs,)


def test_a_link_of_which_everything_was_deleted_says_so():
    begin()
    token = own()
    keeping.delete(token, never_again=False)

    for act in (preferences.standing, preferences.leave, keeping.export):
        with pytest.raises(OldLink) as caught:
            act(token)
        assert "no longer good" in caught.value.user_message


def test_the_link_in_a_confirmation_says_what_waits_and_confirms_nothing_by_itself():
    ask()

    assert [one.state for one in preferences.standing(own()).mailings] == ["pending"]
    assert Subscriber.objects.get().confirmed_at is None
    assert leaving.leaving(links.leave_path(Subscription.objects.get().name).rpartition("/")[2])


def test_another_zone_does_not_pass_over_what_is_due():
    mailing = begin()
    first = at(mailing)
    with clock.at(NOW + timedelta(days=2)):
        preferences.set_zone(own(), "Asia/Tokyo")

    assert at(mailing) == first


def test_adding_a_search_again_that_writes_at_once_keeps_since_when_it_does():
    mailing = begin(edition="/search?q=gripper", cadence="at_once")
    with clock.at(NOW + timedelta(hours=1)):
        preferences.add(own(), wish(edition="/search?q=gripper", cadence="at_once", size=3))

    row = Subscription.objects.get(name=mailing.name)
    assert (row.confirmed_at, row.size) == (NOW, 3)


def test_what_was_left_goes_on_only_while_there_is_room(monkeypatch):
    monkeypatch.setattr(changes, "MOST_MAILINGS", 1)
    mailing = begin()
    preferences.leave(own())
    begin(edition="/trending")
    with pytest.raises(Refused):
        preferences.resume(own(), mailing.name)
    assert Subscription.objects.get(name=mailing.name).state == State.LEFT
