"""A letter that left, for tests of what is told of it."""

import itertools
from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.mail.models import Content, Message, Standing

_numbers = itertools.count(1)


@pytest.fixture
def sent():
    """A message that was handed over some hours ago."""

    def make(address="ada@example.org", ago=timedelta(hours=2), **facts):
        number = next(_numbers)
        content, _ = Content.objects.get_or_create(
            digest="0" * 64, defaults={"subject": "Today", "text": "It is.", "made_at": NOW}
        )
        facts = {
            "key": f"letter {number}",
            "kind": "edition",
            "owner": "ada",
            "domain": address.rpartition("@")[2],
            "content": content,
            "name": f"{number}@papers.example",
            "receipt": f"provider-{number}",
            "standing": Standing.SENT,
            "composed_at": NOW - ago,
            "due_at": NOW - ago,
            "claimed_at": NOW - ago,
        } | facts
        return Message.objects.create(address=address, **facts)

    return make
