"""Who serves a booking: assigned by role, with a suggestion; and the load of an hour for the inbox."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.forms import AssignForm
from checklists.messages import CHECKLIST_MESSAGES
from checklists.permissions import can_call, can_staff_meeting
from checklists.selectors.load import gaps_during, load_of_day
from checklists.selectors.load_of_dates import load_of_dates, pending_dates
from checklists.selectors.people import hour_load, role_panels
from checklists.services.staffing import STAFFABLE, assign_staff, unassign_staff

# What is done before a meeting needs people too; of more gaps the first say enough.
BEFORE, GAPS_SHOWN = timedelta(minutes=60), 3


def booking_for(request: HttpRequest, ref: str) -> Booking:
    """A booking the reader may open and staff."""
    bookings = Booking.objects.visible_to(request.user).select_related("site", "room")
    booking = get_object_or_404(bookings, ref=ref)
    if not can_staff_meeting(request.user, booking):
        raise PermissionDenied
    return booking


@login_required
@require_GET
def booking_people(request: HttpRequest, ref: str) -> HttpResponse:
    return panel_of(request, booking_for(request, ref))


def panel_of(request: HttpRequest, booking: Booking, fault: Any = None) -> HttpResponse:
    context = {
        "booking": booking,
        "panels": role_panels(booking),
        "is_open": booking.status in STAFFABLE,
        "shows_phones": can_call(request.user),
        "fault": fault,
    }
    return render(request, "checklists/_booking_people.html", context, status=409 if fault else 200)


@login_required
@require_POST
def assign(request: HttpRequest, ref: str) -> HttpResponse:
    return staffed(request, ref, assign_staff)


@login_required
@require_POST
def unassign(request: HttpRequest, ref: str) -> HttpResponse:
    return staffed(request, ref, unassign_staff)


def staffed(request: HttpRequest, ref: str, service: Callable[..., Any]) -> HttpResponse:
    booking = booking_for(request, ref)
    form = AssignForm(request.POST, site=booking.site)
    if not form.is_valid():
        return told(request, booking, CHECKLIST_MESSAGES["person_without_role"])
    person, role = form.cleaned_data["user"], form.cleaned_data["role"]
    try:
        service(booking_id=booking.pk, user_id=person.pk, role=role, actor=request.user, now=timezone.now())
    except ChecklistError as exc:
        return told(request, booking, CHECKLIST_MESSAGES[exc.code])
    return told(request, booking)


def told(request: HttpRequest, booking: Booking, fault: Any = None) -> HttpResponse:
    if request.htmx:
        return panel_of(request, booking, fault)
    if fault:
        messages.error(request, fault)
    return redirect(booking)


def series_hint(request: HttpRequest, booking: Booking, now: datetime) -> HttpResponse:
    """The date that wants for most people, and how many others do."""
    load = load_of_dates(bookings=pending_dates(booking), now=now)
    context = {"load": load, "gaps": load.worst.gaps[:GAPS_SHOWN] if load.worst else (), "zone": booking.site.zone}
    with timezone.override(booking.site.zone):
        return render(request, "checklists/_load_hint_series.html", context)


@login_required
@require_GET
def load_hint(request: HttpRequest, ref: str) -> HttpResponse:
    booking, now = booking_for(request, ref), timezone.now()
    if "series" in request.GET and booking.series_id:
        return series_hint(request, booking, now)
    on = booking.start_at.astimezone(booking.site.zone).date()
    gaps = gaps_during(load_of_day(site=booking.site, on=on, now=now), booking.start_at - BEFORE, booking.end_at)
    context = {"load": hour_load(booking), "booking": booking, "gaps": gaps[:GAPS_SHOWN]}
    with timezone.override(booking.site.zone):
        return render(request, "checklists/_load_hint.html", context)
