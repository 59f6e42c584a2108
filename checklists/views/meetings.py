"""Starting, extending and ending a meeting from the floor."""

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

from bookings.errors import BookingError, RoomTaken
from bookings.messages import error_text
from bookings.models import Booking
from bookings.permissions import can_run
from bookings.services import end_meeting, extend_meeting, start_meeting
from checklists.forms import ExtendForm
from rooms.dates import format_time


@login_required
@require_POST
def start(request: HttpRequest, ref: str) -> HttpResponse:
    return run(request, ref, start_meeting, _("The meeting has started."))


@login_required
@require_POST
def end(request: HttpRequest, ref: str) -> HttpResponse:
    return run(request, ref, end_meeting, _("The meeting has ended."))


@login_required
@require_POST
def extend(request: HttpRequest, ref: str) -> HttpResponse:
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose a later end."))
        return redirect("checklists:tablet_meeting", ref)
    return run(request, ref, extend_meeting, _("The meeting was extended."), end=form.cleaned_data["end"])


def run(request: HttpRequest, ref: str, service: Callable[..., Booking], done: str, **facts: Any) -> HttpResponse:
    booking = get_object_or_404(Booking.objects.visible_to(request.user).planned().select_related("site"), ref=ref)
    if not can_run(request.user, booking):
        raise PermissionDenied
    try:
        service(booking_id=booking.pk, actor=request.user, now=timezone.now(), **facts)
    except BookingError as exc:
        messages.error(request, refusal(exc, booking))
    else:
        messages.success(request, done)
    return redirect("checklists:tablet_meeting", ref)


def refusal(exc: BookingError, booking: Booking) -> str:
    if isinstance(exc, RoomTaken) and exc.conflicts:
        taken = exc.conflicts[0]
        span = f"{format_time(taken[0], booking.site.zone)}–{format_time(taken[1], booking.site.zone)}"
        return _(
            "The room is taken %(times)s, set-up and clearing included; the meeting cannot be extended that far."
        ) % {"times": span}
    return str(error_text(exc))
