"""Mail by SMTP, to a real server on this machine."""

import socket
import ssl

import pytest
from tests.mailbox import KEY, PEM, mailbox

from broadsheet.kernel.errors import BadOption, Unavailable
from broadsheet.mail import signing
from broadsheet.mail.places import place
from broadsheet.mail.transports.smtp import Smtp


@pytest.fixture
def box():
    with mailbox() as server:
        yield server


@pytest.fixture
def smtp(box):
    with Smtp(place(box.address), timeout_s=5) as transport:
        yield transport


def test_what_is_handed_over_arrives_byte_for_byte_on_one_connection(box, smtp, make_message):
    verdicts = [smtp.hand_over(make_message(address=f"{n}@example.org")).verdict for n in range(3)]

    assert verdicts == ["taken"] * 3
    assert (box.to(), box.connections) == (["0@example.org", "1@example.org", "2@example.org"], 1)
    mail = box.mails[0]
    text, html = mail.message.iter_parts()
    assert mail.sender == "edition@papers.example.org"
    assert text.get_content().splitlines() == make_message().text.splitlines()
    assert html.get_content() == "<p>Good morning.</p>\r\n"
    assert all(len(line) <= 998 and line.isascii() for line in mail.content.split(b"\r\n"))
    assert b"\n" not in mail.content.replace(b"\r\n", b"")


def test_every_header_stands_as_it_was_given(box, smtp, make_message):
    subject = "Ödipus–Komplex und das Übrige, " * 6 + "Ende"
    smtp.hand_over(make_message(subject=subject))

    headers = box.mails[0].message
    assert headers["List-Unsubscribe"] == make_message().headers["List-Unsubscribe"]
    assert b"List-Unsubscribe: <https://papers" in box.mails[0].content
    assert headers["Subject"] == subject
    assert headers["From"] == "Broadsheet <edition@papers.example.org>"
    assert headers["To"] == "reader@example.org"
    assert headers["Date"] == "Fri, 14 Aug 2026 07:00:00 +0000"
    assert headers["Message-ID"] == "<abc@papers.example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers.get_content_type() == "multipart/alternative"


def test_the_signature_covers_both_headers_of_leaving_and_holds(box, smtp, make_message, options):
    options.DKIM_KEY = KEY

    smtp.hand_over(make_message())

    content, known = box.mails[0].content, signing.record()
    assert signing.is_whole(content, known)
    covered = box.mails[0].message["DKIM-Signature"].partition("h=")[2].partition(";")[0]
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "to", "subject"} <= set(
        covered.replace(" ", "").split(":")
    )
    assert "d=papers.example.org" in box.mails[0].message["DKIM-Signature"]
    assert "c=relaxed/relaxed" in box.mails[0].message["DKIM-Signature"]
    for line in (b"List-Unsubscribe: ", b"List-Unsubscribe-Post: ", b"Subject: ", b"Good"):
        assert not signing.is_whole(content.replace(line, line + b"x", 1), known)
    assert not signing.is_whole(b"From: evil@example.com\r\n" + content, known)


def test_a_key_that_is_none_is_told_by_its_option(smtp, make_message, options):
    options.DKIM_KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----"

    with pytest.raises(BadOption, match="DKIM_KEY"):
        smtp.hand_over(make_message())


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [("450 4.2.1 busy", "later"), ("452 4.2.2 full", "later"), ("421 4.7.0 slow down", "later"),
     ("550 5.1.1 nobody", "never"), ("554 5.7.1 spam", "never")],
)  # fmt: skip
def test_a_refusal_is_judged_by_its_code_and_holds_up_nobody(box, make_message, reply, verdict):
    box.rcpt = lambda address: reply if address == "rcpt@example.org" else None
    box.data = lambda address: reply if address == "data@example.org" else None

    with Smtp(place(box.address), timeout_s=5) as smtp:
        for where in ("rcpt", "data"):
            bad, good = [
                smtp.hand_over(make_message(address=f"{name}@example.org"))
                for name in (where, f"after-{where}")
            ]
            assert (bad.verdict, bad.said, good.verdict) == (verdict, reply, "taken")

    assert box.to() == ["after-rcpt@example.org", "after-data@example.org"]


def test_a_message_cut_off_is_put_off_and_one_without_an_answer_is_unclear(box, smtp, make_message):
    box.drop, box.drops = "unanswered", 1
    assert smtp.hand_over(make_message(address="a@example.org")).verdict == "unclear"

    assert smtp.hand_over(make_message(address="b@example.org")).verdict == "taken"
    assert box.to() == ["a@example.org", "b@example.org"]


