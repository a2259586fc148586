"""Plain-text work every room shares: cleaning, folding, keys of titles and names, slugs."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Characters nobody typed on purpose: controls, bidi overrides, zero-width marks, tags (Unicode
# blocks Cc, 202A-202E, 2066-2069, 200B, 2060-2064, FEFF, E0000-E007F), halves of characters and
# what is none (FDD0-FDEF, the last two of each plane), some of which no XML may hold.
# ZWJ and ZWNJ stay: scripts such as Persian and Devanagari need them; variation selectors stay:
# Japanese names need them.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_NOT_WORD: Final = re.compile(r"[\W_]+")
_APOSTROPHE: Final = re.compile("['`’ʼ]")
PARTICLES: Final = frozenset(
    re.findall(
        r"\w+", "van von der den de del della di da dos du la le el al bin ibn ten ter zu zur"
    )
)
_SUFFIXES: Final = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md"))


def clean(text: str) -> str:
    """One line: hidden characters dropped, white space collapsed, composed (NFC)."""
    # Printable text holds no hidden character and no white space but the plain space: most
    # text needs no more than a look, once its lines are joined.
    text = text.strip().replace("\n", " ")
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
        if not text.isprintable():
            text = " ".join(_HIDDEN.sub(" ", text).split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without accents: what is compared, never what is shown."""
    if text.isascii():
        return text.lower()
    # Spread first, so that 𝐀 and ™ have case to lose; lower case can bring new marks along.
    spread = unicodedata.normalize("NFKD", text).casefold()
    spread = unicodedata.normalize("NFKD", spread)
    return "".join(c for c in spread if not unicodedata.combining(c)).translate(_STROKES)


# Letters whose stroke or ligature NFKD keeps.
_STROKES: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"}
)


def title_key(title: str) -> str:
    """A title without case, accents, spaces and punctuation: equal keys, equal titles."""
    return _NOT_WORD.sub("", fold(title))


def word_count(text: str) -> int:
    """How many runs of letters and digits the text holds."""
    return len(_NOT_WORD.sub(" ", text).split())


@lru_cache(maxsize=65_536)
def family_name(name: str) -> str:
    """The folded family name of one author, good enough to compare two spellings.

    Takes "Family, Given" and "Given Family"; particles and suffixes are left out, so
    "Ludwig van Beethoven" and "Beethoven, L. van" agree.
    """
    family, comma, _ = name.partition(",")
    last = name.rpartition(" ")[2].lower()
    is_plain = last.isascii() and last.isalpha() and not comma and "\\" not in name
    if is_plain and last not in _SUFFIXES:
        return last  # as of most names, in a quarter of the time
    source = family if comma and _NOT_WORD.sub("", family) else name
    words = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", fold(_untex(source)))).split()
    words = [w for w in words if w not in _SUFFIXES] or words
    if comma:
        words = [w for w in words if w not in PARTICLES] or words
    return words[-1] if words else ""


_ACCENT: Final = re.compile(r"\\(?:[`'^\"~=.]|[uvHtcdbkr](?![a-zA-Z]))\s*\{?\\?([a-zA-Z])\}?")
_TEX_LETTER: Final = re.compile(r"\\(ss|aa|AA|ae|AE|oe|OE|o|O|l|L|i|j)(?![a-zA-Z])\s*")


def _untex(text: str) -> str:
    """Drop the LaTeX accents of a name: only the letters matter for comparing."""
    if "\\" not in text:
        return text
    return _TEX_LETTER.sub(r"\1", _ACCENT.sub(r"\1", text)).replace("{", "").replace("}", "")


def slug(text: str, *, longest: int = 60) -> str:
    """ASCII words joined by hyphens, cut between words; may be empty for other scripts."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    kept = ""
    for word in words:
        if len(kept) + len(word) + 1 > longest:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept or "".join(words)[:longest]


def shortened(text: str, longest: int) -> str:
    """The text, or its first words and a sign that there are more: ``longest`` characters in all.

    Empty where there is no room for both.
    """
    if len(text) <= longest:
        return text
    if longest < 3:
        return ""
    kept = text[: longest - 2]
    return f"{(kept.rpartition(' ')[0] or kept).rstrip(' ,;:')} …"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 author``, ``2,304 authors``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
