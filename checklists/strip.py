"""The strip chart of a day: rooms down, time across, as positions for an SVG that prints in black and white."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checklists.selectors.rundown import Sheet, SheetMeeting, SheetRoom

WIDTH = 1000.0
LABEL = 74.0
HEAD = 16.0
ROW = 20.0
SIZE = 9.0
EARLIEST, LATEST = 8, 18
# With more rooms than this the chart would fill the page: rooms without a meeting are left out.
MOST_ROOMS = 14


@dataclass(frozen=True)
class Block:
    x: float
    width: float
    setup_x: float
    setup_width: float
    teardown_width: float
    y: float
    label: str
    is_changed: bool

    @property
    def text_x(self) -> float:
        return round(self.x + 5, 1)

    @property
    def until_x(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Line:
    code: str
    y: float
    text_y: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Hour:
    x: float
    label: str


@dataclass(frozen=True)
class Strip:
    width: float
    height: float
    hours: tuple[Hour, ...]
    lines: tuple[Line, ...]
    left_out: int


@dataclass(frozen=True)
class Scale:
    from_at: datetime
    until_at: datetime

    def x(self, at: datetime) -> float:
        span = (self.until_at - self.from_at).total_seconds()
        part = (min(max(at, self.from_at), self.until_at) - self.from_at).total_seconds() / span
        return round(LABEL + part * (WIDTH - LABEL), 1)


def strip_chart(sheet: Sheet) -> Strip:
    scale = scale_of(sheet)
    shown = shown_rooms(sheet.rooms)
    lines = tuple(line(room, scale, row, sheet) for row, room in enumerate(shown))
    return Strip(
        width=WIDTH,
        height=HEAD + ROW * len(lines) + 1,
        hours=hours(scale, sheet),
        lines=lines,
        left_out=len(sheet.rooms) - len(shown),
    )


def shown_rooms(rooms: tuple[SheetRoom, ...]) -> tuple[SheetRoom, ...]:
    return rooms if len(rooms) <= MOST_ROOMS else tuple(room for room in rooms if room.meetings)


def scale_of(sheet: Sheet) -> Scale:
    """Whole hours of the site's day around every meeting with its set-up and tear-down."""
    opens, closes = wall(sheet, EARLIEST), wall(sheet, LATEST)
    first = min((opens, *(meeting.occupied_from for meeting in sheet.meetings)))
    last = max((closes, *(meeting.occupied_until for meeting in sheet.meetings)))
    from_at = max(whole_hour(first), wall(sheet, 0))
    until_at = min(whole_hour(last + timedelta(minutes=59)), wall(sheet, 24))
    return Scale(from_at, until_at)


def wall(sheet: Sheet, hour: int) -> datetime:
    day = sheet.on + timedelta(days=hour // 24)
    return datetime(day.year, day.month, day.day, hour % 24, tzinfo=sheet.zone).astimezone(UTC)


def whole_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def hours(scale: Scale, sheet: Sheet) -> tuple[Hour, ...]:
    count = int((scale.until_at - scale.from_at).total_seconds() // 3600)
    marks = (scale.from_at + timedelta(hours=number) for number in range(count + 1))
    return tuple(Hour(scale.x(at), f"{at.astimezone(sheet.zone):%H}") for at in marks)


def line(room: SheetRoom, scale: Scale, row: int, sheet: Sheet) -> Line:
    y = HEAD + row * ROW
    return Line(room.code, y, y + ROW * 0.68, tuple(blocks(room.meetings, scale, y, sheet)))


def blocks(meetings: Iterable[SheetMeeting], scale: Scale, y: float, sheet: Sheet) -> Iterable[Block]:
    for meeting in meetings:
        x, until = scale.x(meeting.start), scale.x(meeting.end)
        setup_x = scale.x(meeting.occupied_from)
        starts = meeting.start.astimezone(sheet.zone)
        yield Block(
            x=x,
            width=round(until - x, 1),
            setup_x=setup_x,
            setup_width=round(x - setup_x, 1),
            teardown_width=round(scale.x(meeting.occupied_until) - until, 1),
            y=y + 2.5,
            label=fitting(f"{starts:%H:%M} {meeting.topic}", until - x - 8),
            is_changed=bool(meeting.change),
        )


def fitting(text: str, width: float) -> str:
    """As much of the text as fits: a CJK character is as wide as the type is high, a Latin one about half."""
    used = 0.0
    for count, character in enumerate(text):
        used += SIZE if ord(character) > 0x2E7F else SIZE * 0.56
        if used > width:
            return f"{text[: max(count - 1, 0)].rstrip()}…" if count > 3 else ""
    return text
