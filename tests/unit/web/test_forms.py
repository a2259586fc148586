"""What was typed into a form about mail: a wish, or a sentence for each field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.types import Wish
from broadsheet.web import forms
from broadsheet.web.forms import Form

GOOD = {
    "address": " ada@Example.org",
    "edition": "/search?page=3&q=world+models",
    "often": "weekly-4",
    "hour": "18",
    "zone": "Europe/Berlin",
    "size": "20",
    "even_empty": "1",
}


def test_a_good_form_is_a_wish():
    form = Form.typed(GOOD)

    assert not form.errors
    assert form.wish() == Wish(
        address="ada@Example.org",
        edition="/search?q=world+models",
        cadence="weekly",
        weekday=4,
        hour=18,
        zone="Europe/Berlin",
        size=20,
        even_empty=True,
    )


def test_an_address_alone_wishes_for_the_latest_edition_at_seven():
    assert Form.typed({"address": "ada@example.org"}).wish() == Wish(address="ada@example.org")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("address", "", "Write your address"),
        ("address", "ada", "name@example.org"),
        ("edition", "/daily/2026-08-14", "never changes"),
        ("edition", "/nowhere", "no list"),
        ("edition", "/search", "asks for nothing"),
        ("edition", "https://elsewhere.example/latest", "no list"),
        ("often", "hourly", "in the list"),
        ("often", "weekly-7", "in the list"),
        ("hour", "24", "0 to 23"),
        ("hour", "-1", "0 to 23"),
        ("hour", "²", "0 to 23"),
        ("zone", "Berlin", "Europe/Berlin"),
        ("size", "0", "1 to 50"),
        ("size", "99999999", "1 to 50"),
    ],
)
def test_a_field_that_cannot_be_used_is_told_and_nothing_else_is_lost(name, value, told):
    form = Form.typed(GOOD | {name: value})

    assert [*form.errors] == [name]
    assert told in form.errors[name]
    rest = {field: GOOD[field] for field in ("often", "hour", "zone", "size") if field != name}
    assert {field: getattr(form, field) for field in rest} == rest


def test_only_a_search_writes_as_soon_as_something_matches():
    assert not Form.typed(GOOD | {"often": "at_once"}).errors
    assert (
        "search" in Form.typed(GOOD | {"often": "at_once", "edition": "/trending"}).errors["often"]
    )


@given(st.dictionaries(st.sampled_from([*GOOD]), st.text(max_size=40)))
def test_whatever_is_sent_is_a_wish_or_is_told_by_the_field(params):
    form = Form.typed(params)

    if form.errors:
        assert form.errors.keys() <= {*GOOD}
    else:
        wishes.checked(form.wish())


@pytest.mark.parametrize(
    ("shown", "mailed"),
    [
        ("/", "/latest"),
        ("/daily/2026-08-14?field=materials&recipe=hot", "/latest?field=materials&recipe=hot"),
        ("/daily/2026-08-14/all?field=materials&recipe=new", "/latest?field=materials"),
        ("/weekly/2026-W33", "/latest"),
        ("/monthly/2026-08?category=cs.CL&page=2", "/latest?category=cs.CL"),
        ("/trending", "/trending"),
        ("/search?q=agents&as_of=2026-08-14&page=2", "/search?q=agents"),
        ("/search", "/latest"),
        ("/papers/2608.13489/similar", "/latest"),
    ],
)
def test_of_a_list_that_list_is_mailed_that_goes_on(shown, mailed):
    assert forms.standing(wishes.question(shown)) == mailed
    assert forms.Form.fresh({"edition": mailed}).edition == mailed


def test_a_form_for_an_edition_that_is_none_begins_with_the_latest_and_says_why():
    form = Form.fresh({"edition": "/nowhere"})

    assert (form.edition, [*form.errors]) == ("/latest", ["edition"])
