"""Acronyms and what they stand for, found in running text.

The rule is that of Schwartz and Hearst ("A simple algorithm for identifying abbreviation
definitions in biomedical text", PSB 2003): of the words before a parenthesis, the shortest run
that holds the letters of what stands in it, in order, the first at the beginning of a word. Here
a short form must have two capitals, so that "(see above)" and "(i)" are none, and a long form two
words.
"""

import re
from collections.abc import Iterator
from typing import Final

_LONGEST_SHORT: Final = 10  # characters
_LONGEST_LONG: Final = 100
_MORE_WORDS: Final = 5  # than the short form has letters

_BRACKET: Final = re.compile(r"\(([^()\n]{2,100})\)")
_SHORT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+/-]*[A-Za-z0-9+]")
_LAST_WORD: Final = re.compile(r"(\S+)\s*\Z")
_PART: Final = re.compile(r"[.;:!?,]\s|[()\[\]]")
_EDGES: Final = " \t,;:.-–—'\"“”‘’`*"


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Every (short, long) that the text defines: "retrieval-augmented generation (RAG)"."""
    at = 0
    for match in _BRACKET.finditer(text):
        inside = match[1].strip(_EDGES)
        before = text[max(at, match.start() - _LONGEST_LONG) : match.start()].rstrip()
        at = match.end()
        if found := _defined(before, inside):
            yield found


def _defined(before: str, inside: str) -> tuple[str, str] | None:
    """What a parenthesis and the words before it define, whichever of the two is the short one."""
    short = _singular(re.split(r"[,;]\s", inside, maxsplit=1)[0])
    if _is_short(short):
        long = _long_form(short, _PART.split(before)[-1])
    elif (last := _LAST_WORD.search(before)) and _is_short(short := _singular(last[1])):
        long = inside if _long_form(short, inside) == inside else ""
    else:
        return None
    return (short, long) if long and _is_long(short, long) else None


def _singular(short: str) -> str:
    """LLMs are many of LLM."""
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


def _is_short(word: str) -> bool:
    return (
        2 <= len(word) <= _LONGEST_SHORT
        and _SHORT.fullmatch(word) is not None
        and sum(map(str.isupper, word)) >= 2
    )


def _is_long(short: str, long: str) -> bool:
    words = long.split()
    letters = sum(map(str.isalpha, short))
    parts = re.split(r"[\s/–-]+", long)
    return (
        len(parts) >= 2
        and len(words) <= min(letters + _MORE_WORDS, letters * 2)
        and len(long) > len(short)
        and "\\" not in long
        and "$" not in long
        and short not in words
    )


def _long_form(short: str, words: str) -> str:
    """The shortest end of ``words`` that holds the letters of ``short`` in order; "" if none."""
    at = len(words)
    letters = [letter for letter in short.lower() if letter.isalnum()]
    folded = words.lower()
    if len(folded) != len(words):
        return ""
    for left, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= 0 and not (
            folded[at] == letter and (left > 0 or at == 0 or not folded[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
    # A word with hyphens is taken whole.
    return words[words.rfind(" ", 0, at) + 1 :].strip(_EDGES)
