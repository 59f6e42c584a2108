"""The tracks of the board as SVG text: a row for each room, or for each day of one room.

Thousands of blocks: plain text with `escape` on what people wrote takes a tenth of the time of a template's loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext as _

from bookings.drawing import Window, kind_in_words
from bookings.marks import Mark, mark_in_words
from bookings.models import Booking
from bookings.selectors.board import NEVER, BoardSheet, Row, Stretch

# Drawings of rows kept by each process, of some 7 KiB each: most rows are as they were at the last look.
TRACKS_KEPT = 2048
ROW_HEIGHT = 36
# So low that forty rooms stand on one screen.
LOW_ROW_HEIGHT = 18
# Stands for a reference while the address of all of them is worked out.
ANY_REF = "0"
# Before the topic of a date of a series; the card says it in words.
SERIES_SIGN = "↻ "
# Where in the height of its row a block begins, and its share of it.
Band = tuple[float, float]
WHOLE: Band = (0.0, 1.0)


class Escaped(dict[str, str]):
    """Texts made safe for a page, each once: many blocks share a host, and series share a topic."""

    def __missing__(self, text: str) -> str:
        self[text] = escape(text)
        return self[text]


@dataclass(frozen=True)
class Frame:
    """All of a block but its words: what blocks of the same times, kind and state have in common."""

    sides: str
    opening: str
    shape: str
    caption: str
    times: str
    state: str


class Paper(NamedTuple):
    """What all rows of a day are drawn by, whatever stands in them."""

    on: date
    zone: ZoneInfo
    height: int
    # What comes before and after the reference in the address of a booking.
    address: tuple[str, str]
    language: str | None


@dataclass(frozen=True)
class Board:
    """What the blocks of one day share."""

    paper: Paper
    window: Window
    on: date
    zone: ZoneInfo
    now: datetime
    height: int = ROW_HEIGHT
    address: tuple[str, str] = ("", "")
    texts: Escaped = field(default_factory=Escaped)
    clocks: dict[int, str] = field(default_factory=dict)
    frames: dict[tuple[Any, ...], Frame] = field(default_factory=dict)
    said: dict[Mark, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: BoardSheet, on: date, height: int = ROW_HEIGHT) -> "Board":
        before, _ref, after = reverse("bookings:detail", args=[ANY_REF]).partition(ANY_REF)
        return cls.on_paper(Paper(on, sheet.site.zone, height, (before, after), get_language()), sheet.now)

    @classmethod
    def on_paper(cls, paper: Paper, now: datetime) -> "Board":
        window = Window.of(paper.on, paper.zone)
        return cls(paper, window, paper.on, paper.zone, now, paper.height, paper.address)

    def place(self, start: int, end: int) -> str:
        """Where a stretch stands across the row, as attributes."""
        left, width = self.window.place(moment(start), moment(end))
        return f'x="{left}%" width="{width}%"'

    def times_of(self, start: int, end: int) -> str:
        return f"{self.clock(start)}–{self.clock(end)}"

    def clock(self, at: int) -> str:
        if at not in self.clocks:
            self.clocks[at] = f"{moment(at).astimezone(self.zone):%H:%M}"
        return self.clocks[at]

    def url_of(self, ref: str) -> str:
        return self.address[0] + escape(ref) + self.address[1]

    def mark_words(self, mark: Mark) -> str:
        if mark not in self.said:
            self.said[mark] = escape(mark_in_words(mark, self.zone, self.on))
        return self.said[mark]

    def state_of(self, kind: str, status: str) -> str:
        return self.texts[kind_in_words(kind, status)]

    def frame_of(self, each: Stretch, band: Band, mark: Mark | None) -> Frame:
        readiness = mark.readiness if mark else None
        key = (each.lower, each.start, each.end, each.upper, each.kind, each.status, band, readiness)
        if key not in self.frames:
            self.frames[key] = _frame(self, each, band, mark)
        return self.frames[key]

    def upright(self, band: Band) -> tuple[float, float, float]:
        """Top, drawn height, and the height that a caption may count on."""
        top, share = band
        margin = self.height / 12
        inner = self.height - 2 * margin
        height = inner * share
        return round(margin + top * inner, 2), round(height - (0 if band == WHOLE else 1), 2), height


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def board_tracks(sheet: BoardSheet, *, height: int = ROW_HEIGHT) -> list[SafeString]:
    """The track of each room, in the rooms' order, on the sheet's first day."""
    board = Board.of(sheet, sheet.first, height)
    return [track(sheet.lines[room.pk].row, sheet.marks_by_room[room.pk], board) for room in sheet.rooms]


def board_rows(sheet: BoardSheet, *, height: int = ROW_HEIGHT) -> SafeString:
    """The rows of a day as the page holds them: the room's head and its track."""
    before, _pk, after = reverse("rooms:detail", args=[0]).rpartition("0")
    seats = escape(_("seats"))
    rows = [
        f'<div class="board-row"><a class="board-room" href="{before}{room.pk}{after}"><b>{escape(room.code)}</b>'
        f'<span>{escape(room.name)}</span><i title="{seats}">{room.seats}</i></a>'
        f'<div class="board-track" data-room="{room.pk}" data-code="{escape(room.code)}">{drawn}</div></div>'
        for room, drawn in zip(sheet.rooms, board_tracks(sheet, height=height), strict=True)
    ]
    return mark_safe("\n".join(rows))  # noqa: S308 - escaped above


