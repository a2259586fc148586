"""A plot of lines over two logarithmic axes, as SVG that light and dark pages can show."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Line = Sequence[tuple[float, float]]  # papers, milliseconds

_WIDTH, _HEIGHT = 820, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 214, 34, 52
_INK = "#7a7a7a"  # readable on white and on black
_COLOURS = (
    *("#d1495b", "#3d7ea6", "#c78a1b", "#7a6ac0", "#4f9a5b", "#8a8a8a", "#b06a8e", "#2f9c95"),
    "#6b7f2a",
)
_GAP = 15  # between the names of lines


class Axis:
    """Whole powers of ten around the values, placed between two points."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = math.floor(math.log10(min(values)))
        self.high = max(self.low + 1, math.ceil(math.log10(max(values))))
        self._start, self._step = start, (end - start) / (self.high - self.low)

    def at(self, value: float) -> float:
        return round(self._start + (math.log10(value) - self.low) * self._step, 1)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def plot(title: str, unit: str, lines: Mapping[str, Line]) -> str:
    """The SVG text; the first line is drawn stronger. Papers go across, ``unit`` goes up."""
    points = [point for line in lines.values() for point in line]
    across = Axis([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = Axis([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [*_grid(across, up, unit), *_lines(across, up, lines)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' font-family="system-ui, sans-serif" font-size="12" fill="{_INK}">\n'
        f"<title>{escape(title)}</title>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}"{more}>{escape(text)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{_INK}" stroke-opacity=".35" fill="none"/>'


def _grid(across: Axis, up: Axis, unit: str) -> Iterator[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    for x in across.ticks():
        yield _rule(across.at(x), _TOP, across.at(x), bottom)
        yield _text(across.at(x), bottom + 18, f"{x:,.0f}", ' text-anchor="middle"')
    for y in up.ticks():
        yield _rule(_LEFT, up.at(y), right, up.at(y))
        yield _text(_LEFT - 8, up.at(y) + 4, f"{y:,g}", ' text-anchor="end"')
    yield _text((_LEFT + right) / 2, _HEIGHT - 12, "papers", ' text-anchor="middle"')
    yield _text(_LEFT - 8, _TOP - 14, unit, ' text-anchor="start"')


def _lines(across: Axis, up: Axis, lines: Mapping[str, Line]) -> Iterator[str]:
    """The lines, each named at its end; names that would touch move apart."""
    ends = {name: (across.at(line[-1][0]), up.at(line[-1][1])) for name, line in lines.items()}
    named_at = _apart({name: y for name, (_, y) in ends.items()})
    for number, (name, line) in enumerate(lines.items()):
        colour, width = _COLOURS[number % len(_COLOURS)], 2.6 if number == 0 else 1.6
        places = [(across.at(x), up.at(y)) for x, y in line]
        path = "L".join(f"{x} {y}" for x, y in places)
        yield f'<path d="M{path}" stroke="{colour}" stroke-width="{width}" fill="none"/>'
        for x, y in places:
            yield f'<circle cx="{x}" cy="{y}" r="{width + 0.6}" fill="{colour}"/>'
        label, (x, y) = _WIDTH - _RIGHT + 14, ends[name]
        yield (
            f'<path d="M{x} {y}L{label - 4} {named_at[name]}" stroke="{colour}"'
            ' stroke-opacity=".45" stroke-dasharray="2 3" fill="none"/>'
        )
        weight = ' font-weight="600"' if number == 0 else ""
        yield _text(label, named_at[name] + 4, name, f' style="fill:{colour}"{weight}')


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """Heights no nearer than the gap, in the same order, moved as little down as is needed."""
    moved: dict[str, float] = {}
    last = -math.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        last = moved[name] = max(place, last + _GAP)
    return moved
