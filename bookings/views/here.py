"""Standing at a room's door with a telephone: what the QR code of the door's screen opens, for signed-in people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings.errors import BookingError
from bookings.forms.door import DoorForm
from bookings.models import Booking
from bookings.permissions import can_run_from_door, can_view
from bookings.selectors.door import DoorDay, DoorMeeting, door_day
from bookings.selectors.titles import title_for
from bookings.services.doors import Act, run_meeting
from bookings.views.door import refusal_of
from rooms.models import Room
from rooms.selectors import rooms_visible_to
from staff.models import User


@login_required
@require_GET
def here(request: HttpRequest, room_pk: int) -> HttpResponse:
    room = get_object_or_404(rooms_visible_to(request.user).select_related("site"), pk=room_pk)
    return page(request, room, timezone.now())


@login_required
@require_POST
def act_here(request: HttpRequest, ref: str) -> HttpResponse:
    rows = Booking.objects.visible_to(request.user).planned().select_related("site", "room__site")
    booking = get_object_or_404(rows, ref=ref)
    if not can_run_from_door(request.user, booking):
        raise PermissionDenied
    form, now = DoorForm({**request.POST.dict(), "ref": ref}), timezone.now()
    if not form.is_valid():
        return page(request, booking.room, now, refusal=_("Please choose what to do."), status=422)
    try:
        run_meeting(booking_id=booking.pk, actor=request.user, now=now, **form.wanted)
    except BookingError as error:
        return page(request, booking.room, now, refusal=refusal_of(error), status=409)
    messages.success(request, DONE[form.wanted["act"]]())
    return redirect("bookings:here", booking.room_id)


DONE = {
    Act.START: lambda: _("You are checked in; the meeting has started."),
    Act.EXTEND: lambda: _("The meeting was extended."),
    Act.END: lambda: _("The meeting has ended; the room is free after clearing."),
}


def page(request: HttpRequest, room: Room, now: datetime, *, status: int = 200, **extra: Any) -> HttpResponse:
    day = door_day(room=room, now=now)
    context = {"room": room, "day": day, "zone": room.site.zone, "now": now, **_shown_to(request.user, day), **extra}
    return render(request, "bookings/here.html", context, status=status)


def _shown_to(user: User, day: DoorDay) -> dict[str, Any]:
    meeting = day.current or day.to_check_in
    if meeting is None:
        return {"meeting": None, "following": _named(user, day.following)}
    may_run = can_run_from_door(user, meeting.booking)
    return {
        "meeting": meeting,
        "topic": title_for(user, meeting.booking),
        "may_open": can_view(user, meeting.booking),
        "may_run": may_run,
        "following": _named(user, (each for each in day.following if each is not meeting)),
    }


def _named(user: User, meetings: Iterable[DoorMeeting]) -> list[tuple[DoorMeeting, str]]:
    return [(each, title_for(user, each.booking)) for each in meetings]