def week_tracks(sheet: BoardSheet) -> list[tuple[date, SafeString]]:
    """The track of each day of the sheet's only room."""
    (room,) = sheet.rooms
    days = [sheet.first + timedelta(days=number) for number in range(sheet.days)]
    row, marks = sheet.lines[room.pk].row, sheet.marks_by_room[room.pk]
    return [(on, track(row, marks, Board.of(sheet, on))) for on in days]


def track(row: Row, marks: Sequence[Mark | None], board: Board) -> SafeString:
    blocks = _blocks(row, marks, board.paper)
    return mark_safe(  # noqa: S308 - built of numbers and escaped text
        f'<svg class="track" width="100%" height="{board.height}">{blocks}{_now(board)}</svg>'
    )


@lru_cache(TRACKS_KEPT)
def _blocks(row: Row, marks: Sequence[Mark | None], paper: Paper) -> str:
    """Of its arguments alone, so that the row of a room in which nothing changed is drawn once."""
    board = _blank(paper)
    first, last = board.window.start.timestamp(), board.window.end.timestamp()
    pairs = [(each, mark) for each, mark in zip(row, marks, strict=True) if each.lower < last and each.upper > first]
    bands = _bands([each for each, _mark in pairs])
    return "".join([_block(each, board, bands.get(id(each), WHOLE), mark) for each, mark in pairs])


@lru_cache(16)
def _blank(paper: Paper) -> Board:
    """Texts, clocks and shapes that the rows of a day share."""
    return Board.on_paper(paper, NEVER)


def _now(board: Board) -> str:
    if not board.window.start <= board.now <= board.window.end:
        return ""
    share = board.window.at(board.now)
    return f'<line class="now" x1="{share}%" x2="{share}%" y1="0" y2="{board.height}"/>'


def _bands(stretches: Sequence[Stretch]) -> dict[int, Band]:
    """By identity, the part of the row's height for each pending request.

    Those that overlap stand below one another; over what is taken they keep to the lower half.
    """
    pending = [each for each in stretches if each.kind == "pending"]
    bands: dict[int, Band] = {}
    for cluster in _clusters(pending):
        start, end = cluster[0].start, max(each.end for each in cluster)
        is_over = any(each.kind != "pending" and each.lower < end and each.upper > start for each in stretches)
        top = 0.5 if is_over else 0.0
        lanes = _lanes(cluster)
        share = (1 - top) / (max(lanes) + 1)
        bands |= {id(each): (top + lane * share, share) for each, lane in zip(cluster, lanes, strict=True)}
    return bands


