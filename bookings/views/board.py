"""The board: rooms by time for a day, a room's week, a site's month, and the meetings of a day as a list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from bookings.board_tables import list_rows, table_rows
from bookings.drawing import Window
from bookings.drawing_board import LOW_ROW_HEIGHT, ROW_HEIGHT, board_rows, week_tracks
from bookings.forms.board import BoardFilterForm
from bookings.permissions import can_request, can_see_board
from bookings.selectors.board import BoardRoom, BoardSheet, board_rooms, board_sheet
from bookings.selectors.month import month_of
from bookings.views.choices import number_in
from rooms.dates import FIRST_DAY, LAST_DAY, day_or_today, format_weekday
from rooms.models import EquipmentKind, Site
from rooms.selectors import calendar_of, find_site, site_today, sites_visible_to
from rooms.workcal import WorkingCalendar
from staff.models import User

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Besides the usual one: low rows, and a table.
VIEWS = ("low", "table")


@dataclass(frozen=True)
class Asked:
    """What every page of the board is asked for, and what it has to show it from."""

    request: HttpRequest
    user: User
    site: Site
    on: date
    now: datetime
    form: BoardFilterForm
    all_rooms: list[BoardRoom]

    @property
    def rooms(self) -> list[BoardRoom]:
        wanted = self.form.wanted
        return [room for room in self.all_rooms if wanted.keeps(room)]

    def sheet(self, rooms: list[BoardRoom], first: date, days: int = 1) -> BoardSheet:
        return board_sheet(site=self.site, rooms=rooms, first=first, user=self.user, now=self.now, days=days)

    def page(self, which: str, **context: Any) -> HttpResponse:
        shared = {
            "page": which,
            "site": self.site,
            "on": self.on,
            "today": site_today(self.site, self.now),
            "sites": sites_visible_to(self.user),
            "may_request": can_request(self.user),
            "form": self.form,
            "floors": sorted({room.floor for room in self.all_rooms if room.floor}),
            "equipment": EquipmentKind.choices,
            "has_rooms": bool(self.all_rooms),
            "query": self.form.query,
        }
        template = f"bookings/_board_{which}.html" if self.request.htmx else f"bookings/board_{which}.html"
        return render(self.request, template, shared | context)


def asked(request: HttpRequest) -> Asked:
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_see_board(request.user, site):
        raise PermissionDenied
    now = timezone.now()
    on = day_or_today(request.GET.get("date", ""), site_today(site, now))
    form = BoardFilterForm(request.GET)
    return Asked(request, request.user, site, on, now, form, board_rooms(site))


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    here = asked(request)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    sheet = here.sheet(here.rooms, here.on)
    if view == "table":
        rows = table_rows(sheet, may_request=can_request(request.user))
    else:
        rows = board_rows(sheet, height=LOW_ROW_HEIGHT if view == "low" else ROW_HEIGHT)
    context = {
        "view": view,
        "rows": rows,
        "rooms": sheet.rooms,
        "has_marks": sheet.has_marks,
        "window": Window.of(here.on, here.site.zone),
        "view_query": f"&view={view}" if view else "",
        **beside(here.on, ONE_DAY),
        **kind_of_day(calendar_of(here.site), here.on),
    }
    return here.page("day", **context)


@login_required
@require_GET
def week(request: HttpRequest) -> HttpResponse:
    here = asked(request)
    room = room_asked(here)
    first = max(here.on - timedelta(days=here.on.weekday()), FIRST_DAY)
    sheet = here.sheet([room] if room else [], first, days=7)
    calendar = calendar_of(here.site)
    days = week_tracks(sheet) if room else []
    context = {
        "room": room,
        "rooms": here.rooms,
        "days": [{"on": on, "track": track, **kind_of_day(calendar, on)} for on, track in days],
        "first": first,
        "last": first + timedelta(days=6),
        "has_marks": sheet.has_marks,
        "window": Window.of(here.on, here.site.zone),
        "view_query": f"&room={room.pk}" if room else "",
        **beside(here.on, WEEK),
    }
    return here.page("week", **context)


@login_required
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    here = asked(request)
    picture = month_of(
        site=here.site, rooms=here.rooms, on=here.on, calendar=calendar_of(here.site), language=get_language() or "en"
    )
    first = here.on.replace(day=1)
    context = {
        "month": picture,
        "rooms": here.rooms,
        "weekdays": [format_weekday(number) for number in range(7)],
        "previous": max(first - ONE_DAY, FIRST_DAY),
        "following": min((first + 31 * ONE_DAY).replace(day=1), LAST_DAY),
    }
    return here.page("month", **context)


@login_required
@require_GET
def day_list(request: HttpRequest) -> HttpResponse:
    here = asked(request)
    sheet = here.sheet(here.rooms, here.on)
    rows, number = list_rows(sheet)
    context = {"rows": rows, "number": number, "rooms": here.rooms, **beside(here.on, ONE_DAY)}
    return here.page("list", **context, **kind_of_day(calendar_of(here.site), here.on))


def room_asked(here: Asked) -> BoardRoom | None:
    """The room of the address, which the filters need not keep; without one the first that they keep."""
    number = number_in(here.request.GET, "room")
    if number is None:
        return next(iter(here.rooms), None)
    room = next((room for room in here.all_rooms if room.pk == number), None)
    if room is None:
        raise Http404
    return room


def beside(on: date, step: timedelta) -> dict[str, date]:
    return {"previous": max(on - step, FIRST_DAY), "following": min(on + step, LAST_DAY)}


def kind_of_day(calendar: WorkingCalendar, on: date) -> dict[str, Any]:
    name = calendar.holiday_name(on, get_language() or "en")
    return {"holiday": name, "is_working": calendar.is_working(on), "is_weekend": on.weekday() >= 5}
