"""The list of time zones in a form."""

import re

import pytest

from broadsheet.digest.subscriptions import wishes
from broadsheet.web.zones import options


def names(markup):
    return re.findall(r'<option value="([^"]+)"', markup)


@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Calcutta", "Berlin"])
def test_one_zone_is_chosen_and_none_stands_twice(every, zone):
    made = options(zone, every=every)

    assert re.findall(r'value="([^"]+)" selected', made) == [zone]
    assert len(names(made)) == len({*names(made)})
    assert {*names(made)} - {zone} <= wishes.zones()


def test_all_parts_of_the_world_are_in_both_lists_and_one_has_every_zone():
    short, every = names(options("UTC", every=False)), names(options("UTC", every=True))

    assert len(short) < 40
    assert len(every) > 400
    assert {*short} <= {*every}
    for region in ("Africa", "America", "Asia", "Australia", "Europe", "Pacific"):
        assert any(name.startswith(f"{region}/") for name in short)


def test_what_somebody_typed_is_shown_as_text():
    assert "<script>" not in options("<script>", every=True)
