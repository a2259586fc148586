"""Mail that comes back, as servers and people really send it and as nobody should."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail import reports

# File: what its mails tell, as (word, address, name of the returned mail). "" where none is told.
REAL = {
    "arf-01.eml": [("complained", "redacted@example.net", "")],
    "arf-02.eml": [
        (
            "complained",
            "this-local-part-does-not-exist-on-yahoo@yahoo.com",
            "000000000000000000000000.smtp@example.com",
        )
    ],
    "arf-11.eml": [("complained", "", "ffffffffffffffffffffffffff0000000000@example.net")],
    "arf-14.eml": [
        (
            "complained",
            "kijitora@y.example.com",
            "2222222222222222-00000000-eeee-eeee-ffff-222222222222-111111@email.amazonses.com",
        )
    ],
    "arf-19.eml": [],
    "dos_lhost-postfix-01.eml": [("bounced", "kijitora@example.org", "")],
    "err_make-test-01.eml": [
        (
            "bounced",
            "domain-does-not-exist@example.gov",
            "AA406E7E18714AB2927DAACC24B47C4A@USER-PC97",
        )
    ],
    "lhost-amazonses-01.eml": [
        (
            "bounced",
            "shironeko@example.co.jp",
            "000001321defbd2a-788e31c8-2be1-422f-a8d4-cf7765cc9ed7-000000@email.amazonses.com",
        )
    ],
    "lhost-amazonses-09.eml": [
        (
            "bounced",
            "bounce@simulator.amazonses.com",
            "01010157e48f9b9b-891e9a0e-9c9d-4773-9bfe-608f2ef4756d-000000",
        )
    ],
    "lhost-exchange2007-01.eml": [("bounced", "mikeneko@example.co.jp", "")],
    "lhost-exim-01.eml": [
        ("returned", "kijitora@example.ed.jp", "E1P1ce6-000Egt-GZ@e1.example.org")
    ],
    "lhost-gmail-01.eml": [
        (
            "bounced",
            "userunknown@example.jp",
            "D992C2C3-F175-4C4D-97E2-53A90E4E5BF5@gmail.com",
        )
    ],
    "lhost-gmail-15.eml": [
        (
            "bounced",
            "mikeneko@libsisimai.org",
            "CAByYQsHq=c+uz-ubnN2pG3n256yS7P18KDbG6oStGF5bChUhyw@mail.google.example.com",
        )
    ],
    "lhost-googlegroups-01.eml": [
        (
            "returned",
            "libsisimai@googlegroups.com",
            "D0E3D626-1C96-4749-8101-62C0CE13B1D5@example.jp",
        )
    ],
    "lhost-mailru-01.eml": [
        (
            "bounced",
            "kijitora@example.jp",
            "8F3CE2D8-D60E-48C3-B9AF-BED628EE2CA5@mail.example.ru",
        )
    ],
    "lhost-notes-01.eml": [
        (
            "returned",
            "kijitora@u1.example.co.jp",
            "000000000.0000000000000.notes@example.co.jp",
        )
    ],
    "lhost-office365-01.eml": [
        ("bounced", "kijitora@example.com", "FFFFFFFF.EEEEEEEE@example.ed.jp")
    ],
    "lhost-postfix-01.eml": [("bounced", "kijitora@example.org", "")],
    "lhost-postfix-28.eml": [
        (
            "returned",
            "kijitora@gmail.example.com",
            "20170511082043.260A0D29197@gojo.example.jp",
        )
    ],
    "lhost-qmail-01.eml": [
        (
            "bounced",
            "kijitora@example.ne.jp",
            "000000000.9999999999999.JavaMail.postmaster@mailhub",
        )
    ],
    "lhost-sendmail-01.eml": [
        (
            "bounced",
            "userunknown@bouncehammer.jp",
            "E1C50F1B-1C83-4820-BC36-AC6FBFBE8568@example.org",
        )
    ],
    "lhost-sendmail-24.eml": [
        (
            "bounced",
            "neko@xn--cesupi09d.jp",
            "35C4147F-7DF3-4B26-B225-FD7AFA378D70@example.jp",
        )
    ],
    "lhost-x1-01.eml": [
        (
            "bounced",
            "kijitora@example.co.jp",
            "000000000000000000000000000000000000@example.jp",
        )
    ],
    "lhost-yahoo-01.eml": [
        (
            "bounced",
            "kijitora@example.org",
            "6AE6249A-E7A8-4980-862C-F499F6B8E7C5@y.example.co.jp",
        )
    ],
    "lhost-zoho-01.eml": [
        (
            "bounced",
            "kijitora@example.co.jp",
            "14a3e1b4b5a.10b1a4c5610175.8588386083425091336@zoho.example.com",
        )
    ],
    "mac_lhost-postfix-01.eml": [("bounced", "kijitora@example.org", "")],
    "not_is-not-bounce-01.eml": [],
    "rfc3464-01.eml": [
        (
            "bounced",
            "userunknown@bouncehammer.jp",
            "E1C50F1B-1C83-4820-BC36-AC6FBFBE8568@example.org",
        )
    ],
    "rfc3464-28.eml": [
        (
            "delivered",
            "kijitora@neko.example.jp",
            "20151025071802.22CC00222233@neko-222-2222.vs.example.ne.jp",
        ),
        (
            "delivered",
            "info@neko.example.jp",
            "20151025071832.CC002222FFEE@neko-222-2222.vs.example.ne.jp",
        ),
    ],
    "rfc3834-01.eml": [],
    "rfc3834-02.eml": [],
    "rhost-gsuite-01.eml": [
        (
            "bounced",
            "kijitora@example.de",
            "00222222-2222-2222-2222-FF00FFFF0000@example.jp",
        )
    ],
}


def first(texts):
    return next(iter(texts), "")


@pytest.mark.parametrize("name", REAL)
def test_real_mail_is_read_for_what_it_is(shared, name):
    raw = (shared / "formats" / "mail" / "dsn" / name).read_bytes()
    told = [report for mail in reports.mails(raw) for report in reports.read(mail)]

    assert [(r.word, first(r.addresses), first(r.names)) for r in told] == REAL[name]


def test_every_sample_stands_in_the_table(shared):
    held = {path.name for path in (shared / "formats" / "mail" / "dsn").glob("*.eml")}

    assert held == set(REAL)


@pytest.mark.parametrize("name", [name for name, told in REAL.items() if told])
def test_a_truncated_mail_is_read_as_far_as_it_goes(shared, name):
    raw = (shared / "formats" / "mail" / "dsn" / name).read_bytes()

    for share in range(1, 10):
        told = reports.read(raw[: len(raw) * share // 10])
        assert {report.word for report in told} <= {REAL[name][0][0], "bounced", "returned"}


def report(fields, *, human="It failed.", returned="Message-ID: <42@papers.example>"):
    """A delivery report of our own with these fields of its one recipient."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: A report\r\n"
        "Date: Sat, 15 Aug 2026 10:00:00 +0200\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\n\r\n{human}\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\n{fields}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\nTo: ada@example.org\r\n\r\n"
        "--b--\r\n"
    ).encode()


