"""One's own shifts, on a telephone first."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from rooms.selectors import site_today
from staff.exchange_reads import my_exchange
from staff.my_week import my_week
from staff.permissions import can_ask_leave
from staff.views.sites import day_asked_for

WEEK = timedelta(days=7)


@require_GET
@login_required
def my_shifts(request: HttpRequest) -> HttpResponse:
    if not can_ask_leave(request.user):
        raise PermissionDenied
    now = timezone.now()
    site = request.user.site
    on = day_asked_for(request, site, now)
    week = my_week(user=request.user, site=site, on=on, language=get_language(), now=now)
    context = {
        "week": week,
        "site": site,
        "today": site_today(site, now),
        "previous": week.monday - WEEK,
        "next": week.monday + WEEK,
        "now": now,
        "exchange": my_exchange(user=request.user, now=now),
    }
    return render(request, "staff/my_shifts.html", context)
