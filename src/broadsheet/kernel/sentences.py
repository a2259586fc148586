"""Cutting an abstract between its sentences, never inside a word, a name or a formula."""

import re
from bisect import bisect_left
from typing import Final

Spans = tuple[tuple[int, int], ...]

_END: Final = re.compile(r"[.!?][\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9$\\])")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|al|cf|vs|viz|resp|approx|ca|Figs?|Eqs?|Refs?|Secs?|Sect|Tab|Thm|Def|No"
    r"|Nos|Vol|Dr|Prof|Mr|Mrs|Ms|St|Jr|U\.S|Inc)|\b[A-Z])\.\s+$"
)
_SIGN: Final = re.compile(r"(?<!\\)\$\$?")
_LEAST_REST: Final = 200  # characters not worth a click: three lines


def ends(text: str, beyond: int | None = None) -> list[int]:
    """Where each sentence ends (and the next begins), in characters; the last is the text's.

    With ``beyond`` only up to the first end behind that place.
    """
    found: list[int] = []
    formula, at = "", 0
    for match in _END.finditer(text):
        before = text[max(0, match.end() - 12) : match.end()]
        formula, at = _within_formula(text, formula, at, match.start()), match.start()
        if formula or _NO_END.search(before):
            continue
        found.append(match.end())
        if beyond is not None and found[-1] > beyond:
            return found
    return [*found, len(text)]


def _within_formula(text: str, formula: str, start: int, stop: int) -> str:
    """The sign that began the formula a place stands in, "" outside; from another place's."""
    for sign in _SIGN.findall(text, start, stop):
        if not formula:
            formula = sign
        elif formula == sign:
            formula = ""  # any other is part of it, or ends one formula and begins the next
    return formula


def opening(
    text: str, limit: int, stops: list[int] | None = None, *, least_rest: int = _LEAST_REST
) -> int:
    """How many characters to show: whole sentences up to ``limit``, at least one.

    ``stops`` are the ``ends`` of the text, where they are known already. A rest shorter than
    ``least_rest`` is shown too.
    """
    if len(text) <= limit + least_rest:
        return len(text)
    stop = _last(stops or ends(text, limit), 0, limit)
    return len(text) if len(text) - stop < least_rest else stop


def _last(stops: list[int], start: int, limit: int) -> int:
    """The last end of a sentence within ``limit``; a little beyond it rather than far short."""
    fitting = [stop for stop in stops if stop - start <= limit]
    beyond = stops[len(fitting)] if len(fitting) < len(stops) else stops[-1]
    if not fitting:
        return beyond
    short = fitting[-1] - start < limit * 0.6
    return beyond if short and beyond - start <= limit * 1.4 else fitting[-1]


def telling(text: str, marks: Spans, limit: int) -> tuple[int, int]:
    """The span of whole sentences up to ``limit`` that holds the most marks.

    It begins with the text or with a sentence that holds a mark; of equals the earliest.
    """
    stops = ends(text)
    firsts = sorted(mark[0] for mark in marks)
    best, most = (0, 0), -1
    for at, start in enumerate([0, *stops[:-1]]):
        before = bisect_left(firsts, start)
        if start and bisect_left(firsts, stops[at]) == before:
            continue
        stop = _last(stops[at:], start, limit) if start else opening(text, limit, stops)
        held = bisect_left(firsts, stop) - before
        if held > most:
            best, most = (start, stop), held
    return best


def within(marks: Spans, start: int, stop: int) -> Spans:
    """The marks of a part of the text, counted from its beginning."""
    return tuple(
        (max(first - start, 0), min(last, stop) - start)
        for first, last in marks
        if first < stop and last > start
    )
