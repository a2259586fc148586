"""Questions nobody should ask: the same ones every time, made of everything a reader could send."""

import random
from collections.abc import Callable, Iterator
from typing import Final

LIMIT_MS: Final = 250
"""The processor's time in which a question is answered."""

_TEXT: Final = (
    "learning robot graph quantum protein language model attention diffusion the of who what AND"
    " OR NOT and or 3D 2024 BERT GPT-4 o1 state-of-the-art f(x) O(n) α λ-calculus naïve Gödel C++"
    " .NET 语言模型 機械学習 머신러닝 обучение שלום مرحبا हिन्दी ไทย"
)
_SAID: Final = (
    "cs.CL cs.* code 2024 2024-13 2024-02-30 0000 9999-12-31 99999999999999999999 -1 1e308 NaN inf"
    " 2024-01..2023 ..2024 2024.. .. 2401.00001 arXiv:2401.00001v9999999 10.1000/a(b)c"
    " https://arxiv.org/abs/2401.00001 math/0306266 2608.13489 P19-1001"
)
_WORDS: Final = _TEXT.split()
_VALUES: Final = _SAID.split()
_FIELDS: Final = (
    *("title:", "author:", "abs:", "cat:", "id:", "org:", "has:", "date:", "like:"),
    *("title：", "Title:", "venue:", "title :", "title:title:", "-title:", "http:"),
)
_SIGNS: Final = (
    *("(", ")", '"', "-", "--", "AND", "OR", "NOT", ":", "..", "*", "?", "~", "^", "\\", "{", "}"),
    *("[", "]", "/", "|", "&&", "+", "!", "“", "”", "«", "（", "）", "$", "@a{"),
)
_ODD: Final = (
    *map(chr, range(32)),
    *"\x7f\x85\u00ad\u0301\u0489\u061c\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069",
    *"\ud800\udbff\udc00\udfff\ufdd0\ufe0f\ufeff\ufffd\uffff",
    *("\U0001f468\u200d\U0001f680", "\U000e0041", "\U0010ffff", "\U0001f1e9\U0001f1ea", "😀" * 9),
    *("ﬃ", "ß", "İ", "ı", "ǅ", "ﷺ", "㍿", "²", "Ⅷ", "𝔘", "e" + "\u0301" * 50, "क्ष"),
)
_ENDLESS: Final = ("a", "ab1", "é", "语", "e\u0301")
_LEFT: Final = ("(", "-(", "title:(", "a OR (", "NOT (", "{", '"(', "@a{b={")
_PAPERS: Final = (
    *("2401.{0:05} ", "10.1000/{0} ", "https://arxiv.org/abs/2401.{0:05}, "),
    "@misc{{a{0}, title={{B c}}, doi={{10.1/{0}}}}}\n",
)


def questions(seed: int, first: int, count: int) -> Iterator[str]:
    """Some of the questions of a seed; each is the same whichever others are asked for."""
    for number in range(first, first + count):
        yield question(random.Random(f"{seed} {number}"))


def question(chance: random.Random) -> str:
    """One question: mostly short and odd, now and then a million characters."""
    kinds: list[Callable[[random.Random], str]] = [_mixed] * 12 + [_grammatical] * 6
    kinds += [_changed] * 3 + [_repeated, _nested, _long, _characters, _many]
    return chance.choice(kinds)(chance)


def _piece(chance: random.Random) -> str:
    kind = chance.randrange(10)
    if kind < 4:
        return chance.choice(_WORDS)
    if kind < 6:
        return chance.choice(_SIGNS)
    if kind < 8:
        return chance.choice(("", *_FIELDS)) + chance.choice(("", chance.choice(_VALUES)))
    return chance.choice(_ODD) if kind == 8 else _characters(chance, 6)


def _mixed(chance: random.Random) -> str:
    glue = chance.choice((" ", " ", "", "\n", "\u3000"))
    return glue.join(_piece(chance) for _ in range(chance.choice((1, 2, 5, 20, 60, 300))))


def _grammatical(chance: random.Random, depth: int = 0) -> str:
    """What the grammar allows, of any shape."""
    if depth < chance.choice((2, 5, 12)) and chance.random() < 0.5:
        inner = [_grammatical(chance, depth + 1) for _ in range(chance.randint(2, 4))]
        glue = chance.choice((" ", " OR ", " AND ", " NOT "))
        return chance.choice(("{}", "({})", "-({})", "title:({})", "like:({})")).format(
            glue.join(inner)
        )
    if chance.random() < 0.3:
        return f'"{" ".join(chance.choices(_WORDS, k=chance.randint(1, 5)))}"'
    field = chance.choice(("", "", *_FIELDS))
    return field + chance.choice(_WORDS + _VALUES)


def _changed(chance: random.Random) -> str:
    """A grammatical question with some characters lost, doubled or replaced."""
    text = list(_grammatical(chance))
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(text))
        text[place] = chance.choice(("", text[place] * 2, _piece(chance), chance.choice(_ODD)))
    return "".join(text)


def _repeated(chance: random.Random) -> str:
    """One piece over and over, up to a million characters."""
    piece = chance.choice((*_SIGNS, *_ODD, *_FIELDS, *_ENDLESS, "a ", "* ", "-a ", "(a "))
    return piece * (chance.choice((100, 2_000, 20_000, 1_000_000)) // len(piece))


def _nested(chance: random.Random) -> str:
    depth = chance.choice((3, 9, 100, 10_000))
    middle = chance.choice(_WORDS)
    return chance.choice(_LEFT) * depth + middle + chance.choice((")", "}", "")) * depth


def _long(chance: random.Random) -> str:
    """Words without end, or a word without end."""
    if chance.random() < 0.3:
        return chance.choice(_ENDLESS) * chance.choice((300, 5_000, 19_000))
    words = chance.choices(_WORDS, k=50) + [f"w{chance.randrange(9_999)}" for _ in range(50)]
    return " ".join(chance.choices(words, k=chance.choice((64, 65, 500, 2_500, 10_000))))


def _characters(chance: random.Random, most: int = 400) -> str:
    """Any characters, halves of them too."""
    limits = chance.choices((128, 0x3000, 0x110000), k=chance.randint(1, most))
    return "".join(chr(chance.randrange(limit)) for limit in limits)


def _many(chance: random.Random) -> str:
    """A list of papers: identifiers or entries, whole or broken."""
    one = chance.choice(_PAPERS)
    text = "".join(one.format(number) for number in range(chance.choice((2, 30, 1_200))))
    return text[: chance.randint(1, len(text))] if chance.random() < 0.5 else text
