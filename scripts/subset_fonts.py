"""Cut the fonts that the pages use from their npm packages: run once, the results are committed.

    python scripts/subset_fonts.py

Fetches the packages named below with ``npm pack`` into a temporary folder, cuts each face to
its weight, optical size and letters, and writes woff2 files and licences to the web room's
static folder. Needs npm, and fonttools and brotli in the environment it
runs in: fonts are cut once, so the project does not carry these.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGES: Final = (
    "@fontsource-variable/newsreader@5.3.0",
    "@fontsource-variable/inter@5.3.0",
    "@fontsource/stix-two-math@5.3.0",
)
OUT: Final = Path(__file__).parents[1] / "src/broadsheet/web/static/web/fonts"
BUDGET_BYTES: Final = 115_000

LATIN: Final = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *map(ord, "ıŒœ–—‘’‚“”„•…′″‹›€™−⁄"),
}
LATIN_EXT: Final = {
    *map(ord, "ĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĢģĪīĮįİĶķĻļĽľŁłŃńŅņŇňŌōŐőŘřŚśŞşŠšŤťŪūŮůŰűŲųŹźŻżŽžȘșȚț"),
}

# Formulas: letters come from Newsreader; signs, Greek and the measures of the MATH table from
# STIX Two Math. Small Greek letters are variables and are drawn with their italic forms.
SIGNS: Final = {
    *map(ord, " √∑∏∫=+−±×·⋅∗∘≤≥≪≫≠≡≈∼≃≲≳∝∈⊂⊆∪∩∞∂∇→⊕⊗†′ℓℏ"),
    *map(ord, "ΓΔΘΛΞΠΣΥΦΨΩ"),
}
ITALIC: Final = {
    **{ord(a): 0x1D6FC + n for n, a in enumerate("αβγδεζηθικλμνξοπρςστυφχψω")},
    **dict(zip(map(ord, "ϵϑϰϕϱϖ"), range(0x1D716, 0x1D71C), strict=True)),
}
FEATURES: Final = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "pnum"]


@dataclass(frozen=True)
class Face:
    """One file to make: where from, which letters, and where on each axis."""

    name: str
    source: str
    letters: set[int]
    axes: dict[str, float | tuple[float, float]]


TEXT: Final = {"opsz": 16, "wght": 400}
HEAD: Final = {"opsz": 40, "wght": 500}
FACES: Final = (
    Face("newsreader-text", "newsreader-latin-opsz-normal", LATIN, TEXT),
    Face("newsreader-text-ext", "newsreader-latin-ext-opsz-normal", LATIN_EXT, TEXT),
    Face("newsreader-italic", "newsreader-latin-opsz-italic", LATIN, TEXT),
    Face("newsreader-italic-ext", "newsreader-latin-ext-opsz-italic", LATIN_EXT, TEXT),
    Face("newsreader-head", "newsreader-latin-opsz-normal", LATIN, HEAD),
    Face("stix-math", "stix-two-math-latin-400-normal", SIGNS | set(ITALIC), {}),
    Face("inter", "inter-latin-wght-normal", LATIN, {"wght": (400, 600)}),
    Face("inter-ext", "inter-latin-ext-wght-normal", LATIN_EXT, {"wght": 450}),
)


def fetch(folder: Path) -> None:
    """Unpack each package into a folder of its short name."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed: apt-get install npm")
    for package in PACKAGES:
        name = package.split("/")[1].partition("@")[0]
        subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True)  # noqa: S603
        (archive,) = folder.glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder / name, filter="data")
        archive.unlink()


def slant(font: TTFont) -> None:
    """Draw small Greek letters with the outlines of the mathematical italic ones."""
    glyphs = font.getBestCmap()
    for table in font["cmap"].tables:
        table.cmap.update({letter: glyphs[italic] for letter, italic in ITALIC.items()})


def cut(face: Face, folder: Path) -> bytes:
    """The face as woff2: letters first, then axes, so that no outline is computed in vain."""
    font = TTFont(next(folder.glob(f"*/package/files/{face.source}.woff2")))
    options = subset.Options()
    options.layout_features = FEATURES
    if "MATH" in font:
        slant(font)
        options.layout_features = []
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=face.letters)
    subsetter.subset(font)
    font.flavor = None
    middle = BytesIO()
    font.save(middle)
    middle.seek(0)
    font = TTFont(middle)
    if face.axes:
        font = instancer.instantiateVariableFont(font, face.axes)
    font.flavor = "woff2"
    done = BytesIO()
    font.save(done)
    return done.getvalue()


def main() -> None:
    """Make every face and stop if all together are over the budget."""
    OUT.mkdir(parents=True, exist_ok=True)
    total = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch(folder)
        for face in FACES:
            done = cut(face, folder)
            (OUT / f"{face.name}.woff2").write_bytes(done)
            total += len(done)
            print(f"{face.name:24}{len(done):>8,} bytes")  # noqa: T201
        for family in ("newsreader", "inter", "stix-two-math"):
            shutil.copyfile(folder / family / "package" / "LICENSE", OUT / f"{family}-OFL.txt")
    print(f"{'all':24}{total:>8,} bytes of {BUDGET_BYTES:,}")  # noqa: T201
    if total > BUDGET_BYTES:
        sys.exit("over the budget: leave out letters or a face")


if __name__ == "__main__":
    main()
