"""Lining up for a room that somebody else has, and stepping out of the line."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.errors import BookingError
from bookings.messages import error_text
from bookings.models import Booking
from bookings.permissions import can_wait
from bookings.services import leave_line, wait_for_slot


@login_required
@require_POST
def wait(request: HttpRequest, ref: str) -> HttpResponse:
    return _say(request, ref, wait_for_slot, _("You are on the waiting list and are told when the room comes free."))


@login_required
@require_POST
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    return _say(request, ref, leave_line, _("You no longer wait for the room."))


def _say(request: HttpRequest, ref: str, verb: Callable[..., Any], said: str) -> HttpResponse:
    booking = get_object_or_404(Booking.objects.visible_to(request.user), ref=ref)
    if not can_wait(request.user, booking):
        raise PermissionDenied
    try:
        verb(booking_id=booking.pk, actor=request.user, now=timezone.now())
    except BookingError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, said)
    return redirect(booking)