def _clusters(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Groups that hang together by overlaps; the stretches come in order of their start."""
    clusters: list[list[Stretch]] = []
    for each in stretches:
        if clusters and each.start < max(other.end for other in clusters[-1]):
            clusters[-1].append(each)
        else:
            clusters.append([each])
    return clusters


def _lanes(cluster: Sequence[Stretch]) -> list[int]:
    """The lane of each, the first one that is free at its start."""
    ends: list[int] = []
    lanes = []
    for each in cluster:
        lane = next((number for number, end in enumerate(ends) if end <= each.start), len(ends))
        ends[lane : lane + 1] = [each.end]
        lanes.append(lane)
    return lanes


def _block(each: Stretch, board: Board, band: Band, mark: Mark | None) -> str:
    frame = board.frame_of(each, band, mark)
    title = board.texts[each.title]
    sign = SERIES_SIGN if each.in_series else ""
    caption = f"{frame.caption}{sign}{title}</text>" if frame.caption and title else ""
    body = f"{frame.opening}{frame.shape}{caption}</svg>"
    facts = f'data-title="{title}" data-times="{frame.times}" data-state="{frame.state}"'
    label = f"{frame.times} {title} ({frame.state})"
    if mark:
        words = board.mark_words(mark)
        facts, label = f'{facts} data-mark="{words}"', f"{label}, {words}"
    if not each.ref:
        return f'{frame.sides}<g class="block" {facts} role="img" aria-label="{label}">{body}</g>'
    word = board.texts[_("Series")]
    series = f" · {word}" if each.in_series else ""
    more = f'data-more="{board.texts[each.host]} · {each.headcount}{series}"'
    if each.version is not None:
        more += f' data-move="{each.start} {each.end} {each.version}"'
    href = board.url_of(each.ref)
    return f'{frame.sides}<a class="block" href="{href}" {facts} {more} aria-label="{label}">{body}</a>'


def _frame(board: Board, each: Stretch, band: Band, mark: Mark | None) -> Frame:
    y, tall, height = board.upright(band)
    name = f"{each.kind} is-running" if each.status == Booking.Status.RUNNING else each.kind
    place = board.place(each.start, each.end)
    ground = f'<rect class="seg seg-{name}" width="100%" height="100%"/>'
    shape, caption = _head(each.kind, height, mark)
    return Frame(
        sides=_sides(each, board) if each.kind == "meeting" else "",
        opening=f'<svg {place} y="{y}" height="{tall}">{ground}',
        shape=shape,
        caption=caption,
        times=board.times_of(each.start, each.end),
        state=board.state_of(each.kind, each.status),
    )


def _sides(each: Stretch, board: Board) -> str:
    """Set-up and clearing, where there are any."""
    y, tall, _inner = board.upright(WHOLE)
    parts = (("setup", each.lower, each.start), ("teardown", each.end, each.upper))
    return "".join(
        f'<rect class="seg seg-{name}" {board.place(start, end)} y="{y}" height="{tall}"/>'
        for name, start, end in parts
        if start < end
    )


def _head(kind: str, height: float, mark: Mark | None) -> tuple[str, str]:
    """The shape of the mark and the beginning of the caption; neither where the block is too low for it."""
    if height < 12:
        return "", ""
    size = 13 if height >= 20 else 11
    baseline = round(height / 2 + size * 0.37, 1)
    shape, left = ("", 6) if mark is None else (_shape(mark, height, size + 1), size + 9)
    return shape, f'<text class="cap cap-{kind}" x="{left}" y="{baseline}" font-size="{size}">'


def _shape(mark: Mark, height: float, size: int) -> str:
    """One of the shapes that the page defines once; its colour comes with its class."""
    top = round((height - size) / 2, 1)
    name = f"mk-{mark.readiness}"
    return f'<use class="mk {name}" href="#{name}" x="4" y="{top}" width="{size}" height="{size}"/>'
