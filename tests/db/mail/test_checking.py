"""Whether mail can leave and will be believed: every finding, and how it turns out well."""

import dns.resolver
import dns.rrset
import pytest
from tests.mailbox import KEY, mailbox

from broadsheet.kernel.errors import Unavailable
from broadsheet.mail import checking, signing

DOMAIN = "papers.example.org"


@pytest.fixture
def options(settings):
    settings.MAIL_FROM, settings.CONTACT = f"edition@{DOMAIN}", "desk@example.org"
    settings.PUBLIC_URL, settings.DKIM_KEY = "https://papers.example.org", KEY
    settings.DKIM_SELECTOR = "broadsheet"
    return settings


@pytest.fixture
def box(options):
    with mailbox() as server:
        options.MAIL = server.address
        yield server


@pytest.fixture
def records(options):
    """What the DNS tells, all as it should be."""
    return {
        f"broadsheet._domainkey.{DOMAIN}": (signing.record(),),
        DOMAIN: ("other=1", "v=spf1 a -all"),
        "_dmarc.example.org": ("v=DMARC1; p=none",),
    }


def look(records, to=""):
    return list(checking.look(to, ask=lambda name: records.get(name, ())))


def wrong(findings):
    return [finding.said for finding in findings if finding.is_wrong]


def test_where_all_is_well_nothing_is_wrong_and_the_message_arrives(box, records):
    findings = look(records, to="ada@example.net")

    assert wrong(findings) == []
    assert f"Mail leaves by 127.0.0.1:{box.port}, which can be used." in findings[0].said
    assert "aligned" in findings[1].said
    assert [finding.said for finding in findings[2:5]] == [
        f"The key at broadsheet._domainkey.{DOMAIN} is ours.",
        f"SPF at {DOMAIN}: v=spf1 a -all",
        f"DMARC at _dmarc.{DOMAIN}: v=DMARC1; p=none",
    ]
    (mail,) = box.mails
    assert mail.to == ("ada@example.net",)
    assert signing.is_whole(mail.content, signing.record())
    assert "ada@" not in "".join(finding.said for finding in findings)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({f"broadsheet._domainkey.{DOMAIN}": ()}, "There is no key at"),
        ({f"broadsheet._domainkey.{DOMAIN}": ("v=DKIM1; p=AAAA",)}, "is another"),
        ({DOMAIN: ()}, "There is no SPF record"),
        ({DOMAIN: ("v=spf1 a", "v=spf1 b")}, "more than one SPF record"),
        ({"_dmarc.example.org": ()}, "There is no DMARC record"),
    ],
)
def test_what_is_missing_from_the_dns_is_said_with_what_to_put_there(box, records, told, said):
    (finding,) = wrong(look(records | told))

    assert said in finding
    if "key" in finding:
        assert finding.endswith(signing.record())


def test_a_key_with_spaces_in_its_record_is_ours(box, records):
    name = f"broadsheet._domainkey.{DOMAIN}"
    spaced = records[name][0].replace("p=", "p= ").replace("A", "A ", 1)

    assert wrong(look(records | {name: (spaced,)})) == []


def test_without_dns_the_rest_is_looked_at(box):
    def deaf(name):
        raise Unavailable(what="The DNS", remedy="No server answers.")

    findings = list(checking.look("ada@example.net", ask=deaf))

    assert wrong(findings) == []
    assert "No server answers." in findings[2].said
    assert len(box.mails) == 1


def test_without_a_key_it_says_who_has_to_sign(box, options, records):
    options.DKIM_KEY = ""

    (finding,) = wrong(look(records))

    assert "BROADSHEET_DKIM_KEY" in finding
    assert "List-Unsubscribe-Post" in finding


def test_a_key_that_is_none_is_named(box, options, records):
    options.DKIM_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"

    assert "BROADSHEET_DKIM_KEY" in wrong(look(records))[0]


def test_a_refused_message_is_told_in_the_servers_words(box, records):
    box.rcpt = lambda _: "550 5.1.1 nobody here"

    assert wrong(look(records, to="ada@example.net")) == [
        "A message to example.net was not taken: 550 5.1.1 nobody here"
    ]


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ("", "Mail is off. Set BROADSHEET_MAIL"),
        ("smtp://127.0.0.1:1", "The mail server 127.0.0.1:1 is not available."),
        ("nobody://?x=y", "nobody is none of smtp"),
    ],
)
def test_a_way_that_cannot_be_used_is_said(options, records, mail, said):
    options.MAIL = mail

    assert said in wrong(look(records))[0]


def test_what_is_not_set_is_said_with_the_rest(box, options, records):
    options.CONTACT = options.PUBLIC_URL = ""

    assert wrong(look(records)) == [
        "Nothing is sent. Set BROADSHEET_CONTACT and BROADSHEET_PUBLIC_URL."
    ]


def test_a_folder_needs_nothing_else(options, tmp_path):
    options.MAIL, options.MAIL_FOLDER = "folder", tmp_path / "mail"
    options.CONTACT = options.MAIL_FROM = options.PUBLIC_URL = options.DKIM_KEY = ""

    findings = look({}, to="ada@example.net")

    assert wrong(findings) == []
    (file,) = (tmp_path / "mail").iterdir()
    assert findings[-1].said == f"A message was written there: {file.name}"


def test_a_provider_signs_by_itself(options, records):
    options.MAIL, options.ANYMAIL = "postmark://?server_token=K", {"POSTMARK_SERVER_TOKEN": "K"}
    del records[f"broadsheet._domainkey.{DOMAIN}"]
    del records[DOMAIN]

    findings = look(records)

    assert wrong(findings) == []
    assert "postmark signs" in findings[1].said


@pytest.mark.parametrize("missing", [dns.resolver.NXDOMAIN, dns.resolver.NoAnswer])
def test_a_name_without_texts_has_none_and_one_that_cannot_be_asked_raises(monkeypatch, missing):
    told = {"empty.example": missing("none"), "deaf.example": dns.resolver.LifetimeTimeout("late")}

    def resolve(name, kind, lifetime):
        assert kind == "TXT"
        if name in told:
            raise told[name]
        return dns.rrset.from_text(name, 60, "IN", "TXT", '"v=spf1 " "-all"', '"other"')

    monkeypatch.setattr(dns.resolver, "resolve", resolve)

    assert checking.texts("known.example.") == ("v=spf1 -all", "other")
    assert checking.texts("empty.example") == ()
    with pytest.raises(Unavailable, match="DNS"):
        checking.texts("deaf.example")
