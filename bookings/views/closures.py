"""Times in which a room is out of use: seen, made and lifted by the office, and meetings moved out of their way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bookings.errors import BookingError, InvalidBooking, RoomTaken, Span
from bookings.forms import ClosureForm
from bookings.messages import error_text, fault_text
from bookings.models import Booking, Closure
from bookings.permissions import can_change, can_close_room, can_decide, can_view
from bookings.selectors import title_for
from bookings.selectors.closures import bookings_standing_in, closures_of, rooms_instead
from bookings.selectors.competing import waiting_for
from bookings.services import change_booking, close_room_often, reopen_room
from bookings.services.closures import check_spans
from rooms.models import Room
from rooms.selectors import rooms_visible_to
from staff.models import User


@login_required
@require_http_methods(["GET", "POST"])
def closures(request: HttpRequest, room_pk: int) -> HttpResponse:
    room = _room(request, room_pk)
    now = timezone.now()
    today = now.astimezone(room.site.zone).date()
    form = ClosureForm(request.POST or None, site=room.site, initial={"from_day": today, "until_day": today})
    if request.method == "GET":
        return _page(request, room, form, now)
    if not form.is_valid():
        return _page(request, room, form, now, status=422)
    if "move" in request.POST:
        return _move(request, room, form, now)
    reason = form.cleaned_data["reason"]
    try:
        made = close_room_often(room_id=room.pk, spans=form.spans, reason=reason, actor=request.user, now=now)
    except InvalidBooking as error:
        form.put_faults(error)
        return _page(request, room, form, now, status=422)
    except RoomTaken as error:
        return _page(
            request, room, form, now, status=409, taken=error.conflicts, **_in_the_way(room, form, request.user)
        )
    said = ngettext(
        "%(room)s is out of use for that time.", "%(room)s is out of use at %(count)s times.", len(made)
    ) % {"room": room.code, "count": len(made)}
    messages.success(request, said)
    return redirect("bookings:closures", room.pk)


@login_required
@require_POST
def reopen(request: HttpRequest, room_pk: int, pk: int) -> HttpResponse:
    room = _room(request, room_pk)
    closure = get_object_or_404(Closure, pk=pk, room=room)
    try:
        reopen_room(closure_id=closure.pk, actor=request.user, now=timezone.now())
    except BookingError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, _("%(room)s is back in use.") % {"room": room.code})
    return redirect("bookings:closures", room.pk)


def _room(request: HttpRequest, pk: int) -> Room:
    rooms = rooms_visible_to(request.user).select_related("site").prefetch_related("spaces")
    room = get_object_or_404(rooms, pk=pk)
    if not can_close_room(request.user, room):
        raise PermissionDenied
    return room


def _move(request: HttpRequest, room: Room, form: ClosureForm, now: datetime) -> HttpResponse:
    """One meeting goes to another room; the closure waits in its form until nothing stands in its way any more."""
    try:
        check_spans(room, form.spans, now)
    except InvalidBooking as error:
        form.put_faults(error)
        return _page(request, room, form, now, status=422)
    ref, _colon, code = request.POST["move"].partition(":")
    booking = get_object_or_404(Booking.objects.visible_to(request.user).named(ref).select_related("site"))
    if not can_change(request.user, booking):
        raise PermissionDenied
    outcome = _moved_to(booking, _room_of_code(booking, code), request.user, now)
    status = 409 if "refusal" in outcome else 200
    return _page(request, room, form, now, status=status, **outcome, **_in_the_way(room, form, request.user))


def _moved_to(booking: Booking, other: Room, user: User, now: datetime) -> dict[str, Any]:
    decides = can_decide(user, booking)
    try:
        change_booking(booking_id=booking.pk, changes={"room": other}, actor=user, now=now, decides=decides)
    except BookingError as error:
        return {"refusal": _refusal(error)}
    return {"moved": (booking.ref, other.label)}


def _room_of_code(booking: Booking, code: str) -> Room:
    rooms = Room.objects.none() if "\x00" in code else Room.objects.active().filter(site=booking.site_id, code=code)
    return get_object_or_404(rooms.with_fittings())


def _refusal(error: BookingError) -> str:
    if isinstance(error, InvalidBooking):
        return next(fault_text(fault) for faults in error.errors.values() for fault in faults)
    return error_text(error)


def _in_the_way(room: Room, form: ClosureForm, user: User) -> dict[str, Any]:
    """Whose meetings stand in the closure's times, as far as the reader may see, and where they could go."""
    standing = list(bookings_standing_in(room, form.spans))
    instead = rooms_instead(room, standing)
    return {
        "standing": [_hit(booking, instead.get(booking.pk, []), user) for booking in standing],
        "waiting": _waiting(room, form.spans),
        "is_asked": True,
    }


def _hit(booking: Booking, instead: list[Room], user: User) -> dict[str, Any]:
    may_move = can_change(user, booking) and booking.status == Booking.Status.APPROVED
    return {
        "booking": booking,
        "title": title_for(user, booking),
        "may_open": can_view(user, booking),
        "rooms": instead if may_move else [],
        "may_move": may_move,
    }


def _waiting(room: Room, spans: Sequence[Span]) -> int:
    return len({booking.pk for start, end in spans for booking in waiting_for(room, start, end)})


def _page(
    request: HttpRequest, room: Room, form: ClosureForm, now: datetime, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"room": room, "zone": room.site.zone, "closures": closures_of(room, now), "form": form, "now": now}
    return render(request, "bookings/closures.html", context | extra, status=status)
