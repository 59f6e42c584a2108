"""The plan of one booking: a timeline by phase and its changes for those who serve, one line for the applicant."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bookings.models import Booking
from checklists.permissions import can_see_plan, can_work_on_plan
from checklists.selectors.revisions import revisions_of
from checklists.selectors.timeline import readiness_of, timeline_of

# The rest is folded away.
REVISIONS_SHOWN = 3


@login_required
@require_GET
def booking_plan(request: HttpRequest, ref: str) -> HttpResponse:
    bookings = Booking.objects.visible_to(request.user).select_related("site", "room")
    booking = get_object_or_404(bookings, ref=ref)
    if not can_see_plan(request.user, booking):
        raise PermissionDenied
    now = timezone.now()
    context = {"booking": booking, "now": now, "readiness": readiness_of(booking, now)}
    if can_work_on_plan(request.user, booking):
        revisions = revisions_of(booking, request.user)
        context |= {
            "phases": timeline_of(booking, user=request.user, now=now),
            "revisions": revisions[:REVISIONS_SHOWN],
            "revisions_more": revisions[REVISIONS_SHOWN:],
        }
    with timezone.override(booking.site.zone):
        return render(request, "checklists/_booking_plan.html", context)
