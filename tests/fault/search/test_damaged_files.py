"""Files of an index that are not what was written: no process dies of them, and a check tells."""

import random
import shutil
import subprocess
import sys

import pytest
from tests.fault.search.steps import NEW, look, paper, step

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend

STEPS = 20
ROWS = NEW + (NEW + 1) * (STEPS - 1)
VECTORS = (".f16", ".ids", ".rows")
SUMMED = (".del", ".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", *VECTORS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An index of several segments, with papers rewritten and gone."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    backend = LocalBackend(folder, bundled())
    for number in range(1, STEPS + 1):
        documents, gone = step(number)
        backend.apply(documents, gone, number)
    backend.close()
    assert {path.suffix for path in folder.iterdir()} >= {*SUMMED}
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """An index of other papers, with as many rows."""
    folder = tmp_path_factory.mktemp("other") / "index"
    backend = LocalBackend(folder, bundled())
    backend.apply([paper(STEPS + 1, number) for number in range(ROWS)], (), STEPS)
    backend.close()
    return folder


@pytest.fixture
def copied(whole, tmp_path):
    """Copy the index, to damage it."""
    return lambda name: shutil.copytree(whole, tmp_path / str(name))


def ask(folders):
    """What a process says of these indexes: how answering went, and how checking."""
    command = [sys.executable, "-m", "tests.fault.search.asking_damaged", *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (said[-1:], done.stderr[-2_000:])
    return {name: (asked, checked) for name, asked, checked in said}


def of(folder, suffixes):
    return sorted(path for path in folder.iterdir() if path.name.endswith(suffixes))


def flip(path, chance):
    """Change one byte of a file, or eight."""
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 8))):
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)


def test_an_index_that_is_whole_is_found_so(whole):
    assert ask([whole]) == {"index": ("well", "well")}


@pytest.mark.parametrize("suffix", [*SUMMED, "meta.json"])
def test_flipped_bytes_kill_nobody_and_a_check_finds_them(copied, rounds, suffix):
    chance = random.Random(suffix)
    damaged = [copied(number) for number in range(rounds)]
    for folder in damaged:
        flip(chance.choice(of(folder, suffix)), chance)
    said = ask(damaged)

    assert {asked for asked, _ in said.values()} <= {"well", "told"}
    if suffix in SUMMED:
        assert {checked for _, checked in said.values()} == {"told"}


def zeroed(path):
    """As long as it was, the second half not yet written."""
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2].ljust(size, b"\0"))


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [zeroed, cut])
def test_of_a_half_copied_index_every_part_is_told(copied, harm):
    folders = [copied(suffix) for suffix in SUMMED]
    for folder in folders:
        for path in of(folder, folder.name):
            harm(path)
    said = ask(folders)

    assert {checked for _, checked in said.values()} == {"told"}
    if harm is cut:
        assert {asked for asked, _ in said.values()} == {"told"}
    assert {asked for asked, _ in said.values()} <= {"well", "told"}


@pytest.mark.parametrize("suffixes", [*([suffix] for suffix in VECTORS), VECTORS])
def test_vectors_of_another_index_are_told_from_its_own(copied, other, suffixes):
    folder = copied("swapped")
    for suffix in suffixes:
        ((own,), (foreign,)) = of(folder, suffix), of(other, suffix)
        shutil.copy(foreign, own)
    said = ask([folder])["swapped"]

    assert said[0] in ("well", "told")
    assert said[1] == "told"


def test_after_damage_the_index_is_emptied_and_made_again(copied):
    folder = copied("damaged")
    for path in of(folder, SUMMED):
        flip(path, random.Random(path.suffix))
    backend = LocalBackend(folder, bundled())
    with pytest.raises(Unavailable):
        backend.keys()
    backend.clear()
    for number in range(1, STEPS + 1):
        documents, gone = step(number)
        backend.apply(documents, gone, number)
    backend.close()

    assert look(folder, thoroughly=True) == STEPS
