"""Tables, phrases, near words, acronyms and offers, each by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.search.contract import Acronym
from broadsheet.search.language.parse import parse
from broadsheet.search.suggesting import acronyms, completing, tables
from broadsheet.search.suggesting.learned import KEYS, name_keys
from broadsheet.search.suggesting.nearness import Nearness
from broadsheet.search.suggesting.offers import offers
from broadsheet.search.suggesting.phrases import Wording

word = st.text("abcé-", min_size=1, max_size=12)
counts = st.dictionaries(word, st.integers(1, 9), max_size=20)


def own(text):
    return (text,)


@settings(deadline=None)
@given(counts, word)
def test_a_table_finds_exactly_what_begins_so_the_commonest_first(entries, begun):
    found = tables.table(entries, own).begun(begun, 100)

    assert {one.text for one in found} == {text for text in entries if text.startswith(begun)}
    assert [one.count for one in found] == sorted((one.count for one in found), reverse=True)
    assert all(entries[one.text] == one.count for one in found)


@settings(deadline=None)
@given(counts, word)
def test_a_table_finds_a_key_and_no_longer_one(entries, key):
    found = tables.table(entries, own).exactly(key)

    assert [one.text for one in found] == [text for text in entries if text == key]


@settings(deadline=None, max_examples=15)  # each writes to the disk
@given(counts)
def test_a_table_comes_back_from_its_file_as_it_was(tmp_path_factory, entries):
    path = tmp_path_factory.mktemp("tables") / "file"
    made = tables.table(entries, own)
    tables.write(path, {"one": made, "none": tables.table({}, own)}, {"upto": 7})
    found, facts = tables.read(path, {"one": own, "none": own})

    assert facts == {"upto": 7}
    assert [found["one"].entry(n) for n in range(len(made))] == [
        made.entry(n) for n in range(len(made))
    ]
    assert (len(found["none"]), found["none"].begun("a", 5)) == (0, [])
    assert [one.name for one in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Yann LeCun", ("yann lecun", "lecun yann")),
        ("LeCun, Yann", ("yann lecun", "lecun yann")),
        ("Plato", ("plato",)),
        (
            "Ludwig van Beethoven",
            ("ludwig van beethoven", "beethoven ludwig van", "van beethoven ludwig"),
        ),
        (":", ()),
    ],
)
def test_a_name_is_found_by_either_of_its_ends(name, keys):
    assert name_keys(name) == keys


def osa(one: str, other: str) -> int:
    """Optimal string alignment, as the textbook writes it."""
    rows = [
        [max(i, j) if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abcd", min_size=1, max_size=7), st.integers(1, 9), max_size=30),
    st.text("abcd", min_size=1, max_size=7),
    st.integers(1, 2),
)
def test_near_words_are_those_so_many_edits_away(words, typed, edits):
    found = Nearness(tables.table(words, own)).near(typed, edits, least=3)

    assert {(one.word, one.edits) for one in found} == {
        (other, osa(typed, other))
        for other, count in words.items()
        if count >= 3 and 0 < osa(typed, other) <= edits
    }


@settings(deadline=None)
@given(st.text("abc", min_size=4, max_size=14), st.integers(0, 13), st.sampled_from("dit"))
def test_a_beginning_with_one_edit_is_near(key, place, how):
    at = place % (len(key) - 1)
    typed = {
        "d": key[:at] + key[at + 1 :],
        "i": key[:at] + "z" + key[at:],
        "t": key[:at] + key[at + 1] + key[at] + key[at + 2 :],
    }[how]

    assert completing.is_near(f"{key} and more", typed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We use retrieval-augmented generation (RAG).",
            [("RAG", "retrieval-augmented generation")],
        ),
        ("Large language models (LLMs) are large.", [("LLM", "Large language models")]),
        ("a mixture of experts (MoE; see below)", [("MoE", "mixture of experts")]),
        (
            "We use RAG (retrieval-augmented generation).",
            [("RAG", "retrieval-augmented generation")],
        ),
        ("an active galactic nucleus (AGN) (see there)", [("AGN", "active galactic nucleus")]),
        ("Bidirectional encoders, graph neural networks (GNN)", [("GNN", "graph neural networks")]),
        ("the Internet of Things (IoT)", [("IoT", "Internet of Things")]),
        ("as we know (see above) of it (i) and (ii) (2024)", []),
        ("New York (NYC)", []),
        ("something else (XYZ)", []),
        ("for the $K$-means (KM)", []),
        ("((((", []),
        ("(A) (BC)", []),
    ],
)
def test_acronyms_are_read_where_they_are_defined(text, expected):
    assert list(acronyms.pairs(text)) == expected


@settings(deadline=None)
@given(st.text(max_size=200))
def test_reading_acronyms_takes_any_text(text):
    for short, long in acronyms.pairs(f"{text} ({text[:12]}) (RAG) {text}"):
        assert len(long) > len(short) >= 2


def phrases(*papers, times=3):
    wording = Wording()
    for number in range(times):
        for title, abstract in papers:
            filler = " ".join(f"word{number}x{n}" for n in range(60))
            wording.add(title, f"{abstract} {filler}")
    return wording.phrases(times * len(papers))


def test_phrases_are_shown_as_most_often_written():
    found = phrases(
        ("Bose-Einstein Condensate", "A Bose-Einstein condensate is cold."),
        ("On Bose Einstein condensates", "We see a Bose-Einstein condensate."),
    )

    assert found == {"Bose-Einstein condensate": 12}


def test_phrases_keep_within_a_clause_and_end_with_no_stop_word():
    found = phrases(
        ("Mixture of experts, dense layers", "A mixture of experts. Dense layers of it.")
    )

    assert set(found) == {"Mixture of experts", "mixture of experts"} & set(found) | {
        "dense layers"
    }
    assert sum("of experts" in text.lower() for text in found) == 1


def test_a_piece_of_a_longer_phrase_is_no_phrase():
    found = phrases(("graph neural networks", "These graph neural networks learn."))

    assert set(found) == {"graph neural networks"}


def test_both_spellings_of_a_phrase_are_one():
    found = phrases(
        ("colour vision", "the colour vision of bees"), ("color vision", "its colour vision")
    )

    assert found == {"colour vision": 12}


def test_no_papers_make_no_phrases():
    wording = Wording()

    assert (wording.phrases(0), wording.words(1)) == ({}, {})


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=120)), max_size=5))
def test_any_text_can_be_learned_from(papers):
    found = phrases(*papers)

    assert all(count >= 3 and KEYS["phrase"](text)[0] for text, count in found.items())


RAG = Acronym(short="RAG", long="retrieval-augmented generation", papers=40)
SAM = Acronym(short="SAM", long="segment anything model", papers=9)


def known(text):
    return {
        "RAG": (RAG,),
        "retrieval augmented generation": (RAG,),
        "retrieval-augmented generation": (RAG,),
        "SAM": (SAM, Acronym(short="SAM", long="self-assembled monolayer", papers=3)),
    }.get(text, ())


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("RAG", ['RAG OR "retrieval-augmented generation"']),
        ("RAG survey", ['survey (RAG OR "retrieval-augmented generation")']),
        ("retrieval augmented generation", ['"retrieval augmented generation" OR RAG']),
        (
            "retrieval-augmented generation robots",
            ['robots ("retrieval-augmented generation" OR RAG)'],
        ),
        ('"retrieval-augmented generation"', ['"retrieval-augmented generation" OR RAG']),
        (
            "SAM",
            ['SAM OR "segment anything model"', 'SAM OR "self-assembled monolayer"'],
        ),
        ("RAG cat:cs.CL", ['(RAG OR "retrieval-augmented generation") cat:cs.CL']),
        ("-RAG robots", []),
        ("author:RAG", []),
        ("generation", []),
    ],
)
def test_offers_are_questions_that_find_either(asked, offered):
    found = offers(parse(asked).tree, known)

    assert [str(one.node) for one in found] == offered
    assert [parse(str(one.node)).tree for one in found] == [one.node for one in found]
