"""Telling in which character set a text of unknown origin is written."""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT: Final = 1_024
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_KANA: Final = re.compile(rb"[\x82\x83][\x40-\xf1]")
_ESCAPES: Final = "iso-2022"


def text(data: bytes, declared: str = "") -> str:
    """Bytes as text, whatever they are: what fits nowhere is shown as such.

    A byte order mark is believed first, then UTF-8 where it is valid (other sets are hardly
    ever, by chance), then ``declared``, the name of a character set; else what the bytes look
    like: UTF-16, Chinese, Japanese, or Western European.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if wide := _wide(data):
        return data.decode(wide, "replace")
    shifts = declared.lower().startswith(_ESCAPES)  # its letters are ASCII, between escapes
    for name in (declared, "utf-8") if shifts else ("utf-8", declared):
        try:
            return data.decode(name or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(_alike(data), "replace")


def whole(text: str) -> str:
    """A text without halves of characters, which JSON may hold and UTF-8 may not."""
    return text.encode("utf-8", "replace").decode()


def narrow(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same stream, as UTF-8 where it is UTF-16, so that it can be cut at line ends."""
    decoder = None
    for number, chunk in enumerate(chunks):
        if number == 0 and (wide := _marked(chunk) or _wide(chunk)):
            decoder = codecs.getincrementaldecoder(wide)("replace")
        yield decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk


def _marked(data: bytes) -> str:
    return next((name for mark, name in _MARKS[1:] if data.startswith(mark)), "")


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte is zero, as in any Western text."""
    head = data[:_LOOKED_AT]
    if len(head) < 4 or len(head) % 2 or head.count(0) < len(head) * 2 // 5:
        return ""
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _alike(data: bytes) -> str:
    """The likeliest set of bytes that are no UTF-8 and declare nothing that fits."""
    runs = _HIGH.findall(data)
    if len(_KANA.findall(data)) * 4 > sum(map(len, runs)) and _fits(data, "cp932"):
        return "cp932"
    # Chinese comes in pairs of high bytes; a Western letter stands alone among ASCII.
    paired = all(len(run) % 2 == 0 for run in runs) and max(map(len, runs), default=0) > 2
    return "gb18030" if paired and _fits(data, "gb18030") else "cp1252"


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True
