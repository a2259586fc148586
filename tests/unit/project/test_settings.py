"""Settings made from the options: what only they can check."""

import pytest

from broadsheet.kernel.errors import BadOption
from broadsheet.project import settings


def test_a_field_that_is_there_is_taken():
    assert settings._known("materials") == "materials"


def test_any_other_field_is_refused_with_those_there_are():
    with pytest.raises(BadOption) as raised:
        settings._known("astrology")

    assert raised.value.user_message == (
        "BROADSHEET_FIELD cannot be used: must be one of everything, materials, not astrology."
    )
