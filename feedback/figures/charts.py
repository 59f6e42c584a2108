"""Charts as positions for SVG: pure, in percentages of the width, so that text keeps its shape.

What is not known is a gap in the line, never a zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

# Inside the drawing, as percentages of its width, and in pixels of its height.
LEFT, RIGHT = 5.0, 99.0
TOP, BOTTOM = 10.0, 160.0
MOST_LABELS = 11


@dataclass(frozen=True)
class Datum:
    """One value along the axis; `value` is a part of 1 or a count, None where there is nothing to say."""

    label: str
    value: float | None
    text: str


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    kind: str
    points: tuple[Point, ...]
    # Runs of neighbouring known values, each as the points of one line within a field of 100 by 100.
    lines: tuple[str, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def line_chart(data: Sequence[Datum]) -> Chart:
    """Parts of 1 from nought to all of it."""
    xs = [middle(index, len(data)) for index in range(len(data))]
    up = tuple(Tick(height_of(part), f"{part:.0%}") for part in (0, 0.5, 1))
    known = [
        Point(x, height_of(each.value), 0, 0, each.text)
        for x, each in zip(xs, data, strict=True)
        if each.value is not None
    ]
    return Chart("line", tuple(known), lines_of(data), ticks(data, xs), up)


def bar_chart(data: Sequence[Datum]) -> Chart:
    """Counts from nought to the largest."""
    top = ceiling(max((each.value or 0 for each in data), default=0))
    step = (RIGHT - LEFT) / max(len(data), 1)
    xs = [middle(index, len(data)) for index in range(len(data))]
    bars = tuple(
        Point(
            x=round(x - step * 0.35, 2),
            y=height_of(each.value / top),
            width=round(step * 0.7, 2),
            height=round(BOTTOM - height_of(each.value / top), 1),
            text=each.text,
        )
        for x, each in zip(xs, data, strict=True)
        if each.value
    )
    up = tuple(Tick(height_of(part), f"{top * part:g}") for part in (0, 0.5, 1))
    return Chart("bars", bars, (), ticks(data, xs), up)


def ceiling(largest: float) -> int:
    """The first of 2, 4, 10, 20, 40, 100 … that reaches it: its half is whole."""
    tens = 1
    while True:
        for top in (2 * tens, 4 * tens, 10 * tens):
            if top >= largest:
                return top
        tens *= 10


def middle(index: int, count: int) -> float:
    return round(LEFT + (index + 0.5) * (RIGHT - LEFT) / count, 2)


def height_of(part: float) -> float:
    return round(BOTTOM - part * (BOTTOM - TOP), 1)


def lines_of(data: Sequence[Datum]) -> tuple[str, ...]:
    """Two known neighbours make a line; a single one stands as its dot."""
    runs = groupby(enumerate(data), key=lambda pair: pair[1].value is not None)
    known = [list(run) for is_known, run in runs if is_known]
    return tuple(
        " ".join(f"{(index + 0.5) * 100 / len(data):.2f},{(1 - (each.value or 0)) * 100:.1f}" for index, each in run)
        for run in known
        if len(run) > 1
    )


def ticks(data: Sequence[Datum], xs: Sequence[float]) -> tuple[Tick, ...]:
    every = -(-len(data) // MOST_LABELS) or 1
    return tuple(Tick(x, each.label) for x, each in list(zip(xs, data, strict=True))[::every])


@dataclass(frozen=True)
class Row:
    """A bar across: `width` in percent, `rest` what is missing of the whole."""

    label: str
    name: str
    width: float
    text: str
    url: str = ""


@dataclass(frozen=True)
class Cell:
    """An hour of the strip: how much of it was in time, and the number that was not."""

    x: float
    width: float
    middle: float
    label: str
    late: int
    y: float
    height: float
    text: str


STRIP = 56.0


def hour_strip(hours: Sequence[tuple[str, int, str]]) -> tuple[Cell, ...]:
    """Columns as high as the hour's number of late steps against the worst hour; label, late, text."""
    most = max((late for _label, late, _text in hours), default=0) or 1
    width = 100 / max(len(hours), 1)
    return tuple(
        Cell(
            x=round(index * width + width * 0.1, 2),
            width=round(width * 0.8, 2),
            middle=round((index + 0.5) * width, 2),
            label=label,
            late=late,
            y=round(STRIP - late / most * (STRIP - 16), 1),
            height=round(late / most * (STRIP - 16), 1),
            text=text,
        )
        for index, (label, late, text) in enumerate(hours)
    )
