"""What was received comes out as it went in, however it was packed."""

import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.papers.packing import packed, unpacked

TEXT = b'{"id":"2601.00001","title":"Cats","abstract":"' + b"Many cats sleep. " * 90 + b'"}'


def _deflated(raw):
    return zlib.compress(raw)


def _deflated_in_a_small_window(raw):
    deflate = zlib.compressobj(level=1, wbits=12, memLevel=6)
    return deflate.compress(raw) + deflate.flush()


@given(st.binary(max_size=5_000))
def test_what_was_packed_comes_out_as_it_was(raw):
    assert unpacked(packed(raw)) == raw


@pytest.mark.parametrize("earlier", [_deflated, _deflated_in_a_small_window])
@pytest.mark.parametrize("raw", [b"", b"{}", TEXT])
def test_what_was_deflated_earlier_comes_out_as_it_was(earlier, raw):
    assert unpacked(earlier(raw)) == raw


def test_a_view_of_a_column_comes_out_like_its_bytes():
    assert unpacked(memoryview(packed(TEXT))) == TEXT
    assert unpacked(memoryview(_deflated(TEXT))) == TEXT


def test_a_repetitive_text_takes_a_fraction_of_its_room():
    assert len(packed(TEXT)) * 5 < len(TEXT)


def test_threads_do_not_get_into_each_others_way():
    texts = [str(number).encode() * 2_000 for number in range(200)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: unpacked(packed(text)), texts)) == texts
