"""What of a query asks for a meaning, and what binds it."""

import pytest

from broadsheet.search.language.meaning import binding, question
from broadsheet.search.language.parse import parse


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", ""),
        ("cat:cs.CL has:code", ""),
        ("fast cars", "fast cars"),
        ("fast fast cars", "fast fast cars"),
        ('cars "open road" -slow', "cars open road"),
        ("cars title:road author:ada", "cars road"),
        ("cars OR boats", "cars boats"),
    ],
)
def test_a_question_is_the_words_asked_for(query, asked):
    assert question(parse(query).tree) == asked


@pytest.mark.parametrize(
    ("query", "binds"),
    [
        ("fast cars", None),
        ("cars -slow", "-slow"),
        ('cars "open road" cat:cs.RO', '"open road" cat:cs.RO'),
        ("cars date:2024 author:ada", "date:2024 author:ada"),
        ("cars OR boats", None),
        ("boats OR cat:cs.RO", None),
        ('"big boats" OR cat:cs.RO', '"big boats" OR cat:cs.RO'),
        ("(cars cat:cs.RO) OR (boats cat:cs.CV)", "cat:cs.RO OR cat:cs.CV"),
        ("(cars OR boats) has:code", "has:code"),
        ("-(slow cars)", "-(slow cars)"),
    ],
)
def test_free_words_bind_nothing_and_the_rest_does(query, binds):
    found = binding(parse(query).tree)

    assert found == (parse(binds).tree if binds else None)
