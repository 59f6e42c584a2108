"""The request form: a new request, a repeated one, a change."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings.errors import BookingError, InvalidBooking, RoomTaken, SeriesTaken, TakenDate
from bookings.forms import RequestForm
from bookings.forms.request import further_rows, initial_of
from bookings.forms.series import SCOPES, RepeatForm, scope_in
from bookings.messages import error_text
from bookings.models import Booking
from bookings.permissions import can_change, can_request
from bookings.selectors import rooms_of_request
from bookings.services import ChangeResult, change_booking, data_of, request_rooms
from bookings.services.data import FIELDS
from bookings.services.series import Scope
from bookings.transitions import Verb, is_allowed
from bookings.views.choices import number_in, number_of, room_choices, site_of
from bookings.views.pools import pool_choices
from bookings.wording import taken_words
from rooms.dates import known_day
from rooms.models import Site
from rooms.selectors import calendar_of, site_today
from rooms.text import listed
from staff.models import User

WEEK = timedelta(days=7)
USUAL_LENGTH = timedelta(hours=1)


@dataclass
class Page:
    """What the page of the form needs besides the form."""

    form: RequestForm
    user: User
    now: datetime
    booking: Booking | None = None
    # The room is taken: the request may be sent all the same, to wait for it.
    may_wait: bool = False
    status: int = 200
    repeat: RepeatForm | None = None
    # The draft of a series that is gone on with.
    series_draft: int | None = None
    # Dates of a series that a change would move onto others.
    taken: list[TakenDate] | None = None
    scope: Scope = Scope.ONE

    def render(self, request: HttpRequest) -> HttpResponse:
        context = {
            "form": self.form,
            "booking": self.booking,
            "site": self.form.site,
            "may_wait": self.may_wait,
            "rooms_together": _together(self.booking, self.user),
            "choices": self.choices(request),
            "pool_choices": pool_choices(self.form, exclude_booking=self.booking.pk if self.booking else None),
            "repeat": None if self.booking else self.repeat or RepeatForm(),
            "series_draft": self.series_draft or number_in(request.POST, "series_draft"),
            "taken": self.taken,
            "scopes": [(value, label, value == self.scope) for value, label in SCOPES],
        }
        return render(request, "bookings/request.html", context, status=self.status)

    def choices(self, request: HttpRequest) -> Any:
        chosen = self.form["room"].value()
        return room_choices(
            self.form,
            user=self.user,
            now=self.now,
            chosen=number_of(str(chosen)),
            exclude_booking=self.booking.pk if self.booking else None,
            repeat=None if self.booking else self.repeat,
        )


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not can_request(request.user):
        raise PermissionDenied
    site = site_of(request)
    now = timezone.now()
    if request.method == "GET":
        initial, lists = _first_values(request, site, now)
        return Page(RequestForm(initial=initial, lists=lists, site=site), request.user, now).render(request)
    page = Page(RequestForm(request.POST, site=site), request.user, now)
    submit = "draft" not in request.POST
    asking = {"actor": request.user, "now": now, "submit": submit, "wait": "wait" in request.POST}
    booking = send(page, lambda data: request_rooms(data=data, further=page.form.further_rooms(), **asking))
    if booking is None:
        return page.render(request)
    text = _("Your request %(ref)s has been sent.") if submit else _("Draft %(ref)s has been saved.")
    messages.success(request, text % {"ref": booking.ref})
    return redirect(booking)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    booking = get_object_or_404(Booking.objects.visible_to(request.user).with_everything(), ref=ref)
    if not can_change(request.user, booking):
        raise PermissionDenied
    if not is_allowed(booking.status, Verb.CHANGE):
        messages.warning(request, _("This booking can no longer be changed."))
        return redirect(booking)
    now = timezone.now()
    if request.method == "GET":
        initial, lists = initial_of(data_of(booking))
        if room := number_in(request.GET, "room"):
            initial["room"] = room
        form = RequestForm(initial=initial, lists=lists, site=booking.site)
        return Page(form, request.user, now, booking, scope=scope_in(request.GET)).render(request)
    page = Page(RequestForm(request.POST, site=booking.site), request.user, now, booking)
    result = send(page, lambda data: _change(booking, data, request.user, now))
    if result is None:
        return page.render(request)
    messages.success(request, _said_of(result))
    return redirect(result.booking)


@login_required
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """The choice of rooms for what is filled in so far."""
    if not can_request(request.user):
        raise PermissionDenied
    site = site_of(request)
    booking = Booking.objects.visible_to(request.user).named(request.GET.get("booking", "")).first()
    page = Page(
        RequestForm(request.GET, site=site), request.user, timezone.now(), booking, repeat=RepeatForm(request.GET)
    )
    context = {"choices": page.choices(request), "site": site, "form": page.form}
    return render(request, "bookings/_rooms.html", context)


def send(page: Page, act: Any) -> Any:
    """The result, or None with the form telling what is wrong."""
    if not page.form.is_valid():
        page.status = 422
        return None
    try:
        return act(page.form.to_data())
    except InvalidBooking as error:
        page.form.put_faults(error)
        page.status = 422
    except RoomTaken as error:
        _put_taken(page, error)
        page.may_wait = page.booking is None
        page.status = 409
    except SeriesTaken as error:
        page.form.add_error(None, error_text(error))
        page.taken, page.status = error.dates, 409
    except BookingError as error:
        page.form.add_error(None, error_text(error))
        page.status = 409
    return None


def _together(booking: Booking | None, user: User) -> str:
    """The codes of all rooms of the request, where there are several."""
    return listed(each.room.code for each in rooms_of_request(booking, user)) if booking else ""


def _put_taken(page: Page, error: RoomTaken) -> None:
    """Beside the room it is about; a change of time may meet another room of the same request."""
    words, wanted = taken_words(error, page.form.site), error.wanted
    if page.booking and wanted and wanted.exclude_booking != page.booking.pk:
        words = f"{wanted.room.code}: {words}"
    page.form.put_taken(wanted.room.pk if wanted else 0, words)


def _change(booking: Booking, data: Any, actor: User, now: datetime) -> ChangeResult:
    changes = {name: getattr(data, name) for name in FIELDS}
    return change_booking(booking_id=booking.pk, changes=changes, actor=actor, now=now)


def _said_of(result: ChangeResult) -> str:
    if not result.changes:
        return _("Nothing was changed.")
    if result.reopened:
        return _("The change is saved. It needs a new decision, so the booking waits for the secretary again.")
    if result.by_rule:
        return _("The change is saved. A rule approves it, so the booking stays approved.")
    return _("The change is saved.")


def _first_values(request: HttpRequest, site: Site, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    source = Booking.objects.visible_to(request.user).with_everything().named(request.GET.get("from", "")).first()
    if source and can_change(request.user, source) and source.site_id == site.pk:
        initial, lists = initial_of(data_of(source), on=_same_weekday(source, site, now))
        # What was an exception then is asked for anew.
        initial["exception_reason"] = ""
        others = [each for each in rooms_of_request(source, request.user) if each.pk > source.pk]
        lists["further"] = further_rows(each for each in others if each.status != Booking.Status.CANCELLED)
    else:
        initial, lists = _blank(request.user, site, now), {}
    return initial | _asked_for(request), lists


def _same_weekday(source: Booking, site: Site, now: datetime) -> date:
    """The same weekday in the first week that is still to come."""
    today = site_today(site, now)
    on = source.start_at.astimezone(site.zone).date()
    weeks = max(1, (today - on) // WEEK + 1)
    return on + weeks * WEEK


def _blank(user: User, site: Site, now: datetime) -> dict[str, Any]:
    """The next working half hour, one hour long, and the person's own department and name."""
    calendar = calendar_of(site)
    on = site_today(site, now)
    closes = calendar.closes_at(on)
    if closes is None or closes - USUAL_LENGTH <= now:
        on = calendar.next_working_day(on) or on
    opens = calendar.opens_at(on)
    start = max(filter(None, (opens, _next_half_hour(now)))).astimezone(site.zone)
    return {
        "on": on,
        "start": start.time(),
        "end": (start + USUAL_LENGTH).time(),
        "headcount": 8,
        "host_department": user.department,
        "contact_name": user.get_full_name(),
        "contact_phone": user.phone,
        "kind": Booking.Kind.EXCHANGE,
        "secrecy": Booking.Secrecy.INTERNAL,
    }


def _next_half_hour(now: datetime) -> datetime:
    missing = -now.minute % 30 or 30
    return now.replace(second=0, microsecond=0) + timedelta(minutes=missing)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """Room, date and time of an address such as the board's."""
    query = request.GET
    found: dict[str, Any] = {"on": known_day(query.get("date", "")), "room": number_in(query, "room")}
    found |= {name: _clock(query.get(name, "")) for name in ("start", "end")}
    if isinstance(found["start"], time) and found["end"] is None:
        found["end"] = time((found["start"].hour + 1) % 24, found["start"].minute)
    return {name: value for name, value in found.items() if value is not None}


def _clock(text: str) -> time | None:
    try:
        return parse_time(text)
    except ValueError:
        return None
