"""What earlier meetings of a host were like: a line beside a request that waits for a decision."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from bookings.models import Booking
from bookings.permissions import OFFICE, works_at
from bookings.selectors.history import earlier_meetings
from feedback.selectors import scores_of_host


@login_required
@require_GET
def host_hint(request: HttpRequest, ref: str) -> HttpResponse:
    booking = get_object_or_404(Booking.objects.visible_to(request.user), ref=ref)
    if not works_at(request.user, booking.site_id, *OFFICE):
        raise PermissionDenied
    scores = scores_of_host(site_id=booking.site_id, department=booking.host_department)
    context = {"earlier": earlier_meetings(booking), "scores": scores}
    return render(request, "feedback/_host_hint.html", context)
