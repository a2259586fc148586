"""Links: opaque, short, good for one thing, and for as long as they say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest import links
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink, OldLink

NOW = datetime(2026, 8, 15, 12, tzinfo=UTC)
READERS = {
    "leave": links.subscription_to_leave,
    "preferences": links.subscriber,
    "confirm": links.asking,
    "agree": links.change,
}


def made(purpose, name="abc"):
    return {
        "leave": lambda: links.leave_path(name),
        "preferences": lambda: links.preferences_path(name),
        "confirm": lambda: links.confirm_path(name),
        "agree": lambda: links.agree_path(name, "old", clock.now()),
    }[purpose]()


def token(path):
    return path.rpartition("/")[2]


@pytest.fixture(autouse=True)
def at_noon():
    with clock.at(NOW):
        yield


@pytest.mark.parametrize("wanted", READERS)
@pytest.mark.parametrize("given_for", READERS)
def test_a_link_is_good_for_what_it_was_made_for_and_for_nothing_else(wanted, given_for):
    if wanted == given_for:
        read = READERS[wanted](token(made(given_for)))
        assert read == ("abc" if wanted != "agree" else ("abc", "old", NOW))
    else:
        with pytest.raises(BadLink):
            READERS[wanted](token(made(given_for)))


@pytest.mark.parametrize("purpose", READERS)
@given(spoilt=st.data())
def test_a_link_with_a_sign_more_or_less_is_none(purpose, spoilt):
    with clock.at(NOW):
        whole = token(made(purpose))
        place = spoilt.draw(st.integers(0, len(whole) - 1))
        for wrong in (whole[:place], whole[:place] + whole[place + 1 :], whole + whole[place]):
            with pytest.raises(BadLink):
                READERS[purpose](wrong)


@pytest.mark.parametrize("purpose", READERS)
@pytest.mark.parametrize(
    "wrong", ["", ".", "..", "abc", "ä.ö", "\udc80.x", "a" * 10_000, "%2e", "\n"]
)
def test_what_somebody_types_is_no_link(purpose, wrong):
    with pytest.raises(BadLink) as caught:
        READERS[purpose](wrong)
    assert "abc" not in caught.value.user_message


@pytest.mark.parametrize(("purpose", "is_for_ever"), [
    ("leave", True), ("preferences", True), ("confirm", False), ("agree", False),
])  # fmt: skip
def test_links_that_confirm_something_end_after_three_days_the_others_never(purpose, is_for_ever):
    there = token(made(purpose))
    with clock.at(NOW + timedelta(days=3)):
        READERS[purpose](there)
    for later in (timedelta(days=3, seconds=1), timedelta(days=3_650)):
        with clock.at(NOW + later):
            if is_for_ever:
                assert READERS[purpose](there) == "abc"
            else:
                with pytest.raises(OldLink, match="old-link") as caught:
                    READERS[purpose](there)
                assert "3 days" in caught.value.user_message


@pytest.mark.parametrize("purpose", READERS)
def test_links_outlive_the_secret_key_while_the_old_one_is_remembered(purpose, settings):
    there = token(made(purpose))
    settings.SECRET_KEY, old = "another key that is long enough for it", settings.SECRET_KEY
    with pytest.raises(BadLink):
        READERS[purpose](there)

    settings.SECRET_KEY_FALLBACKS = [old]
    READERS[purpose](there)


@given(st.binary(min_size=16, max_size=16))
def test_a_token_ends_with_a_letter_or_a_digit_so_that_no_mail_program_cuts_it_off(raw):
    there = token(links.leave_path(raw.hex()))

    assert there[-1].isalnum()
    assert there.isascii()


def test_a_link_to_leave_fits_the_header_and_tells_nothing(settings):
    settings.PUBLIC_URL = "https://" + "a-rather-long-name." * 4 + "example.org"
    there = links.absolute(links.leave_path(links.new_name()))

    assert len(there) < 200
    assert "@" not in there


def test_names_are_random_and_fit_their_columns():
    names = {links.new_name() for _ in range(100)}

    assert len(names) == 100
    assert {len(name) for name in names} == {22}
