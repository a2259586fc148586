r"""From text to words: the one analysis that index, queries and highlighter share.

A text is *folded* first: lower case, accents off (``é``, ``\'e`` and ``{\"o}`` alike), LaTeX
formatting commands dropped, ``CO$_2$`` joined to ``co2``, a Greek letter that stands alone
spelled out (so that ``β-VAE`` meets ``$\beta$-VAE``). *Words* are the runs of letters and digits
of the folded text; of Chinese, Japanese and Korean each character is a word. *Stems* are
English Snowball stems of the words, in American spelling, stop words left out.

It happens in Python because the index then holds exactly what queries and highlights are made
of, and because stems kept in a table cost a third of what tantivy's stemmer costs a document.
``VERSION`` must change with anything that changes a word or a stem: indexes made by another
version are refused.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import Stemmer

from broadsheet.kernel import text as kernel_text
from broadsheet.search.spelling import american

VERSION: Final = 2

# Lucene's English list: too frequent to tell papers apart, so not among the stems.
STOP_WORDS: Final = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into"),
        *("is", "it", "no", "not", "of", "on", "or", "such", "that", "the", "their", "then"),
        *("there", "these", "they", "this", "to", "was", "will", "with"),
    )
)

_FORMATTING: Final = (
    "mathcal|mathbb|mathbf|mathrm|mathit|mathsf|mathfrak|mathscr|mathtt|boldsymbol|bm|text|textit"
    "|textbf|textrm|textsc|texttt|textsf|textsuperscript|textsubscript|emph|em|it|bf|rm|sc|sf|tt|sl"
    "|operatorname|left|right|big|Big|bigl|bigr|Bigl|Bigr|displaystyle|limits|nolimits|mbox|hbox"
    "|frac|tfrac|dfrac|sqrt|url|href|footnote|quad|qquad|begin|end|cite|ref|label|ensuremath|xspace"
)
# One set of characters first, told apart by looking back: so it is searched for at C speed.
_SPECIAL: Final = re.compile(
    r"""
    [\\{$\x80-\U0010ffff](?:
        (?<=[^\x00-\x7f])(?P<foreign>[^\x00-\x7f]*)
      | (?:(?<=\\)|(?<=\{)\\)(?:
            ["'`^~=.]\s*(?:\{\s*\\?(?P<accent>[A-Za-z])\s*\}|\\?(?P<bare>[A-Za-z]))\}?
          | [uvHtcdbkr](?:\s*\{\s*\\?(?P<braced>[A-Za-z]{1,2})\s*\}|\s+\\?(?P<spaced>[A-Za-z]))\}?
          | (?P<letter>ss|aa|AA|ae|AE|oe|OE|[oOlLij])(?![A-Za-z])(?:\{\}|\s(?=[A-Za-z]))?\}?
          | (?P<format>"""
    + _FORMATTING
    + r""")(?![A-Za-z])
          | (?P<hyphen>-)
        )
      | (?<=[A-Za-z0-9)]\$)_\{?(?P<below>\d+)\}?\$
      | (?<=\$)\^\{?(?P<above>\d+)\}?\$(?=[A-Z])
    )
    """,
    re.VERBOSE,
)
_LETTERS: Final = {"aa": "a", "AA": "a"}
_GREEK: Final = {
    char: unicodedata.name(char).rsplit(" ", 1)[1].lower().replace("lamda", "lambda")
    for char in "αβγδεζηθικλμνξοπρστυφχψω"
} | {"ς": "sigma"}

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_SPACED: Final = bytes(
    ord(chr(i).lower()) if chr(i).isalnum() and i < 128 else 32 for i in range(256)
)
_KEPT_STEMS: Final = 150_000


class _Stems(dict[str, str]):
    """Stems by word, "" for stop words; filled as words come, emptied when it grows too big."""

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer("english", 0)

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT_STEMS:
            self.clear()
        found = "" if word in STOP_WORDS else str(self._stemmer.stemWord(american(word)))
        self[word] = found
        return found


_stems: Final = _Stems()


def folded(text: str) -> str:
    """The words of ``text`` in order, divided by white space."""
    if not text.isascii() or "\\" in text or "$" in text:
        text = _SPECIAL.sub(_plain, text)
        if not text.isascii():
            return " ".join(_WORD.findall(text.lower()))
    return text.encode("ascii").translate(_SPACED).decode("ascii")


def words(text: str) -> list[str]:
    """The words of ``text`` in order."""
    return folded(text).split()


def stem(word: str) -> str:
    """The stem of one word that ``words`` gave; "" for a stop word."""
    return _stems[word]


def stems(found: Iterable[str]) -> list[str]:
    """The stems of words in order, stop words left out."""
    return list(filter(None, map(_stems.__getitem__, found)))


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of ``text`` as ``words`` gives them, each with its first and last place.

    Places count characters of the original text, the end is not inside.
    """
    plain, places = _read(text)
    for match in _WORD.finditer(plain):
        start, end = match.span()
        yield (
            match[0].lower(),
            *((places.start(start), places.end(end)) if places else (start, end)),
        )


