"""Fetch the two scripts written by others: htmx for the pages, axe-core for the tests.

    python scripts/vendor_scripts.py

Each comes from its npm package at the version named below, with its licence beside it. A test
compares the committed files with these checksums.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class Script:
    """One file of one package, and where it lies here."""

    package: str
    inside: str
    to: Path
    sha256: str


SCRIPTS: Final = (
    Script(
        "htmx.org@4.0.1",
        "dist/htmx.min.js",
        ROOT / "src/broadsheet/web/static/web/htmx.min.js",
        "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    ),
    Script(
        "axe-core@4.14.1",
        "axe.min.js",
        ROOT / "tests/browser/axe.min.js",
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    ),
)


def fetch(script: Script, npm: str) -> None:
    """Unpack one package and copy the file and its licence, refusing any other content."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([npm, "pack", "--silent", script.package], cwd=folder, check=True)  # noqa: S603
        (archive,) = folder.glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        source = folder / "package" / script.inside
        found = hashlib.sha256(source.read_bytes()).hexdigest()
        if found != script.sha256:
            sys.exit(f"{script.package}: {script.inside} is {found}, not {script.sha256}")
        script.to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, script.to)
        licence = script.to.with_name(script.to.name.split(".")[0] + "-LICENSE.txt")
        shutil.copyfile(folder / "package" / "LICENSE", licence)


def main() -> None:
    """Fetch both."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed: apt-get install npm")
    for script in SCRIPTS:
        fetch(script, npm)


if __name__ == "__main__":
    main()
