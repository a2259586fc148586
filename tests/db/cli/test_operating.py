"""``broadsheet operator``: who may sign in under /admin/."""

import io
import sys
from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.people.models import User

PASSWORD = "seven lichens on a wall"


@pytest.fixture
def type_in(monkeypatch):
    """Let standard input hold a text."""

    def hold(text):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return hold


def test_an_operator_is_added_listed_and_removed(command, type_in):
    type_in(f"{PASSWORD}\n")
    assert command("operator", "add", "ada", "--password-stdin").out == (
        "ada may sign in at /admin/.\n"
    )
    assert User.objects.get().check_password(PASSWORD)
    assert command("operator", "list").out == "ada, never signed in\n"
    User.objects.update(last_login=NOW - timedelta(days=1))
    assert command("operator", "list").out == "ada, signed in 2026-08-14 12:00 UTC\n"
    assert [row["name"] for row in command("operator", "list", "--json").data] == ["ada"]
    assert command("operator", "remove", "ada").out == "ada may no longer sign in.\n"
    assert command("operator", "list").out == (
        "There is no operator yet. Add one: broadsheet operator add NAME\n"
    )


def test_the_password_is_asked_for_twice_on_a_terminal(command, monkeypatch):
    asked = []

    def prompt(text, **options):
        asked.append((text, options))
        return PASSWORD

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", prompt)

    assert command("operator", "add", "ada").code == 0
    assert asked == [("Password", {"hide_input": True, "confirmation_prompt": "Once more"})]


NO_TERMINAL = "it is asked for on a terminal; give it on stdin with --password-stdin."
TOO_SHORT = "this password is too short. It must contain at least 12 characters."


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("add", "ada"), 78, f"The password cannot be used: {NO_TERMINAL}"),
        (("add", "ada", "--password-stdin"), 78, f"The password cannot be used: {TOO_SHORT}"),
        (("remove", "ada"), 66, "There is no operator called ada."),
    ],
)
def test_what_cannot_be_done_is_told(command, type_in, args, code, said):  # noqa: PLR0917
    type_in("qx7-lichen\n")
    found = command("operator", *args)

    assert (found.code, found.err.replace("\n", " ").strip()) == (code, said)
    assert not User.objects.exists()


def test_one_name_is_one_operator(command, type_in):
    for code, typed in ((0, PASSWORD), (64, "another password to try")):
        type_in(f"{typed}\n")
        assert command("operator", "add", "ada", "--password-stdin").code == code
    assert User.objects.get().check_password(PASSWORD)
