"""The flat files: what is written is read again, and only what was committed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from broadsheet.search.engines.local.vectors import (
    RowWriter,
    Shape,
    dots,
    fingerprint,
    mapped,
    token_width,
)

SHAPE = Shape(dimensions=8, width=2)
MADE = np.random.default_rng(8).standard_normal((5, 8)).astype(np.float32)
TOKENS = [np.arange(n, dtype=np.uint32) * 9_000 for n in (3, 0, 7, 1, 0)]


def write(folder, *, name="vectors-a", count=0, shape=SHAPE, tokens=TOKENS):
    writer = RowWriter(folder, name, count, shape)
    rows = writer.append(MADE, [fingerprint(str(n)) for n in range(5)], tokens)
    writer.sync()
    writer.close()
    return rows


halves = arrays.arrays(
    np.float16, (7, 16), elements=st.floats(-2, 2, width=16, allow_subnormal=True)
)


@given(halves, arrays.arrays(np.float32, 16, elements=st.floats(-2, 2, width=32)))
def test_products_are_those_of_whole_numbers(vectors, question):
    expected = vectors.astype(np.float64) @ question.astype(np.float64)

    assert dots(vectors, question) == pytest.approx(expected, abs=1e-4)


def test_long_products_come_block_by_block():
    vectors = np.random.default_rng(1).standard_normal((2_500, 8)).astype(np.float16)

    assert dots(vectors, MADE[0]) == pytest.approx(vectors.astype(np.float32) @ MADE[0], abs=1e-4)


def test_rows_are_read_as_they_were_written(tmp_path):
    assert write(tmp_path) == range(5)
    held = mapped(tmp_path, "vectors-a", 5, SHAPE)

    assert len(held) == 5
    assert held.vector(2) == pytest.approx(MADE[2], abs=2e-3)
    assert held.cosines(np.array([4, 1]), MADE[1]) == pytest.approx(
        MADE[[4, 1]] @ MADE[1], abs=2e-2
    )


@pytest.mark.parametrize(("vocabulary", "width"), [(1 << 16, 2), ((1 << 16) + 1, 3), (1 << 24, 3)])
def test_tokens_are_given_for_rows_in_any_order(tmp_path, vocabulary, width):
    assert token_width(vocabulary) == width
    shape = Shape(8, width)
    tokens = [ids * (vocabulary // (1 << 16)) for ids in TOKENS]
    write(tmp_path, shape=shape, tokens=tokens)
    ids, ends = mapped(tmp_path, "vectors-a", 5, shape).tokens(np.array([2, 4, 0, 2]))

    assert ends.tolist() == [7, 7, 10, 17]
    assert ids.tolist() == [*tokens[2], *tokens[0], *tokens[2]]
    assert (tmp_path / "vectors-a.ids").stat().st_size == 11 * width


def test_without_tokens_none_are_kept(tmp_path):
    shape = Shape(8, 0)
    write(tmp_path, shape=shape, tokens=())
    ids, ends = mapped(tmp_path, "vectors-a", 5, shape).tokens(np.array([1, 2]))

    assert (ids.tolist(), ends.tolist()) == ([], [0, 0])


def test_too_many_different_tokens_are_refused():
    with pytest.raises(ValueError, match="16,777,216"):
        token_width((1 << 24) + 1)


def test_a_writer_goes_on_where_the_last_one_committed(tmp_path):
    write(tmp_path)
    writer = RowWriter(tmp_path, "vectors-a", 2, SHAPE)
    rows = writer.append(MADE[:1] * 0, [7], [np.array([5], np.uint32)])
    writer.sync()

    held = mapped(tmp_path, "vectors-a", 3, SHAPE)
    assert rows == range(2, 3)
    assert writer.text(1) == fingerprint("1")
    assert not held.vector(2).any()
    assert held.tokens(np.array([1, 2, 0]))[0].tolist() == [5, *TOKENS[0]]
    assert (tmp_path / "vectors-a.f16").stat().st_size == 3 * 8 * 2
    writer.close()


def test_a_writer_removes_the_files_of_other_names(tmp_path):
    write(tmp_path, name="vectors-old")
    (tmp_path / "meta.json").touch()
    write(tmp_path, name="vectors-new")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "meta.json",
        *(f"vectors-new{suffix}" for suffix in (".f16", ".ids", ".rows")),
    ]


@pytest.mark.parametrize("suffix", [".f16", ".rows", ".ids"])
def test_a_file_that_is_too_short_is_refused(tmp_path, suffix):
    write(tmp_path)
    path = tmp_path / f"vectors-a{suffix}"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ValueError, match=r"mmap|buffer|bytes"):
        mapped(tmp_path, "vectors-a", 5, SHAPE)
    with pytest.raises(ValueError, match=r"buffer|committed"):
        RowWriter(tmp_path, "vectors-a", 5, SHAPE)


def test_fingerprints_tell_texts_apart():
    assert fingerprint("a") == fingerprint("a") != fingerprint("b")
    assert 0 <= fingerprint("é") < 1 << 64
