"""The job that delivers: paced by domain, put off, stopped, and never twice."""

import email
import email.policy

import pytest
from tests.db.mail.test_actions import letter

from broadsheet.mail import actions, delivering
from broadsheet.mail.models import Message

pytestmark = pytest.mark.django_db


class Context:
    """What a job is told, without a worker."""

    subject, attempt = "outbox", 1

    def __init__(self):
        self.said = []

    def beat(self, said=""):
        self.said.append(said)

    def cancelled(self):
        return False


def test_letters_come_as_files_into_a_folder(settings, tmp_path):
    settings.MAIL, settings.MAIL_FOLDER = "folder", tmp_path / "mail"
    actions.post([letter(headers={"List-Id": "<daily.example.org>"}), letter()])

    delivering.deliver(Context())

    files = sorted((tmp_path / "mail").iterdir())
    assert {file.suffix for file in files} == {".eml"}
    assert set(Message.objects.values_list("standing", flat=True)) == {"sent"}
    mail = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert mail["To"] == "reader@example.org"
