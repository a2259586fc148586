"""What ``make setup`` says where something is missing, and that it does nothing twice."""

import os
import shutil
import subprocess
import sys
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
    (tmp_path / "requirements.lock").write_text("absent @ file:///nowhere/absent-1.whl\n")
    done = checkout(f'exec {sys.executable} "$@"')

    assert done.returncode == 1
    assert "Run the same command to go on" in done.stderr
    assert not list(tmp_path.glob(".venv/installed-*"))
