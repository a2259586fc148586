"""The letters that carry links: what they say, what they keep to themselves, how they are set."""

import re
from html.parser import HTMLParser

import pytest
from tests.db.digest.mailbox import ADA, ask, begin, letters, link, own, read, said

from broadsheet.digest.subscriptions import moving
from broadsheet.mail.models import Content
from broadsheet.mail.rules import filled, slots

pytestmark = pytest.mark.usefixtures("mail_on")

BOB = "bob@example.org"


def test_a_confirmation_reads_so(mail_on):
    mail_on.CONTACT = "editor@example.org"
    letter = ask(zone="Europe/Berlin")

    told = re.sub(r"https://papers\.example\.org/(\S+)/\S+", r"<\1>", read(letter))
    assert letter.content.subject == "Broadsheet: confirm that you want this mail"
    assert told.replace("-- \n", "--.\n") == CONFIRMATION


CONFIRMATION = """\
BROADSHEET
======================================================================

Somebody, most likely you, asked that this address be sent

    the front page of Everything, every announcement day at 7:00,
    Europe/Berlin.

    At most 10 papers a letter, nothing on days without any.

Nothing is sent before you say yes. The link leads to a page with a
button, and is good for 3 days.

<subscribe/confirm>

It was not you? Then do nothing: what was typed is deleted after 3
days. To have it deleted now, or to get no mail from here ever again:

<mail>

--.
Sent to ada@example.org
by Broadsheet, https://papers.example.org/
editor@example.org
"""

OCCASIONS = {
    "confirm": lambda: ask(zone="America/Argentina/Buenos_Aires", cadence="monthly"),
    "change": lambda: begin() and ask(hour=9),
    "known": lambda: begin() and ask(),
    "move_to": lambda: moved()[0],
    "move_from": lambda: moved()[1],
    "moved": lambda: [moving.agree(link(one)) for one in moved()] and letters(BOB)[-1],
}


def moved():
    begin()
    moving.change_address(own(), BOB, network="")
    return letters(BOB)[-1], letters()[-1]


@pytest.fixture(params=OCCASIONS)
def letter(request, mail_on):
    found = OCCASIONS[request.param]()
    assert found.key.startswith(f"{request.param} ")
    return found


def test_lines_fit_and_every_address_has_its_own(letter):
    for line in read(letter).splitlines():
        assert len(line) <= 70 or re.fullmatch(r"https://\S+", line)
        assert line == "-- " or line == line.rstrip()
    assert len(letter.content.subject) <= 60


def test_what_is_the_readers_own_stands_in_slots_alone(letter):
    shared = letter.content.subject + letter.content.text + letter.content.html
    own_words = {text for text in letter.fills.values() if text not in ("", "0")}

    assert not [text for text in own_words if text in shared]
    assert slots(letter.content.text) >= slots(letter.content.html)
    assert slots(letter.content.text) == letter.fills.keys()


def test_it_is_no_mail_to_a_list(letter):
    assert letter.kind in ("confirmation", "notice")
    assert letter.headers == {}


class Page(HTMLParser):
    """What a page shows, links to, and would fetch."""

    def __init__(self, page):
        super().__init__()
        self.words, self.links, self.fetched, self.open = "", [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.open.append(tag)
        self.links += [found["href"]] if tag == "a" else []
        self.fetched += [found[name] for name in ("src", "background") if name in found]
        self.fetched += [found["href"]] if tag == "link" else []

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words += data


def test_the_page_says_the_same_and_fetches_nothing(letter):
    shown = Page(filled(letter.content.html, letter.fills))

    assert not shown.fetched
    assert "url(" not in letter.content.html
    assert {href for href in shown.links if "/mail/" in href or "/subscribe/" in href} == {
        text for name, text in letter.fills.items() if name in ("link", "preferences")
    }
    paragraphs = [" ".join(one.split()) for one in read(letter).split("\n\n")]
    for paragraph in paragraphs[1:-1]:
        assert paragraph.startswith("https://") or paragraph in " ".join(shown.words.split())


def test_what_somebody_typed_is_not_repeated_to_a_stranger():
    letter = ask(edition="/search?q=visit+evil.example+now&org=Buy+this")

    everything = read(letter) + filled(letter.content.html, letter.fills)
    assert "evil" not in everything
    assert "Buy" not in everything
    assert "a search, with filters, shown behind the link, on days with new matches" in said(letter)


def test_letters_alike_are_stored_once():
    for number in range(3):
        ask(f"reader{number}@example.org", edition=f"/search?q=robot{number}", hour=number)

    assert Content.objects.count() == 1
    assert len(letters(ADA)) == 0
