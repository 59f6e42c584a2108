"""A day drawn as SVG text: one room's strip, and the tracks of the board. Positions are per cent of the shown hours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bookings.marks import Mark, mark_in_words
from bookings.models import Booking
from bookings.selectors.day import BoardDay, DaySpan, RoomDay, SpanKind
from rooms.dates import format_time
from rooms.text import listed

FIRST_HOUR = 7
LAST_HOUR = 21
ROW_HEIGHT = 36
# So low that forty rooms stand on one screen.
LOW_ROW_HEIGHT = 18
TAKEN = (SpanKind.MEETING, SpanKind.SETUP, SpanKind.TEARDOWN, SpanKind.CLOSURE, SpanKind.HOLD)
# Stands for a reference while the address of all of them is worked out.
ANY_REF = "0"
# Before the topic of a date of a series; the card says it in words.
SERIES_SIGN = "↻ "
# Where in the height of its row a block begins, and its share of it.
Band = tuple[float, float]
WHOLE: Band = (0.0, 1.0)


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


def free_of(day: RoomDay, window: Window) -> list[tuple[datetime, datetime]]:
    """The stretches of the shown hours in which nothing is taken."""
    free, cursor = [], window.start
    for start, end in taken_of(day.spans):
        if start > cursor:
            free.append((cursor, min(start, window.end)))
        cursor = max(cursor, end)
    if cursor < window.end:
        free.append((cursor, window.end))
    return [(start, end) for start, end in free if end > start]


def _piece(window: Window, start: datetime, end: datetime, kind: str) -> str:
    if not window.shows(start, end):
        return ""
    left, width = window.place(start, end)
    return f'<rect class="seg seg-{kind}" x="{left}%" width="{width}%" y="1" height="20"/>'


def _hour_line(share: float) -> str:
    return f'<line class="hour" x1="{share}%" x2="{share}%" y1="0" y2="22"/>'


def _hour_mark(share: float, hour: str) -> str:
    return f'<text class="hour-mark" x="{share}%" y="42">{hour}</text>'


# --- The board ----------------------------------------------------------------------------------------------------
# Thousands of blocks: plain text with `escape` on what people wrote takes a tenth of the time of format_html.


@dataclass(frozen=True)
class Board:
    """What the blocks of one drawing share, worked out once."""

    window: Window
    height: int
    on: date
    zone: ZoneInfo
    words: dict[tuple[str, str], str]
    address: tuple[str, str]
    marks: Mapping[int, Mark]

    @classmethod
    def of(cls, day: BoardDay, height: int) -> "Board":
        before, _ref, after = reverse("bookings:detail", args=[ANY_REF]).partition(ANY_REF)
        return cls(Window.of(day.on, day.site.zone), height, day.on, day.site.zone, {}, (before, after), day.marks)

    def state_of(self, span: DaySpan) -> str:
        key = (span.kind, span.status)
        if key not in self.words:
            self.words[key] = escape(kind_in_words(span))
        return self.words[key]

    def mark_of(self, span: DaySpan) -> Mark | None:
        return self.marks.get(span.booking.pk) if span.booking and span.kind == SpanKind.MEETING else None

    def url_of(self, booking: Booking) -> str:
        return self.address[0] + escape(booking.ref) + self.address[1]


def board_tracks(board: BoardDay, *, height: int = ROW_HEIGHT) -> list[SafeString]:
    """The track of each room, in the rows' order."""
    shared = Board.of(board, height)
    return [_track(row, shared) for row in board.rows]


def _track(row: RoomDay, board: Board) -> SafeString:
    shown = [span for span in row.spans if board.window.shows(span.start, span.end)]
    bands = _bands(shown)
    blocks = "".join([_block(span, board, bands.get(id(span), WHOLE)) for span in shown])
    now = _now(row, board.window, board.height)
    # Built of numbers and escaped text.
    return mark_safe(f'<svg class="track" width="100%" height="{board.height}">{blocks}{now}</svg>')  # noqa: S308


def _now(row: RoomDay, window: Window, height: int) -> str:
    if not window.start <= row.now <= window.end:
        return ""
    share = window.at(row.now)
    return f'<line class="now" x1="{share}%" x2="{share}%" y1="0" y2="{height}"/>'