TO = "Final-Recipient: rfc822; ada@example.org\r\n"
FIELDS = {
    "Action: failed\r\nStatus: 5.1.1": "bounced",
    "Action: failed\r\nStatus: 5.0.0": "bounced",
    "Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.7.26 no DMARC": "returned",
    "Action: failed\r\nStatus: 5.7.1": "returned",
    "Action: failed\r\nStatus: 5.2.2": "returned",
    "Action: failed\r\nStatus: 5.2.1": "bounced",
    "Action: failed\r\nStatus: 4.4.1": "returned",
    "Action: delayed\r\nStatus: 4.4.1": "deferred",
    "Action: delayed\r\nStatus: 5.1.1": "deferred",
    "Action: delivered\r\nStatus: 2.0.0": "delivered",
    "Action: delivered": "delivered",
    "Action: failed": "returned",
    "Action: failed\r\nDiagnostic-Code: smtp; 550 No such user": "bounced",
    "Action: failed\r\nDiagnostic-Code: smtp; 421 Later": "returned",
    "Action: relayed": None,
    "Status: nonsense": None,
}


@pytest.mark.parametrize("fields", FIELDS)
def test_the_status_tells_what_is_for_good(fields):
    told = reports.read(report(TO + fields))

    assert [r.word for r in told] == ([FIELDS[fields]] if FIELDS[fields] else [])


def test_a_report_tells_of_which_mail_to_whom_when_and_why():
    fields = (
        "Original-Recipient: rfc822;Ada@example.org\r\nFinal-Recipient: rfc822; <a@inner.example>"
    )
    why = "Diagnostic-Code: smtp; 550 5.1.1 no such\r\n user here"
    (told,) = reports.read(report(f"{fields}\r\nAction: failed\r\nStatus: 5.1.1\r\n{why}"))

    assert told.names == ("42@papers.example",)
    assert told.addresses == ("Ada@example.org", "a@inner.example")
    assert told.at == datetime(2026, 8, 15, 8, tzinfo=UTC)
    assert told.said == "550 5.1.1 no such user here"
    assert told.reason is None


