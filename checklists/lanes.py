"""Positions of the manager's day as percentages of its width, so that text keeps its shape in the SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from checklists.selectors.day import MARKS, Coverage, DayOverview, Lane, Mark


@dataclass(frozen=True)
class Bar:
    x: float
    width: float


@dataclass(frozen=True)
class Dot:
    x: float
    radius: float
    mark: Mark
    # Due before or after the hours shown.
    is_outside: bool


@dataclass(frozen=True)
class DrawnLane:
    lane: Lane
    setup: Bar
    meeting: Bar
    teardown: Bar
    overrun: Bar | None
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class DrawnHour:
    x: float
    label: str


@dataclass(frozen=True)
class DrawnCover:
    x: float
    width: float
    people_y: float
    people_height: float
    meetings_y: float
    cover: Coverage


@dataclass(frozen=True)
class Drawing:
    hours: tuple[DrawnHour, ...]
    lanes: tuple[DrawnLane, ...]
    coverage: tuple[DrawnCover, ...]
    now_x: float | None


@dataclass(frozen=True)
class Axis:
    first: datetime
    last: datetime

    def x(self, at: datetime) -> float:
        inside = min(max(at, self.first), self.last)
        return round((inside - self.first) / (self.last - self.first) * 100, 2)

    def bar(self, start: datetime, end: datetime) -> Bar:
        x = self.x(start)
        return Bar(x, round(max(self.x(end) - x, 0), 2))

    def has(self, at: datetime) -> bool:
        return self.first <= at <= self.last


def draw_day(day: DayOverview, *, zone: ZoneInfo, now: datetime) -> Drawing:
    axis = Axis(day.coverage[0].at, day.coverage[-1].at + timedelta(minutes=30))
    highest = max(max(each.people, each.meetings, 1) for each in day.coverage)
    return Drawing(
        hours=hours_of(axis, zone),
        lanes=tuple(draw_lane(lane, axis, now) for lane in day.lanes),
        coverage=tuple(draw_cover(each, axis, highest) for each in day.coverage),
        now_x=axis.x(now) if axis.has(now) else None,
    )


def hours_of(axis: Axis, zone: ZoneInfo) -> tuple[DrawnHour, ...]:
    count = int((axis.last - axis.first) / timedelta(hours=1))
    marks = (axis.first + timedelta(hours=number) for number in range(count + 1))
    return tuple(DrawnHour(axis.x(at), f"{at.astimezone(zone):%H}") for at in marks)


def draw_lane(lane: Lane, axis: Axis, now: datetime) -> DrawnLane:
    ended = lane.actual_end or (max(now, lane.end) if lane.status == "running" else lane.end)
    return DrawnLane(
        lane=lane,
        setup=axis.bar(lane.occupied_from, lane.start),
        meeting=axis.bar(lane.start, min(lane.end, ended)),
        teardown=axis.bar(max(lane.end, ended), max(lane.occupied_until, ended)),
        overrun=axis.bar(lane.end, ended) if ended > lane.end else None,
        dots=tuple(draw_dot(mark, axis) for mark in within(lane.marks, axis)),
    )


def within(marks: Iterable[Mark], axis: Axis) -> list[Mark]:
    """What lies before or after the hours shown stands as one mark at either edge."""
    shown = list(marks)
    before = [mark for mark in shown if mark.at < axis.first]
    after = [mark for mark in shown if mark.at > axis.last]
    inside = [mark for mark in shown if axis.has(mark.at)]
    return [*merged(before), *inside, *merged(after)]


def merged(marks: list[Mark]) -> list[Mark]:
    if not marks:
        return []
    worst = min((mark.state for mark in marks), key=MARKS.index)
    titles = tuple(title for mark in marks for title in mark.titles)
    done, total = sum(mark.done for mark in marks), sum(mark.total for mark in marks)
    return [Mark(marks[0].at, marks[0].phase, worst, done, total, titles)]


def draw_dot(mark: Mark, axis: Axis) -> Dot:
    return Dot(axis.x(mark.at), min(4.5 + mark.total * 0.6, 9), mark, not axis.has(mark.at))


def draw_cover(each: Coverage, axis: Axis, highest: int) -> DrawnCover:
    """Heights as percentages, measured from the bottom."""
    bar = axis.bar(each.at, each.at + timedelta(minutes=30))
    people, meetings = each.people / highest * 90, each.meetings / highest * 90
    return DrawnCover(bar.x, bar.width, round(100 - people, 1), round(people, 1), round(100 - meetings, 1), each)
