"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.turns import Turns

ROOT = Path(__file__).parents[1]
settings.register_profile("untimed", deadline=None)  # a busy machine is slow by turns
settings.load_profile("untimed")
_TURNS = pytest.StashKey[Turns]()


def pytest_configure(config: pytest.Config) -> None:
    if run := os.environ.get("PYTEST_XDIST_TESTRUNUID"):  # one of several processes
        config.stash[_TURNS] = Turns(run)


def pytest_unconfigure(config: pytest.Config) -> None:
    if turns := config.stash.get(_TURNS, None):
        turns.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Some tests measure time in which others would share the processors."""
    turns = item.config.stash.get(_TURNS, None)
    if turns is None:
        return (yield)
    with turns.taken(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real papers and tasks; without it a test is skipped, in CI it fails."""
    folder = Path(os.environ.get("BROADSHEET_SHARED") or ROOT.parent / "shared").resolve()
    if (folder / "corpus").is_dir():
        return folder
    reason = f"no shared data at {folder}; set BROADSHEET_SHARED to the folder that holds it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
