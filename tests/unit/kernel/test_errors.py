"""Errors: two voices, distinct codes, messages that can always be filled."""

import inspect
from string import Formatter

import pytest

from broadsheet.kernel import errors
from broadsheet.kernel.errors import BroadsheetError, NotFound

ALL = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, BroadsheetError)
]


def test_the_reader_hears_only_the_facts_that_the_message_names():
    error = NotFound(kind="paper", name="2401.00001", path="/srv/secret.sqlite3")

    assert error.user_message == "There is no paper called 2401.00001."
    assert "/srv/secret.sqlite3" in str(error)
    assert error.facts["path"] == "/srv/secret.sqlite3"


def test_codes_are_unique_and_every_cause_has_an_exit_code_of_its_own():
    assert len({error.code for error in ALL}) == len(ALL)
    causes = [error for error in ALL if "exit" in vars(error)]
    assert len({error.exit for error in causes}) == len(causes)
    assert 0 not in {error.exit for error in ALL}


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_a_message_is_a_sentence_that_can_be_filled(error):
    names = [name for _, name, _, _ in Formatter().parse(error.message) if name is not None]

    assert all(name.isidentifier() for name in names)
    filled = error(**dict.fromkeys(names, "x")).user_message
    assert filled[0].isupper() or error.message.startswith("{")
    assert filled.endswith((".", "PORT=.", "x"))


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_the_tree_at_the_top_of_the_module_names_every_error_and_its_numbers(error):
    (line,) = [line for line in errors.__doc__.splitlines() if f" {error.__name__} " in f" {line} "]

    assert f"exit {error.exit}" in line
    assert error.status == 500 or f"status {error.status}" in line
