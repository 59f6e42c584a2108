"""The manager's day: is everything all right, and what to do where it is not."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from checklists.lanes import draw_day
from checklists.permissions import can_call, can_see_day
from checklists.selectors.day import day_overview
from checklists.selectors.meetings import LANES_SHOWN
from checklists.views.common import day_asked, site_asked
from rooms.selectors import calendar_of, site_today, sites_visible_to

ALERTS_SHOWN = 5
# Worst first; of more only the number is told.
ALERTS_LISTED = 60


@login_required
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    site, now = site_asked(request), timezone.now()
    if not can_see_day(request.user, site):
        raise PermissionDenied
    on, today = day_asked(request, site, now), site_today(site, now)
    overview = day_overview(site=site, on=on, user=request.user, now=now, page=page_asked(request))
    calendar = calendar_of(site)
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "on": on,
        "today": today,
        "is_today": on == today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "holiday": calendar.holiday_name(on, request.LANGUAGE_CODE),
        "is_working": calendar.is_working(on),
        "now": now,
        "day": overview,
        "alerts": overview.alerts[:ALERTS_SHOWN],
        "alerts_more": overview.alerts[ALERTS_SHOWN:ALERTS_LISTED],
        "page": Paginator(range(overview.meetings), LANES_SHOWN).get_page(overview.page),
        "drawing": draw_day(overview, zone=site.zone, now=now),
        "shows_phones": can_call(request.user),
        "here": request.get_full_path(),
        "phases": ("before", "during", "after"),
    }
    page = "checklists/_day.html" if request.htmx else "checklists/day.html"
    with timezone.override(site.zone):
        return render(request, page, context)


def page_asked(request: HttpRequest) -> int | None:
    asked = request.GET.get("page", "")
    # Longer than any number of pages, and than the digits that Python turns into a number.
    return int(asked) if asked.isdecimal() and len(asked) < 6 else None
