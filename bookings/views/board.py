"""The day board: rooms by time, drawn by the server, or as a table of what is taken and free."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from bookings.drawing import LOW_ROW_HEIGHT, ROW_HEIGHT, Window, board_tracks, free_of, kind_in_words
from bookings.marks import mark_in_words
from bookings.permissions import can_request, can_see_board
from bookings.selectors import BoardDay, RoomDay, SpanKind, board_day
from bookings.selectors.day import DaySpan
from rooms.dates import day_or_today
from rooms.models import Site
from rooms.selectors import calendar_of, find_site, site_today, sites_visible_to

ONE_DAY = timedelta(days=1)
# Besides the usual one: low rows, and a table.
VIEWS = ("low", "table")
SIDES = (SpanKind.SETUP, SpanKind.TEARDOWN)


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_see_board(request.user, site):
        raise PermissionDenied
    now = timezone.now()
    on = day_or_today(request.GET.get("date", ""), site_today(site, now))
    view = request.GET.get("view")
    view = view if view in VIEWS else ""
    day = board_day(site=site, on=on, user=request.user, now=now)
    context = {
        "board": day,
        "view": view,
        "query": f"&view={view}" if view else "",
        "may_request": can_request(request.user),
        "today": site_today(site, now),
        "previous": on - ONE_DAY,
        "following": on + ONE_DAY,
        "sites": sites_visible_to(request.user),
        "window": Window.of(on, site.zone),
        "rows": table_rows(day) if view == "table" else board_rows(day, is_low=view == "low"),
        **_kind_of_day(site, on),
    }
    return render(request, "bookings/_board.html" if request.htmx else "bookings/board.html", context)


def board_rows(day: BoardDay, *, is_low: bool) -> list[dict[str, Any]]:
    tracks = board_tracks(day, height=LOW_ROW_HEIGHT if is_low else ROW_HEIGHT)
    return [
        {"room": row.room, "seats": _seats(row), "track": track} for row, track in zip(day.rows, tracks, strict=True)
    ]


def table_rows(day: BoardDay) -> list[dict[str, Any]]:
    window = Window.of(day.on, day.site.zone)
    return [
        {
            "room": row.room,
            "seats": _seats(row),
            "spans": [
                {"span": span, "kind": kind_in_words(span), "mark": _mark_in_words(day, span)}
                for span in row.spans
                if span.kind not in SIDES
            ],
            "free": free_of(row, window),
        }
        for row in day.rows
    ]


def _mark_in_words(day: BoardDay, span: DaySpan) -> str:
    mark = day.marks.get(span.booking.pk) if span.booking and span.kind == SpanKind.MEETING else None
    return mark_in_words(mark, day.site.zone, day.on) if mark else ""


def _seats(row: RoomDay) -> int:
    return max((layout.capacity for layout in row.room.layouts.all()), default=0)


def _kind_of_day(site: Site, on: date) -> dict[str, Any]:
    calendar = calendar_of(site)
    name = calendar.holiday_name(on, get_language() or "en")
    return {"holiday": name, "is_working": calendar.is_working(on), "is_weekend": on.weekday() >= 5}
