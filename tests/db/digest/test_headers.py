"""The headers of a list are such as the outbox takes, however long its address is."""

import pytest

from broadsheet.digest.letter import headers
from broadsheet.mail import actions
from broadsheet.mail.types import Body, Letter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", [10, 860, *range(870, 900), 1_900])
def test_an_address_of_any_length_can_be_posted(settings, length):
    settings.PUBLIC_URL = ""
    of_list = headers.of_list(f"/search?q={'a' * length}", "https://papers.example/unsubscribe/x")

    letter = Letter(
        key="edition one",
        kind="edition",
        owner="reader",
        address="reader@example.org",
        body=Body(subject="One", text="One."),
        headers=of_list,
    )

    assert actions.post([letter]) == 1
    assert ("List-Archive" in of_list) == (length + len("/search?q=") <= 890)
