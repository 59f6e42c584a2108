"""One room's day drawn as a strip of SVG. Positions are per cent of the shown hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bookings.models import Booking
from bookings.selectors.day import DaySpan, RoomDay, SpanKind
from rooms.dates import format_time
from rooms.text import listed

FIRST_HOUR = 7
LAST_HOUR = 21
TAKEN = (SpanKind.MEETING, SpanKind.SETUP, SpanKind.TEARDOWN, SpanKind.CLOSURE, SpanKind.HOLD)


@dataclass(frozen=True)
class Window:
    """The hours of a day that are shown."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, on: date, zone: ZoneInfo, first: int = FIRST_HOUR, last: int = LAST_HOUR) -> "Window":
        start = datetime.combine(on, time(first), tzinfo=zone)
        return cls(start, start + timedelta(hours=last - first))

    def at(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start) * 100
        return round(min(max(share, 0.0), 100.0), 3)

    def shows(self, start: datetime, end: datetime) -> bool:
        return start < self.end and end > self.start

    def place(self, start: datetime, end: datetime) -> tuple[float, float]:
        left = self.at(start)
        return left, round(self.at(end) - left, 3)

    def hours(self) -> list[tuple[float, str]]:
        steps = int((self.end - self.start) / timedelta(hours=1))
        moments = [self.start + timedelta(hours=step) for step in range(steps)]
        return [(self.at(moment), f"{moment:%H}") for moment in moments]


@dataclass(frozen=True)
class Mine:
    """The request being looked at: its meeting and what it needs before and after."""

    start: datetime
    end: datetime
    setup_minutes: int = 0
    teardown_minutes: int = 0

    @property
    def parts(self) -> tuple[tuple[datetime, datetime, str], ...]:
        ready_from = self.start - timedelta(minutes=self.setup_minutes)
        clear_until = self.end + timedelta(minutes=self.teardown_minutes)
        return (
            (ready_from, self.start, "mine-side"),
            (self.start, self.end, "mine"),
            (self.end, clear_until, "mine-side"),
        )


def strip(day: RoomDay, *, mine: Mine | None = None, scale: bool = False) -> SafeString:
    """One room's day; with `scale` the hours are written below."""
    window = Window.of(day.on, day.room.site.zone)
    pieces = [_piece(window, span.start, span.end, span.kind) for span in day.spans]
    own = [_piece(window, start, end, kind) for start, end, kind in (mine.parts if mine else ())]
    lines = [_hour_line(share) for share, _hour in window.hours()]
    marks = [_hour_mark(share, hour) for share, hour in window.hours()] if scale else []
    height = 54 if scale else 22
    return format_html(
        '<svg class="strip" width="100%" height="{}" role="img" aria-label="{}">{}{}{}{}</svg>',
        height,
        day_in_words(day),
        mark_safe("".join(lines)),  # noqa: S308 - built of numbers
        mark_safe("".join(pieces)),  # noqa: S308 - built of numbers
        mark_safe("".join(own)),  # noqa: S308 - built of numbers
        mark_safe("".join(marks)),  # noqa: S308 - built of numbers
    )


def day_in_words(day: RoomDay) -> str:
    zone = day.room.site.zone
    taken = listed(f"{format_time(start, zone)}–{format_time(end, zone)}" for start, end in taken_of(day.spans))
    if not taken:
        return _("%(room)s: free all day") % {"room": day.room.code}
    return _("%(room)s is taken %(times)s") % {"room": day.room.code, "times": taken}


def taken_of(spans: Iterable[DaySpan]) -> list[tuple[datetime, datetime]]:
    """The taken stretches, those that touch joined into one."""
    joined: list[tuple[datetime, datetime]] = []
    for span in sorted((each for each in spans if each.kind in TAKEN), key=lambda each: each.start):
        if joined and span.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return joined


def _piece(window: Window, start: datetime, end: datetime, kind: str) -> str:
    if not window.shows(start, end):
        return ""
    left, width = window.place(start, end)
    return f'<rect class="seg seg-{kind}" x="{left}%" width="{width}%" y="1" height="20"/>'


def _hour_line(share: float) -> str:
    return f'<line class="hour" x1="{share}%" x2="{share}%" y1="0" y2="22"/>'


def _hour_mark(share: float, hour: str) -> str:
    return f'<text class="hour-mark" x="{share}%" y="42">{hour}</text>'


def kind_in_words(kind: str, status: str) -> str:
    if kind == SpanKind.CLOSURE:
        return _("Out of use")
    if kind == SpanKind.HOLD:
        return _("Held for an offer")
    return str(Booking.Status(status).label) if status else ""
