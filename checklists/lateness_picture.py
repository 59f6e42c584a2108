"""The lateness of the last day as a picture: for each hour a column to its 99th, filled up to its median.

Pure; widths in percent so that text keeps its shape, heights in pixels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from checklists.selectors.operation import DAY, HOUR, Settled

LEFT, RIGHT = 6.0, 100.0
TOP, BOTTOM = 22.0, 150.0
HEIGHT = 176
# What a thousand reminders due in one second may take; the picture always reaches above it.
AIM_SECONDS = 15.0
SCALES = (20.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0)
LABEL_EVERY = 3


@dataclass(frozen=True)
class HourColumn:
    begins: datetime
    settled: Settled
    x: float
    middle: float
    width: float
    p99_y: float
    p99_height: float
    median_y: float
    median_height: float
    has_label: bool


@dataclass(frozen=True)
class Line:
    y: float
    text: str


@dataclass(frozen=True)
class LatenessPicture:
    columns: tuple[HourColumn, ...]
    lines: tuple[Line, ...]
    aim: Line


def picture_of(
    hours: Mapping[datetime, Settled], *, now: datetime, words: Callable[[float], str] = str
) -> LatenessPicture:
    """`words` says a number of seconds in the reader's language."""
    begins = begins_of(now)
    top = scale_of(max((each.p99 or 0.0 for each in hours.values()), default=0.0))
    step = (RIGHT - LEFT) / len(begins)
    columns = tuple(
        column_of(at, hours.get(at, Settled()), x=LEFT + number * step, step=step, top=top)
        for number, at in enumerate(begins)
    )
    lines = tuple(Line(height_of(part * top, top), words(part * top)) for part in (0, 0.5, 1))
    return LatenessPicture(columns, lines, Line(height_of(AIM_SECONDS, top), words(AIM_SECONDS)))


def begins_of(now: datetime) -> list[datetime]:
    """The hours of the clock that the last day touches."""
    first = (now - DAY).replace(minute=0, second=0, microsecond=0)
    return [first + number * HOUR for number in range(DAY // HOUR + 1)]


def column_of(at: datetime, settled: Settled, *, x: float, step: float, top: float) -> HourColumn:
    p99_y, median_y = height_of(settled.p99 or 0.0, top), height_of(settled.median or 0.0, top)
    return HourColumn(
        begins=at,
        settled=settled,
        x=round(x + step * 0.15, 2),
        middle=round(x + step / 2, 2),
        width=round(step * 0.7, 2),
        p99_y=p99_y,
        p99_height=round(BOTTOM - p99_y, 1),
        median_y=median_y,
        median_height=round(BOTTOM - median_y, 1),
        has_label=at.hour % LABEL_EVERY == 0,
    )


def scale_of(largest: float) -> float:
    return next((each for each in SCALES if each >= largest), largest)


def height_of(seconds: float, top: float) -> float:
    return round(BOTTOM - min(max(seconds, 0.0), top) / top * (BOTTOM - TOP), 1)
