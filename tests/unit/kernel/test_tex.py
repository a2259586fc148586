"""Texts are cut in time that grows with them, whatever they are made of."""

import time

import pytest

from broadsheet.kernel.tex import pieces

HOSTILE = [
    "~",
    " ~",
    "~ \\",
    "$",
    "$a ",
    "\\(",
    "\\emph{",
    "{",
    "`",
    "-",
    "\\footnote{",
    "\\cite[",
    "a^{",
    "\\'{",
    "\\",
]


def seconds(text):
    start = time.process_time()
    assert pieces(text)[-1].end == len(text)
    return time.process_time() - start


@pytest.mark.parametrize("part", HOSTILE)
def test_eight_times_the_text_takes_far_less_than_its_square(part):
    short = min(seconds(part * (5_000 // len(part))) for _ in range(3))
    longs = (seconds(part * (40_000 // len(part))) for _ in range(10))

    assert any(long < 30 * short + 0.05 for long in longs)  # a busy machine is slow by turns


@pytest.mark.parametrize(
    ("text", "said"),
    [("see~\\cite{a}.", "see."), ("see ~ \\cite{a}.", "see."), ("~~~~~\\cite{a}", "~~")],
)
def test_what_ties_a_silent_command_to_its_word_goes_with_it(text, said):
    assert "".join(piece.said for piece in pieces(text)) == said
