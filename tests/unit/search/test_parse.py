"""The grammar: what is typed, the tree it becomes, the problems it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.identifiers import Identifier
from broadsheet.search.language.parse import DEEPEST, LONGEST, MOST_TERMS, parse
from broadsheet.search.language.tree import (
    And,
    Category,
    Code,
    Dates,
    Named,
    Not,
    Or,
    Organization,
    Phrase,
    Term,
    Words,
    wanted,
)

A, B, C = Words(("a",)), Words(("b",)), Words(("c",))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  !? - ", None),
        ("deep learning", Words(("deep", "learning"))),
        ("deep deep", Words(("deep", "deep"))),
        ('"behavior priming"', Phrase("behavior priming")),
        ("“behavior priming”", Phrase("behavior priming")),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("-b a", And((A, Not(B)))),
        ("--a", Not(A)),
        ("NOT (NOT a)", A),
        ("a OR b", Or((A, B))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("(a OR b) AND c", And((C, Or((A, B))))),
        ("a (b c)", Words(("a", "b", "c"))),
        ("O(n log n)", Words(("O", "n", "log", "n"))),
        ("f(x)", Words(("f(x)",))),
        ("or and not", Words(("or", "and", "not"))),
        ("title:graphs", Term("title", "graphs")),
        ("title: graphs", Term("title", "graphs")),
        ("title：graphs", Term("title", "graphs")),
        ('abs:"neural nets"', Phrase("neural nets", "abs")),
        ("title:(a OR b)", Or((Term("title", "a"), Term("title", "b")))),
        ("title:(a b)", And((Term("title", "a"), Term("title", "b")))),
        ("author:(lecun -hinton)", And((Term("author", "lecun"), Not(Term("author", "hinton"))))),
        ("-title:a", Not(Term("title", "a"))),
        ("cat:cs.CL", Category("cs.CL")),
        ("org:acme", Organization("acme")),
        ('org:"Acme Lab"', Organization("Acme Lab")),
        ("has:code", Code()),
        ("-HAS:CODE", Not(Words(("HAS:CODE",)))),  # fields are lower case
        ("has:Code", Code()),
        ("id:2401.00001v2", Named(Identifier("arxiv", "2401.00001"))),
        ("id:10.1016/0370(94)5", Named(Identifier("doi", "10.1016/0370(94)5"))),
        ("https://arxiv.org/abs/2401.00001v2", Named(Identifier("arxiv", "2401.00001"))),
        ("date:2024", Dates("2024", "2024")),
        ("date:2024-01..2024-06", Dates("2024-01", "2024-06")),
        ("date:2024…2025", Dates("2024", "2025")),
        ("date:2024-01-05..", Dates("2024-01-05", "")),
        ("date:..2024", Dates("", "2024")),
    ],
)
def test_what_is_typed_is_read_so(text, tree):
    assert parse(text).tree == tree


@pytest.mark.parametrize(
    ("text", "tree", "problem"),
    [
        ('a "b', And((A, Phrase("b"))), "never closed"),
        ("(a", A, "never closed"),
        ("a) b", Words(("a", "b")), "without an opening one"),
        ("AND a", A, "both sides"),
        ("a OR", A, "both sides"),
        ("a AND OR b", And((A, B)), "both sides"),
        ("a NOT", A, "after it"),
        ("title:", None, "needs a word"),
        ("title: AND a", A, "needs a word"),
        (
            "autor:smith",
            Words(("autor:smith",)),
            "no field autor: here, so it was read as a word. The fields are title:",
        ),
        ("has:wings", None, "has:code"),
        ("date:soon a", A, "no date"),
        ("date:2024-13", None, "no date"),
        ("date:..", None, "needs a date"),
        ("date:2025..2024", Dates("2024", "2025"), "put in order"),
        ("id:nobody a", A, "no identifier"),
        ('cat:"" a', A, "needs a category"),
    ],
)
def test_a_mistake_is_explained_and_the_rest_is_read(text, tree, problem):
    parsed = parse(text)

    assert parsed.tree == tree
    assert any(problem in sentence for sentence in parsed.problems), parsed.problems


@pytest.mark.parametrize("text", ["deep learning", "https://example.org/a", "a: b", "std::vector"])
def test_what_is_no_mistake_is_not_explained(text):
    assert parse(text).problems == ()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('"{}"', lambda words: Phrase(" ".join(words))),
        ('title:"{}"', lambda words: Phrase(" ".join(words), "title")),
        ("-title:({})", lambda words: Not(And(tuple(Term("title", word) for word in words)))),
    ],
)
def test_a_phrase_counts_by_its_words(text, tree):
    words = [f"w{number}" for number in range(MOST_TERMS + 9)]
    parsed = parse(text.format(" ".join(words)))

    assert parsed.tree == tree(words[:MOST_TERMS])
    assert "first 64" in parsed.problems[0]


def test_a_word_counts_by_its_parts():
    words = tuple(f"w{number}" for number in range(MOST_TERMS + 9))

    assert parse(".".join(words)).tree == Words(words[:MOST_TERMS])
    assert parse(f"a {'语' * MOST_TERMS} has:code").tree == Words(("a", *"语" * (MOST_TERMS - 1)))


def test_limits_are_kept_and_explained():
    long, many = "word " * LONGEST, "a " * (MOST_TERMS + 1)
    deep = "(" * (DEEPEST + 1) + "x" + ")" * (DEEPEST + 1) + " y"

    assert "characters" in parse(long).problems[0]
    assert parse(many).tree == Words(("a",) * MOST_TERMS)
    assert "first 64" in parse(many).problems[0]
    assert parse(deep).tree == Words(("y",))
    assert "deep" in parse(deep).problems[0]
    assert parse("(" * DEEPEST + "x" + ")" * DEEPEST).tree == Words(("x",))


fragments = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "a",
                "b",
                "AND",
                "OR",
                "NOT",
                "(",
                ")",
                "-",
                '"',
                "title:",
                "author:",
                "cat:",
                "id:",
                "org:",
                "has:code",
                "date:2024",
                "..",
                "2024-01",
                ":",
                "“x”",
                "“",
                "”",
                "，",
                "（",
                "）",
                "：",
                "",
                "f(x)",
                "a(b",
                "2401.00001",
                "10.1/x(y)",
                "https://a.org/b(c",
                "state-of-the-art",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=25,
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda glue: glue.join(parts)))


@given(fragments)
def test_printing_and_reading_again_gives_the_same_tree(text):
    tree = parse(text).tree
    again = parse(str(tree)) if tree else parse("")

    assert again.tree == tree
    assert all(sentence.startswith("There is no field") for sentence in again.problems)


def test_only_what_is_asked_for_is_wanted():
    tree = parse('a -b (title:c OR -"d e") cat:cs').tree

    assert list(wanted(tree)) == [A, Term("title", "c")]
