"""``broadsheet mail read``: bounces that came back, from a pipe, a file or a mailbox."""

import io
import sys
from types import SimpleNamespace

import pytest
from tests.db.conftest import NOW

from broadsheet.mail import suppression
from broadsheet.mail.models import Content, Event, Message

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def sent(db):
    """A letter that went to Ada."""
    content = Content.objects.create(digest="0" * 64, subject="Today", text="It is.", made_at=NOW)
    return Message.objects.create(
        key="letter",
        kind="edition",
        owner="ada",
        address=ADA,
        domain="example.org",
        content=content,
        name="42@papers.example",
        standing="sent",
        composed_at=NOW,
        due_at=NOW,
        claimed_at=NOW,
    )


def bounce(name="42@papers.example"):
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\n"
        f"<{ADA}>: 550 5.1.1 unknown\n\n--- Below this line is a copy\n\nMessage-ID: <{name}>\n"
    ).encode()


HOLIDAY = b"From: bob@example.org\nAuto-Submitted: auto-replied\nSubject: Away\n\nUntil Monday.\n"
ONCE = (
    "1 mail read: 1 told something new of a letter, 0 something known, 0 were about no letter of"
    " ours, 0 were no reports.\n"
)


def on_stdin(monkeypatch, raw):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


@pytest.mark.parametrize("args", [(), ("-",)])
def test_a_mail_server_pipes_a_bounce_in(command, monkeypatch, args):
    on_stdin(monkeypatch, bounce())
    said = command("mail", "read", *args)

    assert (said.code, said.out) == (0, ONCE)
    assert list(Event.objects.values_list("what", flat=True)) == ["bounced"]
    assert suppression.suppressed([ADA]) == {ADA}


def test_whatever_else_comes_through_a_pipe_is_left_alone_and_is_no_failure(command, monkeypatch):
    for raw in (HOLIDAY, b"", b"\0\xff" * 999, bounce("somebody@else").replace(b"ada", b"eve")):
        on_stdin(monkeypatch, raw)
        assert command("mail", "read").code == 0
    assert not Event.objects.exists()


def test_files_folders_and_mailboxes_are_read(command, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1").write_bytes(bounce())
    (folder / "2").write_bytes(HOLIDAY)
    (folder / ".hidden").write_bytes(bounce())
    box = tmp_path / "box"
    box.write_bytes(b"From a\n" + bounce() + b"From b\n" + bounce("43@papers.example"))

    assert command("mail", "read", folder, box).out == (
        "4 mails read: 2 told something new of a letter, 1 something known, 0 were about no letter"
        " of ours, 1 were no reports.\n"
    )


def test_of_a_maildir_what_is_new_is_read_once(command, tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.host").write_bytes(bounce())
    (tmp_path / "cur" / "0.host:2,S").write_bytes(HOLIDAY)

    assert command("mail", "read", tmp_path).out == ONCE
    assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == [
        "0.host:2,S",
        "1.host:2,S",
    ]
    assert command("mail", "read", tmp_path).out.startswith("0 mails read")


def test_a_place_that_is_not_there_is_told(command, tmp_path):
    said = command("mail", "read", tmp_path / "nowhere")

    assert said.code == 66
    assert "There is no file or folder called" in said.err
