"""A letter is whole whatever its papers are: small, safe, and readable as text and as HTML."""

import random
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import orjson
import pytest
import zstandard
from tests.unit.digest.choices import FRIDAY, make_choice, make_hit

from broadsheet.digest.letter import composing, items
from broadsheet.digest.letter.composing import LARGEST, composed
from broadsheet.editions.types import Neighbour, Question
from broadsheet.kernel.dates import Period
from broadsheet.kernel.wrapping import COLUMNS, width
from broadsheet.mail.rules import filled, slots

ROOT = "https://papers.example.org"
CODE = "https://github.com/example/code"
SLOTS = {"address", "asked_on", "leave", "preferences"}
LONG = dict.fromkeys(SLOTS, "x" * 254)
HOSTILE = {
    "ten thousand signs": "A very long title " * 556,
    "one endless word": "Supercalifragilistic" * 500,
    "markup": '</h2><script src="https://evil.example/x.js">alert(1)</script><img src=x onerror=y>',
    "quotes": "\"'><a href='javascript:alert(1)'>\" style=\"background:url(//evil.example)",
    "tags in TeX": r"\textbf{<b>} $\text{<script>alert(1)</script>}$ \href{javascript:a}{b}",
    "every entity": "&" * 10_000,
    "right to left": "\u202eתורת הקבוצות \u202d ومقدمة في الرياضيات",
    "wide": "大規模言語モデルの推論能力に関する包括的な調査と評価" * 40,
    "towering": "Z" + "\u0301\u0316\u0489" * 3_000,
    "emoji": "👩‍🔬🏳️‍🌈" * 2_000,
    "a slot": "\x02leave\x03 and \x02nonsense\x03",
    "lines": "Subject: x\r\nBcc: victim@example.org\r\n\r\nbody\u2028\u2029\x0b\x0c",
    "nothing visible": "A\u200b\u2060\ufeff\u00ad\u2063 title",
    "open mathematics": "$" * 999 + r"\frac{" * 999,
}


@pytest.fixture(autouse=True)
def root(settings):
    settings.PUBLIC_URL = ROOT
    settings.CONTACT = "desk@papers.example.org"


def letter(choice, *, edition="/latest", cadence="announced", size=10):
    return composed(choice, edition=edition, cadence=cadence, size=size)


