"""The picture of a standard around one meeting: times, lanes, rows and marks as positions for an SVG.

Pure: steps in, numbers out. Time is drawn by key moments, so that ten minutes before the start and three days after
the end fit on one axis: a longer gap is wider, but less and less so.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log2
from zoneinfo import ZoneInfo

WIDTH = 1360.0
LABEL = 116.0
RIGHT = 14.0
HEAD = 54.0
ROW = 21.0
LANE_GAP = 9.0
SIZE = 12.5
TIME_LABEL = 40.0
# Wider gaps than this are broken with a mark.
BREAK = timedelta(hours=3)
WIDEST = 6.0
# The meeting is drawn to scale and takes this part of the picture at least, for its rounds stand close.
MEETING_SHARE = 0.34
MOST_ROUNDS = 60
LONGEST_TITLE = 300.0


@dataclass(frozen=True, kw_only=True)
class PictureStep:
    """What the picture needs of one step: a round repeats `every` minutes until the end."""

    item: str
    title: str
    role: str
    phase: str
    at: datetime
    every: int | None = None
    limit: int | None = None
    is_random: bool = False


@dataclass(frozen=True)
class Round:
    x: float
    # Where the next one is due, and where the gap after this one becomes a breach; none past the booked end.
    next_x: float | None = None
    limit_x: float | None = None


@dataclass(frozen=True)
class Mark:
    step: PictureStep
    x: float
    y: float
    label: str
    label_x: float
    anchor: str
    rounds: tuple[Round, ...] = ()

    @property
    def last_x(self) -> float:
        return self.rounds[-1].x if self.rounds else self.x

    @property
    def rest(self) -> str:
        """The label without the id, which is set in another weight."""
        return self.label.removeprefix(self.step.item)

    @property
    def top(self) -> float:
        return round(self.y - 6, 1)

    @property
    def bottom(self) -> float:
        return round(self.y + 6, 1)

    @property
    def text_y(self) -> float:
        return round(self.y + SIZE * 0.36, 1)


@dataclass(frozen=True)
class Lane:
    role: str
    y: float
    height: float
    marks: tuple[Mark, ...]

    @property
    def text_y(self) -> float:
        return round(self.y + ROW * 0.7, 1)

    @property
    def line_y(self) -> float:
        return round(self.y - LANE_GAP / 2, 1)


@dataclass(frozen=True)
class Tick:
    """A key moment on the axis; `is_named` where there is room for its time."""

    x: float
    at: datetime
    is_named: bool


@dataclass(frozen=True)
class Day:
    """A stretch of one day of the calendar; its name stands at `x`."""

    x: float
    width: float
    at: datetime

    @property
    def text_x(self) -> float:
        return round(self.x + 6, 1)


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    label_width: float
    head: float
    start_x: float
    end_x: float
    ticks: tuple[Tick, ...]
    days: tuple[Day, ...]
    breaks: tuple[float, ...]
    lanes: tuple[Lane, ...]

    @property
    def meeting_width(self) -> float:
        return round(self.end_x - self.start_x, 1)

    @property
    def body_height(self) -> float:
        return round(self.height - self.head, 1)


@dataclass(frozen=True)
class Scale:
    """Key moments and where they stand; between two of them time runs evenly."""

    moments: tuple[datetime, ...]
    places: tuple[float, ...]

    def x(self, at: datetime) -> float:
        if at <= self.moments[0]:
            return self.places[0]
        if at >= self.moments[-1]:
            return self.places[-1]
        index = bisect_right(self.moments, at) - 1
        first, last = self.moments[index], self.moments[index + 1]
        part = (at - first) / (last - first)
        return round(self.places[index] + part * (self.places[index + 1] - self.places[index]), 1)


def draw(
    steps: Sequence[PictureStep], *, start: datetime, end: datetime, roles: Sequence[str], zone: ZoneInfo
) -> Picture:
    """Days are those of `zone`; `roles` gives the order of the lanes; a role without a step has none."""
    scale = scale_of(steps, start, end)
    lanes: list[Lane] = []
    y = HEAD
    for role in roles:
        own = sorted((step for step in steps if step.role == role), key=lambda step: (step.at, step.item))
        if own:
            lanes.append(draw_lane(role, own, scale, y, end))
            y += lanes[-1].height + LANE_GAP
    return Picture(
        width=WIDTH,
        height=round(y + 4, 1),
        label_width=LABEL,
        head=HEAD,
        start_x=scale.x(start),
        end_x=scale.x(end),
        ticks=ticks_of(scale, start, end),
        days=days_of(scale, zone),
        breaks=breaks_of(scale),
        lanes=tuple(lanes),
    )


def scale_of(steps: Iterable[PictureStep], start: datetime, end: datetime) -> Scale:
    outside = {step.at for step in steps if not start <= step.at <= end}
    moments = sorted({*outside, start, end})
    weights = [weight(second - first) for first, second in pairwise(moments)]
    inside = moments.index(start)
    share = sum(weights[:inside]) + sum(weights[inside + 1 :])
    weights[inside] = max(weights[inside], share * MEETING_SHARE / (1 - MEETING_SHARE), 1.0)
    return Scale(tuple(moments), places_of(weights))


def weight(gap: timedelta) -> float:
    minutes = gap.total_seconds() / 60
    return min(1 + log2(1 + minutes / 10), WIDEST)


def places_of(weights: Sequence[float]) -> tuple[float, ...]:
    first, room = LABEL + 26, WIDTH - RIGHT - 150 - LABEL - 26
    whole = sum(weights)
    places, so_far = [first], 0.0
    for each in weights:
        so_far += each
        places.append(round(first + room * so_far / whole, 1))
    return tuple(places)


def ticks_of(scale: Scale, start: datetime, end: datetime) -> tuple[Tick, ...]:
    """Start and end are always named, the others where their times do not touch."""
    taken = [scale.x(start), scale.x(end)]
    ticks = []
    for at, x in zip(scale.moments, scale.places, strict=True):
        is_own = at in {start, end}
        is_free = all(abs(x - other) >= TIME_LABEL for other in taken)
        if is_free and not is_own:
            taken.append(x)
        ticks.append(Tick(x, at, is_own or is_free))
    return tuple(ticks)


def days_of(scale: Scale, zone: ZoneInfo) -> tuple[Day, ...]:
    """The border between two days stands halfway between their moments."""
    dates = [at.astimezone(zone).date() for at in scale.moments]
    firsts = [0, *(number + 1 for number, (one, two) in enumerate(pairwise(dates)) if one != two)]
    lefts = [LABEL, *((scale.places[n - 1] + scale.places[n]) / 2 for n in firsts[1:])]
    rights = [*lefts[1:], WIDTH - RIGHT]
    return tuple(
        Day(round(left, 1), round(right - left, 1), scale.moments[n])
        for n, left, right in zip(firsts, lefts, rights, strict=True)
    )


def breaks_of(scale: Scale) -> tuple[float, ...]:
    pairs = zip(pairwise(scale.moments), pairwise(scale.places), strict=True)
    return tuple(round((left + right) / 2, 1) for (one, two), (left, right) in pairs if two - one > BREAK)


def draw_lane(role: str, steps: Sequence[PictureStep], scale: Scale, y: float, end: datetime) -> Lane:
    """Each mark takes the first row where it and its words are clear of the others."""
    rows: list[list[tuple[float, float]]] = []
    marks = []
    for step in steps:
        rounds = rounds_of(step, scale, end)
        x, label = scale.x(step.at), label_of(step)
        label_x, anchor, span = place_label(x, rounds, text_width(label))
        row = free_row(rows, span)
        marks.append(Mark(step, x, round(y + ROW * (row + 0.5), 1), label, label_x, anchor, rounds))
    return Lane(role, y, round(ROW * len(rows), 1), tuple(marks))


def rounds_of(step: PictureStep, scale: Scale, end: datetime) -> tuple[Round, ...]:
    if not step.every:
        return ()
    found, at, every = [], step.at, timedelta(minutes=step.every)
    while at < end and len(found) < MOST_ROUNDS:
        late = at + timedelta(minutes=step.limit) if step.limit else None
        shown = late is not None and late <= end
        found.append(
            Round(scale.x(at), scale.x(at + every) if shown else None, scale.x(late) if late and shown else None)
        )
        at += every
    return tuple(found)


def label_of(step: PictureStep) -> str:
    """The id and as much of the title as stands well beside a mark."""
    return fitting(f"{step.item} {step.title}", LONGEST_TITLE)


def place_label(x: float, rounds: Sequence[Round], width: float) -> tuple[float, str, tuple[float, float]]:
    """Beside the mark: to the right where there is room, else to the left; of rounds always before the first."""
    last = max((each.limit_x or each.x for each in rounds), default=x)
    if rounds or x + 12 + width > WIDTH - RIGHT:
        return round(x - 12, 1), "end", (x - 16 - width, last + 10)
    return round(x + 12, 1), "start", (x - 10, x + 18 + width)


def free_row(rows: list[list[tuple[float, float]]], span: tuple[float, float]) -> int:
    for number, taken in enumerate(rows):
        if all(span[1] <= first or span[0] >= last for first, last in taken):
            taken.append(span)
            return number
    rows.append([span])
    return len(rows) - 1


def text_width(text: str) -> float:
    return sum(SIZE if is_wide(letter) else SIZE * 0.55 for letter in text)


def is_wide(letter: str) -> bool:
    return ord(letter) > 0x2E7F


def fitting(text: str, width: float) -> str:
    used = 0.0
    for count, letter in enumerate(text):
        used += text_width(letter)
        if used > width:
            return f"{text[: count - 1].rstrip()}…"
    return text
