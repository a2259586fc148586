"""The bytes that leave: read back by the standard library they are what was given."""

import email
import email.policy
import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.building import built
from broadsheet.mail.sender import Sender
from broadsheet.mail.transports.contract import Outgoing

AT = datetime(2026, 8, 14, 7, tzinfo=UTC)
SENDER = Sender("Die Zeitung, “täglich”", "edition@papers.example.org", "papers.example.org")
# What a text may hold; the ends of lines are counted as one kind.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\0")) | st.text(
    "a.=- \n\tü", max_size=2_000
)
lines = st.text(st.characters(codec="utf-8", min_codepoint=33, exclude_categories=["C", "Z"]))


def outgoing(**fields):
    given = {
        "name": "abc@papers.example.org",
        "sender": SENDER,
        "address": "reader@example.org",
        "subject": "Today",
        "text": "Text\n",
        "html": "",
        "headers": {},
        "at": AT,
    }
    return Outgoing(**given | fields)


def read(content):
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    return email.message_from_bytes(content, policy=email.policy.default)


def ended(text):
    return text if text.endswith("\n") else f"{text}\n"


def content_of(part):
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


@given(texts, texts)
def test_text_and_html_come_back_as_they_were(text, html):
    mail = read(built(outgoing(text=text, html=html)))

    parts = [*mail.iter_parts()] if html else [mail]
    assert [part.get_content_type() for part in parts] == (
        ["text/plain", "text/html"] if html else ["text/plain"]
    )
    assert [content_of(part) for part in parts] == [
        ended(one) for one in ([text, html] if html else [text])
    ]
    assert not mail.defects


@given(lines.filter(bool), st.integers(1, 12))
def test_every_subject_comes_back(word, times):
    subject = " ".join([word] * times)

    mail = read(built(outgoing(subject=subject)))

    assert mail["Subject"] == subject
    assert mail["To"] == "reader@example.org"


@given(st.text("abcdefghijklmnop/:.-_", min_size=1, max_size=850))
def test_an_address_in_a_header_stays_on_its_line_whatever_its_length(path):
    link = f"<https://papers.example.org/{path}>"

    content = built(outgoing(headers={"List-Unsubscribe": link}))

    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in content
    assert read(content)["List-Unsubscribe"] == link


def test_the_headers_of_its_own():
    mail = read(built(outgoing(html="<p>x")))

    assert mail["From"].addresses[0].display_name == SENDER.name
    assert mail["From"].addresses[0].addr_spec == SENDER.address
    assert mail["Date"].datetime == AT
    assert mail["Message-ID"] == "<abc@papers.example.org>"
    assert mail["MIME-Version"] == "1.0"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"=_\w+", mail.get_boundary())


def test_a_letter_may_say_otherwise_how_it_came_about():
    assert read(built(outgoing(headers={"Auto-Submitted": "no"})))["Auto-Submitted"] == "no"


@given(lines.filter(bool))
def test_a_name_before_an_address_may_be_of_any_script(name):
    content = built(outgoing(headers={"List-Id": f"{name} <daily.papers.example.org>"}))

    assert b" <daily.papers.example.org>\r\n" in content
    assert read(content)["List-Id"] == f"{name} <daily.papers.example.org>"


def test_a_domain_of_any_script_is_written_in_ascii():
    assert read(built(outgoing(address="a@bücher.example")))["To"] == "a@xn--bcher-kva.example"
