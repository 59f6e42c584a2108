"""A block moved or stretched on the board: saved at once, or put to its mover where that costs an approval."""

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.errors import BookingError, InvalidBooking, NeedsNewDecision, RoomTaken
from bookings.forms.moves import MoveForm
from bookings.forms.tools import put_faults
from bookings.messages import error_text
from bookings.models import Booking
from bookings.permissions import can_change
from bookings.services import ChangeResult, change_booking
from bookings.wording import taken_words
from rooms.dates import format_period

NAMES = {"start_at": "start", "end_at": "end"}


@login_required
@require_POST
def move(request: HttpRequest, ref: str) -> HttpResponse:
    booking = get_object_or_404(Booking.objects.visible_to(request.user).select_related("site", "room"), ref=ref)
    if not can_change(request.user, booking):
        raise PermissionDenied
    form, now = MoveForm(request.POST, booking=booking), timezone.now()
    if not form.is_valid():
        return _answer(request, booking, 422, faults=form.faults)
    try:
        result = _change(booking, form, request, now)
    except NeedsNewDecision:
        return _answer(request, booking, 200, question=form, changed=form.changes)
    except InvalidBooking as error:
        put_faults(form, error, NAMES)
        return _answer(request, booking, 422, faults=form.faults)
    except RoomTaken as error:
        words = taken_words(error, booking.site)
        return _answer(request, booking, 409, faults=[words], alternatives=error.alternatives)
    except BookingError as error:
        return _answer(request, booking, 409, faults=[error_text(error)])
    return _done(request, result)


def _change(booking: Booking, form: MoveForm, request: HttpRequest, now: datetime) -> ChangeResult:
    facts = {"version": form.cleaned_data["version"], "may_reopen": form.cleaned_data["agreed"]}
    return change_booking(booking_id=booking.pk, changes=form.changes, actor=request.user, now=now, **facts)


def _answer(request: HttpRequest, booking: Booking, status: int, **context: Any) -> HttpResponse:
    """A question or a refusal: a dialog over the board, or a page of its own where no script runs."""
    template = "bookings/_move.html" if request.htmx else "bookings/move.html"
    shared = {"booking": booking, "zone": booking.site.zone, "back": _board_of(booking)}
    return render(request, template, shared | context, status=status)


def _done(request: HttpRequest, result: ChangeResult) -> HttpResponse:
    booking = result.booking
    times = format_period(booking.start_at, booking.end_at, booking.site.zone)
    waiting, by_rule = _("It waits for a new decision."), _("A rule approves it.")
    said = _("Saved: %(room)s, %(times)s.") % {"room": booking.room.code, "times": times}
    if result.reopened:
        said = f"{said} {waiting}"
    elif result.by_rule:
        said = f"{said} {by_rule}"
    if request.htmx:
        events = {"moved": {}, "toast": {"text": said, "level": "success"}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
    messages.success(request, said)
    return redirect(_board_of(booking))


def _board_of(booking: Booking) -> str:
    on = booking.start_at.astimezone(booking.site.zone).date()
    return f"{reverse('bookings:board')}?{urlencode({'site': booking.site.code, 'date': on.isoformat()})}"