def beginning(stem: str) -> str:
    """Letters with which every word of a stem begins."""
    if len(stem) == 3 and stem.endswith("ie"):  # "dying", "lying", "tying"
        return stem[0]
    return stem[: 3 if len(stem) > 4 else 2]


def spans_of(
    text: str, beginnings: Iterable[str], is_sought: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """The places of the words that are sought; all of these begin in one of these ways.

    In the order of beginnings. Half a dozen of them take a sixth of the time of ``spans``.
    """
    plain, places = _read(text)
    look = _ascii_spans if plain.isascii() else _any_spans
    found = look(plain, beginnings, is_sought)
    return [(places.start(low), places.end(high)) for low, high in found] if places else found


def _any_spans(
    plain: str, _: Iterable[str], is_sought: Callable[[str], bool]
) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(plain) if is_sought(match[0].lower())]


def _ascii_spans(
    plain: str, beginnings: Iterable[str], is_sought: Callable[[str], bool]
) -> list[tuple[int, int]]:
    spaced = f" {plain.encode('ascii').translate(_SPACED).decode('ascii')} "
    find, found = spaced.find, []
    for letters in beginnings:
        begun = f" {letters}"
        at = find(begun)
        while at >= 0:
            end = find(" ", at + 1)
            if is_sought(spaced[at + 1 : end]):
                found.append((at, end - 1))
            at = find(begun, end)
    return found


def _read(text: str) -> tuple[str, "_Places | None"]:
    """The text with all that is read otherwise put right; where that stood, if any was."""
    if text.isascii() and "\\" not in text and "$" not in text:
        return text, None
    return _placed(text)


class _Places:
    """Where the characters of a folded text stood before."""

    def __init__(self) -> None:
        self._folded: list[int] = []
        self._pieces: list[tuple[int, int, bool]] = []

    def add(self, at: int, start: int, end: int, *, changed: bool) -> None:
        self._folded.append(at)
        self._pieces.append((start, end, changed))

    def _piece(self, position: int) -> tuple[int, tuple[int, int, bool]]:
        number = bisect_right(self._folded, position) - 1
        return self._folded[number], self._pieces[number]

    def start(self, position: int) -> int:
        at, (start, _, changed) = self._piece(position)
        return start if changed else start + position - at

    def end(self, position: int) -> int:
        """The end of the original of the character before ``position``."""
        at, (start, end, changed) = self._piece(position - 1)
        return end if changed else start + position - at


def _placed(text: str) -> tuple[str, _Places]:
    """Fold as ``folded`` does, keeping account of places."""
    places, at, done = _Places(), 0, 0
    pieces: list[str] = []
    for match in _SPECIAL.finditer(text):
        before, plain = text[done : match.start()].lower(), _plain(match).lower()
        if before:
            places.add(at, done, match.start(), changed=False)
        if plain:
            same = match.lastgroup == "foreign" and len(plain) == len(match[0])
            places.add(at + len(before), match.start(), match.end(), changed=not same)
        pieces += before, plain
        at += len(before) + len(plain)
        done = match.end()
    places.add(at, done, len(text), changed=False)
    pieces.append(text[done:].lower())
    return "".join(pieces), places


def _plain(match: re.Match[str]) -> str:
    """What a LaTeX command or a run of non-ASCII characters counts as."""
    kind, found = match.lastgroup, match[match.lastgroup or 0]
    if kind == "foreign":
        return _plain_foreign(match)
    if kind == "format":
        return " "
    if kind == "hyphen":
        return ""
    return _LETTERS.get(found, found)


def _plain_foreign(match: re.Match[str]) -> str:
    run = kernel_text.fold(match[0])
    if len(run) == 1 and run in _GREEK:
        text, start, end = match.string, match.start(), match.end()
        alone = not text[max(start - 1, 0) : start].isalnum() and not text[end : end + 1].isalnum()
        return _GREEK[run] if alone else run
    if run.isascii():
        return run
    # Marks and joiners stand inside words (Devanagari vowels, soft hyphens): they divide none.
    return "".join(c for c in run if unicodedata.category(c) not in _INSIDE)


_INSIDE: Final = frozenset(("Mn", "Mc", "Me", "Cf"))
