"""One booking's own page, and what its applicant does there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bookings.models import Booking


@login_required
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    booking = get_object_or_404(Booking.objects.visible_to(request.user).with_everything(), ref=ref)
    return render(request, "bookings/detail.html", {"booking": booking})
