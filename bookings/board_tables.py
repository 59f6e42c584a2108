"""The board in words, as rows of HTML: a room's taken and free times, and the meetings of a day in their order.

Text with `escape` on what people wrote, as the drawn board is and for the same reason.
"""

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bookings.drawing_board import Board
from bookings.marks import Mark
from bookings.selectors.board import BoardRoom, BoardSheet, Stretch

Free = tuple[int, int]


def table_rows(sheet: BoardSheet, *, may_request: bool) -> SafeString:
    board = Board.of(sheet, sheet.first)
    before, _pk, after = reverse("rooms:detail", args=[0]).rpartition("0")
    rows = [
        f'<tr><th scope="row"><a href="{before}{room.pk}{after}">{escape(room.code)} {escape(room.name)}</a></th>'
        f'<td class="num">{room.seats}</td>'
        f'<td><ul class="plain">{_taken(sheet, room, board)}</ul></td>'
        f'<td><ul class="plain free">{_free(room, sheet, board, may_request=may_request)}</ul></td></tr>'
        for room in sheet.rooms
    ]
    return mark_safe("".join(rows))  # noqa: S308 - escaped above and below


def _nothing() -> str:
    word = escape(_("nothing"))
    return f'<li class="quiet">{word}</li>'


def _taken(sheet: BoardSheet, room: BoardRoom, board: Board) -> str:
    pairs = zip(sheet.stretches[room.pk], sheet.marks_by_room[room.pk], strict=True)
    items = [
        f'<li><span class="num">{board.times_of(each.start, each.end)}</span> {_title(each, board)} '
        f'<span class="quiet">{_state(each, mark, board)}</span></li>'
        for each, mark in pairs
    ]
    return "".join(items) or _nothing()


def _title(each: Stretch, board: Board) -> str:
    return f'<a href="{board.url_of(each.ref)}">{escape(each.title)}</a>' if each.ref else escape(each.title)


def _state(each: Stretch, mark: Mark | None, board: Board) -> str:
    state = board.state_of(each.kind, each.status)
    return f"{state} · {board.mark_words(mark)}" if mark else state


def _free(room: BoardRoom, sheet: BoardSheet, board: Board, *, may_request: bool) -> str:
    times = [(start, end, board.times_of(start, end)) for start, end in free_of(sheet.stretches[room.pk], board)]
    if not may_request:
        return "".join(f"<li>{words}</li>" for _start, _end, words in times) or _nothing()
    said = escape(_("Request %(room)s") % {"room": room.code})
    address, fixed = reverse("bookings:new"), {"site": sheet.site.code, "room": room.pk, "date": sheet.first}
    links = [(urlencode(fixed | {"start": board.clock(start)}), words) for start, _end, words in times]
    items = [
        f'<li><a href="{address}?{escape(query)}"><span class="visually-hidden">{said} </span>{words}</a></li>'
        for query, words in links
    ]
    return "".join(items) or _nothing()


def free_of(stretches: Sequence[Stretch], board: Board) -> list[Free]:
    """The stretches of the shown hours in which nothing is taken."""
    cursor, until = int(board.window.start.timestamp()), int(board.window.end.timestamp())
    free = []
    for each in stretches:
        if each.kind != "pending":
            if each.lower > cursor:
                free.append((cursor, min(each.lower, until)))
            cursor = max(cursor, each.upper)
    if cursor < until:
        free.append((cursor, until))
    return [(start, end) for start, end in free if end > start]


def list_rows(sheet: BoardSheet) -> tuple[SafeString, int]:
    """The meetings, requests and closures by time, and how many they are."""
    board = Board.of(sheet, sheet.first)
    # A hall's meeting stands once, not with each of its parts as well.
    found = sorted(_once(sheet), key=lambda row: (row[1].start, row[1].end, row[0].position, row[0].code))
    rows = [_row(room, each, mark, board) for room, each, mark in found]
    return mark_safe("".join(rows)), len(rows)  # noqa: S308 - escaped below


def _once(sheet: BoardSheet) -> Iterator[tuple[BoardRoom, Stretch, Mark | None]]:
    seen = set()
    for room in sheet.rooms:
        for each, mark in zip(sheet.stretches[room.pk], sheet.marks_by_room[room.pk], strict=True):
            if id(each) not in seen:
                seen.add(id(each))
                yield room, each, mark


def _row(room: BoardRoom, each: Stretch, mark: Mark | None, board: Board) -> str:
    ready = board.mark_words(mark) if mark else ""
    count = each.headcount or ""
    return (
        f'<tr tabindex="-1"><td class="num">{board.times_of(each.start, each.end)}</td><td>{escape(room.code)}</td>'
        f"<td>{_title(each, board)}</td><td>{escape(each.host)}</td>"
        f'<td class="num">{count}</td><td>{board.state_of(each.kind, each.status)}</td><td>{ready}</td></tr>\n'
    )
