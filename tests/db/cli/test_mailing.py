"""``mail status``, ``mail list``, ``mail retry`` and ``check mail``."""

from datetime import timedelta

import dns.resolver
import pytest
from tests.db.mail.test_actions import letter
from tests.mailbox import mailbox

from broadsheet.kernel import clock
from broadsheet.mail import actions, claims, outcomes, suppression
from broadsheet.mail.models import Message, Standing
from broadsheet.mail.types import Report


@pytest.fixture
def outbox(db):
    """One message in each standing that has something to tell."""
    actions.post(letter(key=name) for name in ("sent", "failed", "doubtful", "later", "waits"))
    claimed = {m.key: claims.claim(m.pk) for m in Message.objects.exclude(key="waits")}
    claims.end(claimed["sent"], Standing.SENT)
    claims.end(claimed["failed"], Standing.FAILED, said="550 5.7.1 no")
    claims.end(claimed["doubtful"], Standing.DOUBTFUL, said="no answer came")
    claims.put_off(claimed["later"], "450 busy", until=clock.now() + timedelta(hours=1))
    name = Message.objects.get(key="sent").name
    outcomes.take(Report(word="bounced", names=(name,), addresses=("reader@example.org",)))
    suppression.lift("reader@example.org")
    suppression.suppress("left@example.org", "asked")
    return {key: claim.number for key, claim in claimed.items()}


def test_status_tells_counts_reasons_and_what_to_do(command, outbox, settings):
    settings.MAIL = "folder"

    with clock.at(clock.now() + timedelta(minutes=11)):
        said = command("mail", "status")

    for line in (
        f"by the folder {settings.MAIL_FOLDER}",
        "at most  20 in a second, 5 to one domain\n",
        "waiting  2, 1 due since 2026-08-15 12:00 UTC",
        "put off  1 450\n",
        "sent  1; 0 in a minute, 1 in an hour, 1 in a day",
        "in seven days  1 550 5.7.1",
        "doubtful  1\n",
        "suppressed  1 address\n",
        "of them  1 asked\n",
        "in 14 days  1 sent\n",
        "of them  1 bounced for good\n",
        "trouble at  1 example.org\n",
    ):
        assert line in said.out
    assert "broadsheet mail retry NUMBER" in said.err
    assert "due since 2026-08-15 12:00 UTC, and nothing goes" in said.err


def test_status_as_json(command, outbox, settings):
    settings.MAIL = "smtp://user:SECRET@mail.example.org"
    settings.CONTACT = settings.MAIL_FROM = settings.PUBLIC_URL = ""

    said = command("mail", "status", "--json")

    assert said.data["by"] == "by mail.example.org:587"
    assert said.data["lacking"] == [
        "BROADSHEET_CONTACT", "BROADSHEET_MAIL_FROM", "BROADSHEET_PUBLIC_URL"
    ]  # fmt: skip
    assert said.data["messages"]["waiting"] == 2
    assert (said.data["put_off"], said.data["suppressions"]) == ({"450": 1}, {"asked": 1})
    assert said.data["returns"]["words"]["bounced"] == 1
    assert "SECRET" not in said.out


@pytest.mark.parametrize(
    ("mail", "said"),
    [("", "not at all: BROADSHEET_MAIL is off"), ("postman://?k=v", "postman is none of smtp")],
)
def test_status_tells_why_no_mail_leaves(command, settings, mail, said):
    settings.MAIL = mail

    assert said in command("mail", "status").out


def test_status_says_once_what_to_set(command, settings):
    settings.MAIL, settings.MAIL_FROM, settings.PUBLIC_URL = "smtp://localhost", "", ""
    settings.CONTACT = "desk@example.org"

    assert command("mail", "status").err == (
        "Nothing is sent. Set BROADSHEET_MAIL_FROM and BROADSHEET_PUBLIC_URL.\n"
    )


def test_messages_are_listed_by_standing_and_domain(command, outbox):
    everything, some = command("mail", "list"), command("mail", "list", "failed", "doubtful")

    assert len(everything.out.splitlines()) == 5
    assert f"{outbox['failed']:>6}  failed      edition to example.org, 2026-08-15" in some.out
    assert "550 5.7.1 no" in some.out
    assert len(some.out.splitlines()) == 2
    assert "reader@" not in everything.out
    assert command("mail", "list", "cancelled").out == "There are none.\n"
    assert len(command("mail", "list", "-n", 3, "--json").data) == 3
    assert command("mail", "list", "lost").code == 2


def test_retry_takes_what_failed_or_is_doubtful_and_nothing_else(command, outbox):
    done = command("mail", "retry", outbox["failed"], outbox["doubtful"])
    refused = command("mail", "retry", outbox["sent"])

    assert done.out == (
        f"Message {outbox['failed']} waits to be sent.\n"
        f"Message {outbox['doubtful']} waits to be sent.\n"
    )
    assert Message.objects.filter(standing="waiting").count() == 4
    assert refused.code == 64
    assert f"Message {outbox['sent']} cannot be sent again: it is sent," in refused.err
    assert command("mail", "retry", 0).code == 66


def test_all_that_failed_of_late_is_sent_once_more(command, outbox):
    said = command("mail", "retry", "--failed")

    assert said.out == "1 message of the last day to be sent once more.\n"
    assert Message.objects.get(pk=outbox["failed"]).standing == "waiting"
    assert command("mail", "retry").code == command("mail", "retry", 1, "--failed").code == 2


@pytest.fixture
def no_dns(monkeypatch):
    def resolve(*_, **__):
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


def test_check_mail_sends_a_message_and_leaves_with_what_it_found(command, settings, no_dns):
    settings.CONTACT = settings.PUBLIC_URL = "https://papers.example.org"
    settings.MAIL_FROM = "edition@papers.example.org"
    with mailbox() as box:
        settings.MAIL = box.address
        said = command("check", "mail", "--to", "ada@example.net")
        as_json = command("check", "mail", "--json")

    assert "A message to example.net was taken" in said.out
    assert "Nobody signs here" in said.err
    assert "The DNS is not available." in said.out
    assert said.code == as_json.code == 69
    assert any(found["is_wrong"] for found in as_json.data["findings"])
    assert box.to() == ["ada@example.net"]


@pytest.mark.parametrize(
    "args", [["post"], ["--to", "ada@example.net"], ["mail", "--to", "nobody"]]
)
def test_check_takes_nothing_but_mail_and_an_address(command, args):
    assert command("check", *args).code == 2
