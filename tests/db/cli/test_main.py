"""The list of commands, and what is said to those who mistype one."""

import re

import pytest

import broadsheet

COMMANDS = [
    "demo",
    "serve",
    "import",
    "search",
    "explain",
    "show",
    "merge",
    "split",
    "index",
    "sources",
    "sync",
    "ledger",
    "worker",
    "jobs",
    "mail",
    "digest",
    "webhook",
    "operator",
    "eval",
    "status",
    "config",
    "check",
    "backup",
    "verify",
]


def test_help_names_all_commands_in_the_order_of_use_and_fits(command):
    said = command("--help")

    listed = said.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS
    assert all(line.endswith(".") and not line.endswith("...") for line in listed), listed
    assert max(map(len, said.out.splitlines())) <= 80
    assert said.code == 0


@pytest.mark.parametrize("name", [*COMMANDS, "index status", "index rebuild", "index check"])
def test_every_command_has_help(command, name):
    said = command(*name.split(), "--help")

    assert said.code == 0
    assert f"Usage: broadsheet {name} " in said.out


def test_the_version(command):
    assert command("--version").out == f"broadsheet {broadsheet.__version__}\n"


@pytest.mark.parametrize("args", [["sreve"], ["serve", "--prot", "1"], ["serve", "--port", "0"]])
def test_what_is_not_understood_leaves_with_2(command, args):
    said = command(*args)

    assert (said.code, said.out) == (2, "")
    assert re.search(r"^(Error|Usage): ", said.err, re.MULTILINE)
    assert "Traceback" not in said.err


def test_without_a_command_the_list_is_shown(command):
    said = command()

    assert "Commands:" in said.out + said.err
