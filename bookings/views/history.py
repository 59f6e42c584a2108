"""The whole log of one booking, in pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from bookings.history import lines_of
from bookings.models import Booking
from bookings.selectors.history import log_of
from staff.paging import page_of

PER_PAGE = 30


@login_required
@require_GET
def history(request: HttpRequest, ref: str) -> HttpResponse:
    rows = Booking.objects.visible_to(request.user).select_related("site", "room", "applicant")
    booking = get_object_or_404(rows, ref=ref)
    page = page_of(request, log_of(booking), per_page=PER_PAGE)
    lines = lines_of(page.object_list, booking, request.user)
    context = {"booking": booking, "zone": booking.site.zone, "lines": lines, "page": page}
    return render(request, "bookings/history.html", context)