class Page(HTMLParser):
    """What a page of HTML holds: its elements, links and visible text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.links, self.loads, self.words = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.elements.append(tag)
        self.links += [given["href"]] if "href" in given else []
        self.loads += [name for name in given if name in ("src", "background", "srcset", "data")]
        self.loads += [name for name in given if name.startswith("on")]
        self.loads += ["style"] if "url(" in given.get("style", "") else []

    def handle_data(self, data):
        self.words.append(data)


def is_own(link):
    return link.startswith((f"{ROOT}/", "\x02preferences\x03", "\x02leave\x03")) or link == CODE


def check(made):
    """Nothing is loaded or run, links lead home, and every line is as wide as it may be."""
    page = Page(made.body.html)
    assert len(filled(made.body.html, LONG).encode()) <= LARGEST
    assert not page.loads
    allowed = "html head meta style title body div table tbody tr td p h1 h2 a br"
    assert {*page.elements} <= {*allowed.split()}
    assert all(map(is_own, page.links)), page.links
    assert made.body.html.isprintable() or "\r" not in made.body.html
    assert slots(made.body.text) == slots(made.body.html) == SLOTS
    assert not slots(made.body.subject)
    for line in made.body.text.split("\n"):
        assert width(line) <= COLUMNS or "://" in line, line
    made.body.text.encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_paper_breaks_nothing(name):
    text = HOSTILE[name]
    hit = make_hit(
        title=text,
        abstract=text,
        authors=(text,) * 4,
        n_authors=99,
        organization="x",
        organization_name=text,
        votes=10**12,
        code_url="javascript:alert(1)",
        stars=3,
    )
    made = letter(make_choice(make_hit(1, title="Before"), hit, make_hit(3, title="After")))

    check(made)
    assert "Before" in made.body.text
    assert "After" in made.body.text
    assert "alert(1)" not in "".join(Page(made.body.html).links)


def test_fifty_hostile_papers_with_a_hostile_search_fit_too():
    texts = [*HOSTILE.values()] * 4
    hits = [
        make_hit(
            rank,
            title=text,
            abstract=text,
            authors=(text,) * 4,
            n_authors=99,
            organization_name=text,
            key="10.1234/" + "%20x" * 60 + str(rank),
            code_url=CODE,
            found_by="words",
        )
        for rank, text in enumerate(texts[:50], 1)
    ]
    question = Question(place="search", text="大規模" * 100)
    made = letter(make_choice(*hits, question=question, total=5_000), size=50)

    check(made)
    assert made.left_out == () or {reason for _, reason in made.left_out} == {composing.NO_ROOM}


def test_fifty_of_the_longest_real_papers_fit_and_keep_a_sentence_each(shared):
    hits = [
        make_hit(
            rank,
            title=entry["title"],
            abstract=entry["abstract"],
            authors=tuple(entry["authors"][:4]),
            n_authors=len(entry["authors"]),
            votes=100 - rank,
            comments=2,
            stars=1_234,
            code_url=CODE,
            published="2026-08-13",
        )
        for rank, entry in enumerate(longest(shared), 1)
    ]
    made = letter(make_choice(*hits, total=500), size=50)

    check(made)
    assert made.left_out == ()
    assert made.body.text.count("\nWhy ") + made.body.text.count("    Why ") == 50


def longest(shared):
    """The fifty papers of the corpus with most to say."""
    path = shared / "corpus" / "arxiv-01.jsonl.zst"
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        lines = stream.read(40_000_000).split(b"\n")[:-1]
    entries = sorted(lines, key=len)[-50:]
    return [orjson.loads(entry) for entry in entries]


@pytest.mark.parametrize(
    ("count", "room"), [(1, items.ROOMS[0]), (10, items.ROOMS[0]), (30, items.ROOMS[0])]
)
def test_an_ordinary_letter_has_the_most_room(count, room, monkeypatch):
    used = []
    real = composing._composed
    monkeypatch.setattr(
        composing, "_composed", lambda *given: used.append(given[2]) or real(*given)
    )
    hits = [
        make_hit(rank, title="An ordinary title of a paper", abstract="It is good. " * 90, votes=9)
        for rank in range(1, count + 1)
    ]
    letter(make_choice(*hits))

    assert used == [room]


def test_a_paper_that_cannot_be_set_is_left_out_and_named(monkeypatch, caplog):
    real = items.why

    def broken(edition, hit):
        if hit.rank == 2:
            raise RuntimeError("the receipt is torn")
        return real(edition, hit)

    monkeypatch.setattr(items, "why", broken)
    bad = [make_hit(2, title="Torn"), make_hit(3, title="\u200b")]
    made = letter(make_choice(make_hit(1, title="Whole"), *bad))

    assert made.left_out == (
        ("2608.00002", "the receipt is torn"),
        ("2608.00003", "it has no title"),
    )
    assert "could not be set: 2608.00002 and 2608.00003." in " ".join(made.body.text.split())
    assert "Whole" in made.body.text
    assert len(caplog.records) == 2


@pytest.mark.parametrize("largest", [9_000, 1_000])
def test_papers_there_is_no_room_for_stand_on_the_page_and_are_named(largest, monkeypatch):
    monkeypatch.setattr(composing, "LARGEST", largest)
    made = letter(make_choice(*[make_hit(rank) for rank in range(1, 51)]), size=50)

    set_keys = {f"2608.{rank:05}" for rank in range(1, 51)} - {key for key, _ in made.left_out}
    assert {reason for _, reason in made.left_out} == {composing.NO_ROOM}
    assert len(made.body.html.encode()) <= 9_000
    assert all(f"/papers/{key}\n" in made.body.text for key in set_keys)
    assert bool(set_keys) == (largest == 9_000)
    assert f"and {len(made.left_out) - 5} more." in " ".join(made.body.text.split())


def test_a_letter_of_which_no_paper_can_be_set_still_goes():
    made = letter(make_choice(make_hit(1, title="\u200b"), total=5))

    assert "None of its papers is in this letter." in made.body.text
    assert made.body.subject == "Friday 14 August 2026: 5 papers"


def test_a_letter_without_papers_leads_to_its_page_or_to_the_edition_before():
    before = Neighbour(period=Period.parse("2026-08-13"), papers=3)
    alone = letter(make_choice(why_empty="It is a Sunday.")).body.text
    after = letter(make_choice(why_empty="It is a Sunday.", previous=before)).body.text

    assert f"\nThis edition on its page:\n{ROOT}/daily/2026-08-14\n" in alone
    label = "The edition before: Thursday 13 August 2026"
    assert f"\n{label}:\n{ROOT}/daily/2026-08-13\n" in after


def test_slots_are_filled_with_whatever_a_reader_has():
    made = letter(make_choice(make_hit()))
    fills = dict.fromkeys(SLOTS, "x") | {"address": "reader@example.org"}

    assert "Sent to reader@example.org,\nwho asked for" in filled(made.body.text, fills)
    assert "Sent to reader@example.org, who asked for" in filled(made.body.html, fills)


def test_what_changed_since_it_was_sent_stands_with_its_paper():
    choice = make_choice(make_hit())
    again = "Version 3 since we sent it on 3 August."
    choice = replace(choice, picks=(replace(choice.picks[0], again=again),))
    body = letter(choice).body

    assert f"    {again}\n" in body.text
    assert f"<br>{again}" in body.html


def test_days_that_were_passed_over_are_linked_newest_first_and_no_more_than_a_week():
    days = tuple(date(2026, 8, day) for day in range(1, 11))
    text = letter(make_choice(make_hit(), earlier=days)).body.text

    links = [line for line in text.split("\n") if "/daily/2026-08-" in line]
    assert [link[-2:] for link in links] == ["14", "ll", "10", "09", "08", "07", "06", "05", "04"]
    assert "And 3 days before those." in text


def test_the_same_choice_gives_the_same_letter():
    hits = [make_hit(rank, title=f"Paper {rank}") for rank in range(1, 6)]

    assert letter(make_choice(*hits)) == letter(make_choice(*hits))


def test_places_are_those_of_the_edition_but_in_a_search_those_of_the_letter():
    hits = [make_hit(4, title="Fourth"), make_hit(9, title="Ninth")]
    front = letter(make_choice(*hits)).body.text
    search = letter(make_choice(*hits, question=Question(place="search", text="x"))).body.text

    assert " 4  Fourth" in front
    assert " 9  Ninth" in front
    assert " 1  Fourth" in search
    assert " 2  Ninth" in search


@pytest.mark.parametrize(
    ("published", "said"),
    [("2026-08-13", "13 August."), ("2024-08-13", "13 August 2024."), ("2026-08", "August 2026.")],
)
def test_a_date_of_the_year_of_the_edition_has_no_year(published, said):
    assert f"    {said}\n" in letter(make_choice(make_hit(published=published))).body.text


def test_a_letter_made_of_random_signs_is_a_letter():
    draw = random.Random(20_260_814)
    for _ in range(20):
        text = "".join(chr(draw.choice([draw.randrange(0xD800), draw.randrange(0xE000, 0x110000)]))
                       for _ in range(300))  # fmt: skip
        check(letter(make_choice(make_hit(1, title=f"T {text}", abstract=text, reason=text))))


def test_the_day_and_its_whole_list_are_linked():
    text = letter(make_choice(make_hit(), total=27)).body.text

    label = "All 27 papers of this edition, and the sum behind every place"
    assert f"\n{label}:\n{ROOT}/daily/{FRIDAY}\n" in text
    assert f"\nEverything announced that day:\n{ROOT}/daily/{FRIDAY}/all\n" in text


@pytest.mark.parametrize("published", ["", "2026-13-45", "soon", "2026"])
def test_a_date_that_is_none_stops_no_paper(published):
    assert letter(make_choice(make_hit(published=published))).left_out == ()


@pytest.mark.parametrize(
    ("authors", "count", "said"),
    [
        (("Ada Lovelace",), 1, "Ada Lovelace, House"),
        (("A" * 150, "B"), 2, "A" * 150 + " and B"),
        (("A" * 120, "B" * 120), 9, "A" * 120 + " and 8 more"),
        ((), 0, "House"),
    ],
)
def test_who_it_is_by_is_as_much_as_there_is_room_for(authors, count, said):
    house = "House" if count < 2 else "H" * 150
    hit = make_hit(authors=authors, n_authors=count, organization_name=house)

    meta = re.search(r'<p class="soft meta"[^>]*>([^<]*)', letter(make_choice(hit)).body.html)
    assert meta[1] == said


def test_every_tricky_paper_that_was_ever_met_can_be_set(shared):
    lines = (shared / "corpus" / "tricky.jsonl").read_bytes().splitlines()
    entries = [orjson.loads(line) for line in lines]
    hits = [
        make_hit(
            rank,
            title=entry["title"],
            abstract=entry.get("abstract", ""),
            authors=tuple(entry.get("authors", ())[:4]),
            n_authors=len(entry.get("authors", ())),
            published=entry.get("published", ""),
        )
        for rank, entry in enumerate(entries, 1)
    ]
    for first in range(0, len(hits), 30):
        some = hits[first : first + 30]
        made = letter(make_choice(*some, total=len(hits)))
        check(made)
        assert made.left_out == ()
        assert "$" not in "".join(line for line in made.body.text.split("\n") if "\\" in line)