def test_a_server_that_drops_amid_a_message_did_not_get_it(box, smtp, make_message):
    box.drop, box.drops = "mid_message", 1

    first = smtp.hand_over(make_message(text="long line\n" * 500_000))
    second = smtp.hand_over(make_message())

    assert first.verdict in {"later", "unclear"}  # by how much of it the machine had taken
    assert second.verdict == "taken"
    assert len(box.mails) == 1


def test_an_answer_that_does_not_come_in_time_is_unclear(box, make_message):
    box.delay_s = 30

    with Smtp(place(box.address), answer_s=0.2) as smtp:
        assert smtp.hand_over(make_message()).verdict == "unclear"


def test_a_whole_message_may_be_looked_through_for_longer_than_a_word(box, make_message):
    box.delay_s = 2.5

    with Smtp(place(box.address), timeout_s=2) as smtp:
        assert smtp.hand_over(make_message()).verdict == "taken"


def test_a_connection_closed_meanwhile_is_made_anew(make_message):
    with mailbox() as one, Smtp(place(one.address), timeout_s=5) as smtp:
        smtp.hand_over(make_message())
        smtp._link.sock.shutdown(socket.SHUT_RDWR)
        assert smtp.hand_over(make_message()).verdict == "taken"
        assert one.connections == 2


def test_what_holds_for_all_messages_is_raised_with_the_servers_words(box, smtp, make_message):
    box.sender = lambda _: "550 5.7.60 not your address"
    with pytest.raises(Unavailable) as error:
        smtp.hand_over(make_message())
    assert "550 5.7.60 not your address" in error.value.user_message

    box.sender = lambda _: None
    assert smtp.hand_over(make_message()).verdict == "taken"


def test_a_server_that_wants_a_new_connection_for_each_gets_one(box, smtp, make_message):
    told = iter([None, "421 4.4.2 enough", None, "421 4.4.2 enough", "421 4.3.2 closing"])
    box.sender = lambda _: next(told)

    assert [smtp.hand_over(make_message()).verdict for _ in range(2)] == ["taken", "taken"]
    assert box.connections == 2
    with pytest.raises(Unavailable, match=r"421 4\.3\.2 closing"):
        smtp.hand_over(make_message())


def test_a_server_that_is_not_there_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable) as error:
        Smtp(place(f"smtp://127.0.0.1:{port}")).look()
    assert f"127.0.0.1:{port}" in error.value.user_message
    assert "refused" in error.value.user_message


def test_login(make_message):
    with mailbox(login=("desk", "p/ss:word")) as box:
        at = f"127.0.0.1:{box.port}"
        with Smtp(place(f"smtp://desk:p%2Fss%3Aword@{at}")) as smtp:
            assert smtp.hand_over(make_message()).verdict == "taken"
        with pytest.raises(Unavailable, match="password") as error:
            Smtp(place(f"smtp://desk:secret@{at}")).look()

    assert box.mails[0].user == "desk"
    assert "secret" not in str(error.value)


@pytest.fixture
def elsewhere(monkeypatch):
    """Let mail.test be this machine, without being known for it."""
    real = socket.getaddrinfo

    def find(host, *args, **kwargs):
        return real("127.0.0.1" if host == "mail.test" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", find)
    return ssl.create_default_context(cafile=PEM)


@pytest.mark.parametrize(("tls", "scheme"), [("starttls", "smtp"), ("wrapped", "smtps")])
def test_to_other_machines_everything_is_encrypted(elsewhere, make_message, tls, scheme):
    with mailbox(tls=tls, login=("desk", "secret")) as box:
        at = place(f"{scheme}://desk:secret@mail.test:{box.port}")
        with Smtp(at, tls=elsewhere) as smtp:
            assert smtp.hand_over(make_message()).verdict == "taken"
        with pytest.raises(Unavailable, match="certificate"):
            Smtp(at).look()

    assert (box.mails[0].is_encrypted, box.mails[0].user) == (True, "desk")


def test_nothing_goes_to_another_machine_that_offers_no_encryption(elsewhere, make_message):
    with mailbox() as box, pytest.raises(Unavailable, match="STARTTLS"):
        Smtp(place(f"smtp://desk:secret@mail.test:{box.port}")).hand_over(make_message())

    assert not box.mails