def mail(subject, body, sender="MAILER-DAEMON@mx.example", more=""):
    return (
        f"From: {sender}\nTo: edition@papers.example\nSubject: {subject}\n{more}\n{body}\n".encode()
    )


FAILED = "Undelivered Mail Returned to Sender"
FREE = {
    (FAILED, "<ada@example.org>: 550 5.1.1 unknown"): "bounced",
    (FAILED, "<ada@example.org>: 550 no such person"): "bounced",
    (FAILED, "<ada@example.org>: 552 5.2.2 over quota"): "returned",
    (FAILED, "<ada@example.org>: 451 4.7.1 greylisted"): "returned",
    (FAILED, "ada@example.org: user unknown"): "bounced",
    (FAILED, "ada@example.org, connected to 192.0.2.250 and 5.5.5.5"): "returned",
    ("Warning: could not send message for past 4 hours", "ada@example.org"): "deferred",
    ("Delivery Status Notification (Delay)", "It will be retried. ada@example.org"): "deferred",
    ("How is it going", "Dear edition, I am the postmaster. It is permanent."): None,
}


@pytest.mark.parametrize(("subject", "body"), FREE)
def test_a_bounce_in_words_is_believed_as_far_as_it_goes(subject, body):
    told = reports.read(mail(subject, body))

    assert [r.word for r in told] == ([FREE[subject, body]] if FREE[subject, body] else [])


def test_a_bounce_from_no_mail_server_is_nobody_s():
    assert reports.read(mail(FAILED, "550 5.1.1 <ada@example.org>", sender="eve@example.org")) == ()


def test_an_address_in_a_bounce_is_not_our_own():
    body = "MAIL FROM:<edition@papers.example>: <ada@example.org>: 550 5.1.1 unknown"
    (told,) = reports.read(mail(FAILED, body))

    assert told.addresses == ("ada@example.org",)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("abuse", True), ("fraud", True), ("opt-out", True), ("not-spam", False), ("virus", False)],
)
def test_feedback_is_a_complaint_by_its_type(kind, counts):
    raw = (
        'From: <fbl@example.net>\nContent-Type: multipart/report; boundary="b"\n\n'
        "--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: {kind}\nOriginal-Rcpt-To: <ada@example.org>\n\n"
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <42@papers.example>\n\nHello\n--b--\n"
    ).encode()
    told = reports.read(raw)

    assert bool(told) is counts
    if told:
        assert (told[0].names, told[0].addresses) == (("42@papers.example",), ("ada@example.org",))


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Sat, 15 Aug 9999 10:00:00 +0000", "Sat, 15 Aug 1900 10:00 +1400"]
)
def test_a_date_that_is_none_is_left_out(date):
    (told,) = reports.read(mail(FAILED, "550 5.1.1 <ada@example.org>", more=f"Date: {date}\n"))

    assert told.at is None


SERVER = b"From: postmaster@mx.example\nSubject: Undeliverable\n"
HOSTILE = {
    "parts in parts": b"Content-Type: message/rfc822\n\n" * 30_000,
    "many boundaries": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
    ),
    "a line of dashes": b"From: MAILER-DAEMON@x\nSubject: Undeliverable\n\n" + b"-" * 600_000,
    "many recipients": report((TO + "Action: failed\r\nStatus: 5.1.1\r\n\r\n") * 5_000),
    "brackets": b'From: <no-reply@sns.amazonaws.com>\n\n{"notificationType"' + b":[" * 200_000,
    "an unknown charset": SERVER + b"Content-Type: text/plain; charset=klingon\n\n550",
    "another form of charset": SERVER + b"Content-Type: text/plain; charset*=a'b\n\n\xff",
    "no header": b"\n\n550 5.1.1 <ada@example.org>",
    "nothing": b"",
    "noughts": b"\0" * 1_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_is_sent_is_read_without_a_failure_and_to_an_end(what):
    told = reports.read(HOSTILE[what])

    assert len(told) <= 21
    assert all(len(one.said) <= 500 for one in told)


@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 200))
def test_no_change_of_a_report_makes_it_fail(noise, start, cut):
    raw = report(TO + "Action: failed\r\nStatus: 5.1.1")

    reports.read(raw[:start] + noise + raw[start + cut :])


def test_a_mailbox_is_taken_apart_and_a_single_mail_is_not():
    one, two = mail(FAILED, "one"), mail(FAILED, "two\n>From far away")
    box = b"From a Sat Aug 15\n" + one + b"From b Sat Aug 15\r\n" + two

    assert list(reports.mails(box)) == [one, two]
    assert list(reports.mails(one)) == [one]
    assert list(reports.mails(b"")) == [b""]
