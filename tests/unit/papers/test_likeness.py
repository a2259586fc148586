"""Which records speak of one work."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.papers import authors, likeness
from broadsheet.sources.contract import Record

TITLE = "Counting Sheep: Sleep and the Natural Numbers"
LONG = " ".join(f"lichen{n} grows slowly over stone{n}" for n in range(12))
OTHER = " ".join(f"magnet{n} turns quickly beneath water{n}" for n in range(12))
PEOPLE = ("Ada Lovelace", "Grace Hopper", "Kurt Gödel")


def record(**facts):
    return Record(
        **{
            "source": "jsonl",
            "origin": "arxiv",
            "source_id": "1",
            "seen_at": datetime(2026, 1, 1, tzinfo=UTC),
            "raw": b"",
            "title": TITLE,
            "authors": PEOPLE,
            "published": "2026-01-05",
        }
        | facts
    )


def verdict(one, other):
    found = likeness.compare(record(**one), record(**other))
    return found and found.verdict


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, "one"),
        ({}, {"title": "COUNTING SHEEP – sleep & the natural numbers!"}, "one"),
        ({}, {"title": r"Counting \emph{Sheep}: Sleep and the $Natural$ Numbers"}, "one"),
        ({}, {"title": f"[RETRACTED] {TITLE}"}, "one"),
        ({}, {"authors": ("K. Godel", "Hopper, G.", "A. Lovelace")}, "one"),
        ({}, {"authors": PEOPLE[:2]}, "one"),
        ({"authors": PEOPLE[:1]}, {"authors": ("Lovelace Ada",)}, "one"),
        ({"authors": PEOPLE[:1]}, {"authors": ("Bob Lovelace",)}, None),
        ({}, {"authors": ("Alan Turing", "Alonzo Church")}, None),
        ({}, {"authors": ("Alan Turing", "Grace Hopper")}, "near"),
        ({}, {"published": "2029"}, "one"),
        ({}, {"published": "2030"}, "near"),
        ({}, {"published": ""}, "one"),
        ({"authors": PEOPLE[:1]}, {"authors": PEOPLE[:1], "published": "2028"}, "near"),
        ({"abstract": LONG}, {"abstract": OTHER}, "near"),
        ({"title": "Lichen"}, {"title": "Lichen"}, "near"),
        ({"title": "Lichen"}, {"title": "Lichen", "abstract": LONG}, "near"),
        ({"title": "On lichen"}, {"title": "On lichen"}, "one"),
        ({"title": "On lichen"}, {"title": "On lichen", "authors": ("A. Lovelace",)}, "near"),
    ],
)
def test_equal_titles_need_authors_years_and_abstracts_that_agree(one, other, expected):
    assert verdict(one, other) == expected


@pytest.mark.parametrize(
    "title", ["Introduction", "Preface", "Editorial", "Book Reviews", "Invited talk 2"]
)
def test_a_title_that_every_volume_has_says_nothing(title):
    assert verdict({"title": title}, {"title": title}) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Counting Sheep", TITLE, "one"),
        ("Counting Goats: Sleep and other Numbers", TITLE, "near"),
        ("Towards Counting Sheep: Sleep and the Natural Numbers", TITLE, "one"),
        ("Counting Sheeps: Sleep and the Natural Numbers", TITLE, "one"),
        (f"{TITLE} (Extended Abstract)", TITLE, None),
        (f"Erratum: {TITLE}", TITLE, None),
        (f"Comment on {TITLE}", TITLE, None),
        (f"{TITLE}, Part I", f"{TITLE}, Part II", None),
        (f"{TITLE} 2", f"{TITLE} 3", None),
        ("Quite another thing about goats", TITLE, None),
    ],
)
def test_titles_that_differ_need_every_author_and_the_same_abstract(one, other, expected):
    facts = {"abstract": LONG}

    assert verdict(facts | {"title": one}, facts | {"title": other}) == expected
    assert verdict({"title": one}, {"title": other}) is None


def test_a_side_without_authors_joins_weakly_by_the_very_same_title():
    found = likeness.compare(record(), record(authors=()))

    assert (found.verdict, found.weak) == ("one", True)
    assert verdict({}, {"authors": (), "published": "2028"}) is None


def test_a_weak_likeness_gives_way_where_another_record_of_the_paper_differs():
    weak = likeness.Likeness("one", "title only", "", weak=True)
    firm = likeness.Likeness("one", "title", "")

    assert likeness.together([weak]) == weak
    assert likeness.together([weak, None]) is None
    assert likeness.together([None, firm, weak]) == firm


def test_the_evidence_says_what_was_compared():
    found = likeness.compare(record(abstract=LONG), record(abstract=LONG, published="2025"))

    assert found.evidence == (
        "equal title, 3 of 3 authors shared, 100% of the shorter abstract's words in the other;"
        " years 2025 and 2026"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Günther Görz", "G. Goerz"),
        ("Li Wei", "Wei Li"),
        ("Ludwig van Beethoven", "Beethoven, L. van"),
        ("A. Emin Orhan", "Emin Orhan"),
        (r"Erd\H{o}s, P.", "Paul Erdős"),
    ],
)
def test_one_person_is_written_in_many_ways(one, other):
    found = authors.shared((one,), (other,))

    assert (found.found, found.first) == (1, True)


def test_the_key_of_a_list_of_authors_knows_no_order():
    assert authors.key(PEOPLE) == authors.key(tuple(reversed(PEOPLE))) != authors.key(PEOPLE[:2])
    assert authors.key(()) == ""
    assert authors.key(("Ada Lovelace",)) != authors.key(("Bob Lovelace",))


said = st.builds(
    SimpleNamespace,
    title=st.sampled_from((TITLE, "On lichen", "Counting Sheep", f"{TITLE}, Part I", "Preface")),
    authors=st.lists(st.sampled_from((*PEOPLE, "A. Lovelace", "Wei Li", "Li Wei")), max_size=4),
    published=st.sampled_from(("", "2024", "2026-01", "2031-05-06")),
    abstract=st.sampled_from(("", LONG, OTHER, LONG[: len(LONG) // 2])),
)


@given(said, said)
def test_the_comparison_is_symmetric(one, other):
    first = record(**vars(one) | {"authors": tuple(one.authors)})
    second = record(**vars(other) | {"authors": tuple(other.authors)})

    assert likeness.compare(first, second) == likeness.compare(second, first)
