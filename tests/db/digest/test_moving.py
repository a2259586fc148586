"""A change of address: both sides agree, nobody is taken over, nothing of the old stays."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, ask, begin, letters, link, own, read

from broadsheet.digest import links
from broadsheet.digest.models import Subscriber, Subscription
from broadsheet.digest.subscriptions import changes, leaving, moving, preferences, subscribing
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink, BadQuestion, OldLink, Refused, TooOften, Unavailable
from broadsheet.mail import suppression
from broadsheet.mail.models import Message

pytestmark = pytest.mark.usefixtures("mail_on")

BOB = "bob@example.org"
NEAR = "192.0.2.7"


def change(to=BOB):
    """Ask for the change; the links that went to the old and to the new address."""
    moving.change_address(own(), to, network=NEAR)
    return link(letters()[-1]), link(letters(to)[-1])


def test_both_sides_get_a_link_and_both_have_to_agree():
    mailing = begin(zone="Europe/Berlin")
    old, new = change("Bob@EXAMPLE.org")
    assert "Bob@example.org" in read(letters()[-1])
    assert ADA in read(letters("Bob@example.org")[-1])

    move = moving.agree(new)
    assert (move.side, move.old_agreed, move.new_agreed, move.is_done) == (
        "new",
        False,
        True,
        False,
    )
    shown = preferences.standing(own())
    assert (shown.address, shown.move.new, shown.move.new_agreed) == (ADA, "Bob@example.org", True)

    assert moving.agree(old).is_done

    found = preferences.standing(own("Bob@example.org"))
    assert (found.address, found.zone, found.move) == ("Bob@example.org", "Europe/Berlin", None)
    assert found.mailings == (mailing,)


@pytest.mark.parametrize("first", [0, 1])
def test_agreeing_twice_or_looking_is_harmless(first):
    begin()
    sides = change()
    for _ in range(2):
        assert not moving.agreeing(sides[first]).is_done
        assert not moving.agree(sides[first]).is_done
    assert moving.agree(sides[1 - first]).is_done

    for side in sides:
        assert moving.agree(side) is None
        assert moving.agreeing(side) is None
    assert Subscription.objects.get().subscriber.address == BOB


def test_nothing_of_the_old_address_stays_and_links_to_its_page_end():
    mailing = begin()
    before = own()
    for side in change():
        moving.agree(side)

    assert ADA not in [reader.address for reader in Subscriber.objects.all()]
    assert not [row for row in Message.objects.all() if ADA in (row.address, *row.fills.values())]
    with pytest.raises(OldLink):
        preferences.standing(before)
    assert link(letters(BOB)[-1], "preferences") == own(BOB)
    left = leaving.leave(links.leave_path(mailing.name).rpartition("/")[2])
    assert left.state == "left"


def test_a_new_address_that_never_agrees_gets_nothing_and_the_change_is_forgotten():
    begin()
    old, new = change()
    moving.agree(old)
    with clock.at(NOW + timedelta(days=3, seconds=1)):
        for use in (moving.agree, moving.agreeing):
            with pytest.raises(OldLink):
                use(new)
        assert preferences.standing(own()).move is None
        subscribing.tidy()

    assert Subscriber.objects.get().next_address == ""
    assert not letters(BOB)


def test_asking_for_another_change_calls_the_first_off():
    begin()
    first = change()
    with clock.at(NOW + timedelta(minutes=1)):
        second = change("carol@example.org")
        assert [moving.agree(side) for side in first] == [None, None]
        for side in second:
            moving.agree(side)

    assert Subscriber.objects.get().address == "carol@example.org"


def test_of_two_changes_asked_for_in_one_second_a_link_of_the_one_never_agrees_to_the_other():
    begin()
    first = change()
    second = change("stranger@example.org")

    assert not set(first) & set(second)
    assert [moving.agree(side) for side in first] == [None, None]
    assert not moving.agree(second[0]).is_done
    assert Subscriber.objects.get().address == ADA


def test_a_change_that_would_bring_an_address_too_many_editions_is_refused(monkeypatch):
    monkeypatch.setattr(changes, "MOST_MAILINGS", 2)
    begin()
    begin(edition="/trending")
    begin(BOB, edition="/search?q=gripper")
    old, new = change()
    moving.agree(old)

    with pytest.raises(Refused) as caught:
        moving.agree(new)
    assert "moved to the new address" in caught.value.user_message

    assert {reader.address for reader in Subscriber.objects.all()} == {ADA, BOB}
    preferences.leave(own(), preferences.standing(own()).mailings[0].name)
    assert moving.agree(new).is_done


def test_an_address_with_mail_of_its_own_is_not_taken_over_and_may_agree_to_join():
    begin(zone="Europe/Berlin")
    begin(edition="/trending")
    theirs = begin(BOB, hour=20, zone="Asia/Tokyo")
    page = own(BOB)
    old, new = change()
    moving.agree(old)
    assert preferences.standing(page).mailings == (theirs,)

    moving.agree(new)

    found = preferences.standing(page)
    assert (found.address, found.zone) == (BOB, "Asia/Tokyo")
    assert {(one.edition, one.hour) for one in found.mailings} == {
        ("/latest", 20),
        ("/trending", 7),
    }
    assert Subscriber.objects.count() == 1


def test_of_two_to_one_edition_that_which_is_sent_stays():
    begin(hour=7)
    left = begin(BOB, hour=20)
    preferences.leave(own(BOB), left.name)

    for side in change():
        moving.agree(side)

    (kept,) = preferences.standing(own(BOB)).mailings
    assert (kept.hour, kept.state) == (7, "active")


def test_what_the_new_address_was_sent_is_not_in_the_log_of_the_old():
    begin()
    change()

    subjects = [delivery.subject for delivery in preferences.standing(own()).deliveries]
    assert [subject.partition(": ")[2] for subject in subjects] == [
        "confirm that your address changes",
        "confirm that you want this mail",
    ]


def test_a_new_address_that_wants_no_mail_gets_none_and_nobody_is_told():
    begin()
    suppression.suppress(BOB, "asked")
    moving.change_address(own(), BOB, network=NEAR)

    assert not letters(BOB)
    assert preferences.standing(own()).move.new == BOB


@pytest.mark.parametrize("typed", ["nobody", ADA, "ADA@Example.org"])
def test_an_address_that_cannot_be_moved_to_changes_nothing(typed):
    begin()
    with pytest.raises(BadQuestion):
        moving.change_address(own(), typed, network=NEAR)

    assert preferences.standing(own()).move is None


def test_changes_of_address_count_against_the_limits(mail_on):
    begin()
    change()
    change("carol@example.org")  # the third letter to the old address
    with pytest.raises(TooOften):
        moving.change_address(own(), "dora@example.org", network=NEAR)
    mail_on.MAIL = ""
    with pytest.raises(Unavailable):
        moving.change_address(own(), BOB, network=NEAR)


def test_no_other_link_agrees_and_a_link_agrees_for_its_own_side_alone():
    begin()
    old, _ = change()
    for token in ("", own(), link(ask(edition="/trending"))):
        with pytest.raises(BadLink):
            moving.agree(token)
    for _ in range(3):
        assert not moving.agree(old).is_done
