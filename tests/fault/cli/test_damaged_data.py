"""A catalogue that is damaged and a data folder that cannot be written: one line, and no more."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.servers import COMMAND, Server, broadsheet, environ, until

COMMANDS = [("status",), ("check",), ("index", "rebuild")]


@pytest.fixture(scope="module")
def backup(starter_data, tmp_path_factory):
    """A copy of the catalogue of the starter edition."""
    copy = tmp_path_factory.mktemp("backup") / "copy.sqlite3"
    assert broadsheet(starter_data, "backup", copy).returncode == 0
    return copy


@pytest.fixture
def data(starter_data, tmp_path):
    return Path(shutil.copytree(starter_data, tmp_path / "data"))


def garbled(catalogue):
    """All but the first page is noise."""
    kept = catalogue.read_bytes()[:4096]
    catalogue.write_bytes(kept + random.Random(1).randbytes(catalogue.stat().st_size - 4096))


def cut(catalogue):
    os.truncate(catalogue, catalogue.stat().st_size // 2)


def another_file(catalogue):
    catalogue.write_text("Dear Ada,\n" * 1_000)


DAMAGES = [garbled, cut, another_file]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_catalogue_is_told_in_one_line_with_what_to_do(data, damage, one_paper):
    damage(data / "catalogue.sqlite3")

    for command in (*COMMANDS, ("import", one_paper("axolotl")), ("serve",)):
        done = broadsheet(data, *command)
        assert (done.returncode, done.stdout) == (69, ""), command
        assert done.stderr == (
            f"The catalogue in {data} is not available. Its file is damaged."
            " Stop the server and put a copy made by broadsheet backup there.\n"
        )


def test_a_copy_that_is_put_back_is_all_there_and_is_followed(data, backup, one_paper):
    """As docs/install.md says it, after a server that was killed with its journal unwritten."""
    with Server(data) as server:
        assert broadsheet(data, "import", one_paper("axolotl")).returncode == 0
        server.process.kill()
        server.process.wait()
    garbled(data / "catalogue.sqlite3")

    for file in data.glob("catalogue.sqlite3*"):
        file.unlink()  # never written over: whoever still has it open would write it back
    shutil.copy(backup, data / "catalogue.sqlite3")
    rebuilt = broadsheet(data, "index", "rebuild")

    assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
    checked = broadsheet(data, "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    with Server(data) as server:
        until(lambda: server.finds("learning"), within_s=10)
        assert server.finds("axolotl") == 0


def test_a_copy_put_back_without_a_rebuild_is_noticed_by_the_follower(data, backup, one_paper):
    assert broadsheet(data, "import", one_paper("axolotl")).returncode == 0
    (data / "catalogue.sqlite3").unlink()
    shutil.copy(backup, data / "catalogue.sqlite3")

    with Server(data) as server:
        until(lambda: server.finds("learning") and not server.finds("axolotl"), within_s=10)
        assert broadsheet(data, "index", "check").returncode == 0


@pytest.fixture
def without_power():
    """What stands before a command that root runs, so that rights count for it too."""
    if os.geteuid():
        return []
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.parametrize("command", [*COMMANDS, ("serve",)], ids=" ".join)
def test_a_data_folder_that_cannot_be_written_is_told_in_one_line(data, without_power, command):
    for path in [data, *data.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = subprocess.run(
        [*without_power, str(COMMAND), *command],
        env=environ(data),
        capture_output=True,
        text=True,
        check=False,
    )
    for path in [data, *data.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)

    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr == (
        f"The catalogue in {data} is not available. This user cannot write there."
        " Set BROADSHEET_DATA to a folder that can be written.\n"
    )
