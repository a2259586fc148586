"""What ``make setup`` says where something is missing, and that it does nothing twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path):
    """A folder with what setup reads, and a way to run it with an interpreter of our making."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/setup.sh", tmp_path / "scripts")
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("")

    def run(interpreter: str) -> subprocess.CompletedProcess[str]:
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\n{interpreter}\n")
        python.chmod(0o755)
        return subprocess.run(
            [str(tmp_path / "scripts/setup.sh")],
            env=os.environ | {"PYTHON": str(python)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_python_that_is_too_old_is_named_with_the_command_that_installs_a_newer_one(checkout):
    done = checkout('[ "$1" = -V ] && echo Python 3.9.2 || exit 1')

    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_missing_venv_is_named_with_the_command_that_installs_it(checkout, tmp_path):
    fake = tmp_path / "python"
    done = checkout(f'case "$2" in *ensurepip*) exit 1;; *executable*) echo {fake};; esac; exit 0')

    assert done.returncode == 1
    assert "Python's venv is missing" in done.stderr
    assert "apt-get install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_failed_installation_leaves_no_stamp_and_says_how_to_go_on(checkout, tmp_path):
    fake = tmp_path / "python"
    installing_fails = 'case "$*" in *install*) exit 1;; esac'
    done = checkout(
        f"""case "$2" in
        *executable*) echo {fake};;
        venv) mkdir -p .venv/bin; echo '{installing_fails}' >.venv/bin/python
              chmod +x .venv/bin/python;;
        esac"""
    )

    assert done.returncode == 1
    assert "Run the same command to go on" in done.stderr
    assert (tmp_path / ".venv/made-for").exists()
    assert not list(tmp_path.glob(".venv/installed-*"))


def test_what_is_installed_is_not_installed_again_until_the_lock_changes(checkout, tmp_path):
    fake = tmp_path / "python"
    python = f"""case "$2" in
        *executable*) echo {fake};;
        venv) mkdir -p .venv/bin; echo 'echo "$*" >>pip.log' >.venv/bin/python
              chmod +x .venv/bin/python;;
        esac"""

    runs = []
    for lock in ("", "", "# changed"):
        (tmp_path / "requirements.lock").write_text(lock)
        (tmp_path / "pip.log").unlink(missing_ok=True)
        assert checkout(python).returncode == 0
        runs.append((tmp_path / "pip.log").read_text().count("--require-hashes"))
    assert runs == [1, 0, 1]
