"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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
