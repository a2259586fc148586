"""What holds for every query: reading and printing, what binds, what is asked for."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.search.language.describe import describe
from broadsheet.search.language.holds import Paper
from broadsheet.search.language.matching import loosened
from broadsheet.search.language.meaning import binding, question
from broadsheet.search.language.parse import parse
from broadsheet.search.language.tree import And, Not, Or, Words, wanted
from broadsheet.search.testing import MADE

FREE = ("crowds", "robots", "large", "the", "gronwall", "young", "walrus")
CONDITIONS = (
    *('"large crowds"', '"crowds"', "title:priming", "abs:nothing", 'author:"yann lecun"'),
    *("author:young", "cat:cs", "cat:math.*", "org:acme-lab", "has:code", "id:2401.00001"),
    *("date:2024", "date:..2003", "date:2024-02..", 'title:"who and what"'),
)


def grouped(parts):
    """One query of several: side by side, either, or neither, as the grammar writes it."""
    several = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        several.map(" ".join),
        several.map(lambda nodes: f"({' '.join(nodes)})"),
        several.map(lambda nodes: f"({' OR '.join(nodes)})"),
        several.map(" AND ".join).map("({})".format),
        parts.map("-({})".format),
        parts.map("NOT {}".format),
    )


conditions = st.sampled_from(CONDITIONS)
queries = st.recursive(st.one_of(st.sampled_from(FREE), conditions), grouped, max_leaves=8)
conditions_only = st.recursive(conditions, grouped, max_leaves=6)
any_text = st.text(st.characters(exclude_categories=()), max_size=60)  # halves of characters too


def leaves(node):
    """What a tree is made of, with whether it stands under a Not."""
    match node:
        case And() | Or():
            return [leaf for part in node.nodes for leaf in leaves(part)]
        case Not():
            return [(leaf, True) for leaf, _ in leaves(node.node)]
        case _:
            return [] if node is None else [(node, False)]


@given(queries)
def test_what_the_grammar_allows_is_read_without_a_word(text):
    parsed = parse(text)

    assert parsed.problems == ()
    assert parse(str(parsed)) == parsed


@example("", "crowds", "\ud800", 90)
@given(any_text, st.sampled_from(FREE + CONDITIONS), any_text, st.sampled_from([1, 2, 90]))
def test_nothing_typed_is_an_error_and_all_that_is_read_can_be_sent(before, query, after, times):
    parsed = parse(f"{before}{query} {after} " * times)

    str(parsed).encode()
    " ".join((*parsed.problems, describe(parsed.tree, parsed.likes))).encode(errors="surrogatepass")
    question(parsed.tree).encode()
    assert str(parse(str(parsed))) == str(parsed)


@given(queries)
def test_free_words_bind_nothing(text):
    tree = parse(text).tree
    bound = binding(tree)

    assert not any(isinstance(leaf, Words) and not under for leaf, under in leaves(bound))
    assert binding(bound) == bound


@given(conditions_only)
def test_conditions_bind_whole(text):
    tree = parse(text).tree

    assert binding(tree) == tree


@given(queries, st.sampled_from(MADE))
def test_a_paper_that_matches_is_one_that_is_bound_and_loosely_matches_too(text, document):
    tree = parse(text).tree
    paper = Paper(document)

    if paper.holds(tree):
        assert paper.holds(binding(tree))
        assert paper.holds(loosened(tree))


@given(queries)
def test_a_question_is_every_word_wanted_and_none_other(text):
    tree = parse(text).tree
    kept = [leaf for leaf, under in leaves(tree) if not under]
    asked = question(tree).split()

    for leaf in wanted(tree):
        assert leaf in kept
        words = leaf.words if isinstance(leaf, Words) else leaf.text.split()
        if getattr(leaf, "field", "") != "author":
            for word in words:
                asked.remove(word)
    assert asked == []


@given(queries, queries, st.sampled_from(MADE))
def test_side_by_side_is_both_and_or_is_either(one, other, document):
    paper = Paper(document)
    first, second = paper.holds(parse(one).tree), paper.holds(parse(other).tree)

    assert paper.holds(parse(f"({one}) OR ({other})").tree) == (first or second)
    both = parse(f"({one}) ({other})").tree
    if not any(isinstance(leaf, Words) for leaf, _ in leaves(both)):
        assert paper.holds(both) == (first and second)


@pytest.mark.parametrize("document", MADE, ids=lambda document: document.key)
@given(queries)
def test_what_is_not_excluded_is_there_or_not(document, text):
    paper = Paper(replace(document, authors=()))  # an exclusion means the word, never the name

    assert paper.holds(parse(f"-({text})").tree) != paper.holds(parse(text).tree)