def _bands(spans: Sequence[DaySpan]) -> dict[int, Band]:
    """By identity, the part of the row's height for each pending request.

    Those that overlap stand below one another; over what is taken they keep to the lower half.
    """
    if all(span.kind != SpanKind.PENDING for span in spans):
        return {}
    taken = taken_of(spans)
    bands: dict[int, Band] = {}
    for cluster in _clusters([span for span in spans if span.kind == SpanKind.PENDING]):
        start, end = cluster[0].start, max(span.end for span in cluster)
        top = 0.5 if any(begins < end and until > start for begins, until in taken) else 0.0
        lanes = _lanes(cluster)
        share = (1 - top) / (max(lanes) + 1)
        bands |= {id(span): (top + lane * share, share) for span, lane in zip(cluster, lanes, strict=True)}
    return bands


def _clusters(spans: Sequence[DaySpan]) -> list[list[DaySpan]]:
    """Groups of spans that hang together by overlaps; the spans come in order of their start."""
    clusters: list[list[DaySpan]] = []
    for span in spans:
        if clusters and span.start < max(each.end for each in clusters[-1]):
            clusters[-1].append(span)
        else:
            clusters.append([span])
    return clusters


def _lanes(cluster: Sequence[DaySpan]) -> list[int]:
    """The lane of each span, the first one that is free at its start."""
    ends: list[datetime] = []
    lanes = []
    for span in cluster:
        lane = next((number for number, end in enumerate(ends) if end <= span.start), len(ends))
        ends[lane : lane + 1] = [span.end]
        lanes.append(lane)
    return lanes


def _block(span: DaySpan, board: Board, band: Band) -> str:
    left, width = board.window.place(span.start, span.end)
    top, share = band
    margin = board.height / 12
    inner = board.height - 2 * margin
    height = inner * share
    y, tall = round(margin + top * inner, 2), round(height - (0 if band == WHOLE else 1), 2)
    kind = f"{span.kind} is-running" if span.status == Booking.Status.RUNNING else span.kind
    mark = board.mark_of(span)
    body = (
        f'<svg x="{left}%" width="{width}%" y="{y}" height="{tall}">'
        f'<rect class="seg seg-{kind}" width="100%" height="100%"/>{_caption(span, height, mark)}</svg>'
    )
    if span.kind in (SpanKind.SETUP, SpanKind.TEARDOWN):
        return body
    return _card(span, board, body, mark)


def _caption(span: DaySpan, height: float, mark: Mark | None) -> str:
    if not span.title or height < 12:
        return ""
    size = 13 if height >= 20 else 11
    baseline = round(height / 2 + size * 0.37, 1)
    shape, left = ("", 6) if mark is None else (_shape(mark, height, size + 1), size + 9)
    return (
        f'{shape}<text class="cap cap-{span.kind}" x="{left}" y="{baseline}" font-size="{size}">'
        f"{SERIES_SIGN if is_of_series(span) else ''}{escape(span.title)}</text>"
    )


def _shape(mark: Mark, height: float, size: int) -> str:
    """One of the shapes that the page defines once; its colour comes with its class."""
    top = round((height - size) / 2, 1)
    name = f"mk-{mark.readiness}"
    return f'<use class="mk {name}" href="#{name}" x="4" y="{top}" width="{size}" height="{size}"/>'


def _card(span: DaySpan, board: Board, body: str, mark: Mark | None = None) -> str:
    """What hovering or focus tells; a link for those who may open the booking."""
    zone = board.zone
    times = f"{span.start.astimezone(zone):%H:%M}–{span.end.astimezone(zone):%H:%M}"
    state, title, booking = board.state_of(span), escape(span.title), span.booking
    more = f"{escape(booking.host_department)} · {booking.headcount}" if booking else ""
    if is_of_series(span):
        more = f"{more} · {_('Series')}"
    facts = f'data-title="{title}" data-times="{times}" data-state="{state}" data-more="{more}"'
    label = f"{times} {title} ({state})"
    if mark:
        words = escape(mark_in_words(mark, zone, board.on))
        facts, label = f'{facts} data-mark="{words}"', f"{label}, {words}"
    if booking is None:
        return f'<g class="block" {facts} role="img" aria-label="{label}">{body}</g>'
    return f'<a class="block" href="{board.url_of(booking)}" {facts} aria-label="{label}">{body}</a>'


def is_of_series(span: DaySpan) -> bool:
    return span.booking is not None and span.booking.series_id is not None


def kind_in_words(span: DaySpan) -> str:
    if span.kind == SpanKind.CLOSURE:
        return _("Out of use")
    if span.kind == SpanKind.HOLD:
        return _("Held for an offer")
    return str(Booking.Status(span.status).label) if span.status else ""
