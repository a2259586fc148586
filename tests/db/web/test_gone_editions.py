"""A list that is gone: whoever is subscribed to it reads why nothing comes, and can leave."""

import pytest
from tests.db.web.mailing import own_path, subscribed
from tests.db.web.test_pages import text_of

from broadsheet.digest import links
from broadsheet.digest.issues import sending
from broadsheet.digest.models import State, Subscription
from broadsheet.kernel import clock

pytestmark = pytest.mark.usefixtures("mail_on")


@pytest.fixture
def gone(client, caplog):
    """A subscription to a field whose file was removed, after it was due."""
    row = subscribed(client)
    Subscription.objects.update(edition="/latest?field=alchemy", due_at=clock.now())
    sending.send(lambda _: None)
    row.refresh_from_db()
    return row


def test_its_reader_is_told_why_nothing_comes(client, gone):
    text = text_of(client.get(own_path(gone)))

    assert "A list that is no longer here" in text
    assert "Nothing came when it was due last: There is no field called alchemy." in text


def test_its_reader_can_leave(client, gone):
    path = links.leave_path(gone.name)

    assert client.get(path).status_code == 200
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    gone.refresh_from_db()
    assert gone.state == State.LEFT
