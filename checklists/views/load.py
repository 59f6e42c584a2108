"""The load of a day against people on shift: a page, and a part of other pages."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from checklists.load_picture import draw_load
from checklists.permissions import can_plan_people, can_see_day
from checklists.selectors.load import load_of_day
from checklists.views.common import day_asked, site_asked
from rooms.selectors import site_today, sites_visible_to


@login_required
@require_GET
def load(request: HttpRequest) -> HttpResponse:
    site, now = site_asked(request), timezone.now()
    if not can_see_day(request.user, site):
        raise PermissionDenied
    on = day_asked(request, site, now)
    found = load_of_day(site=site, on=on, now=now)
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "on": on,
        "today": site_today(site, now),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "load": found,
        "picture": draw_load(found, site.zone),
        "may_plan": can_plan_people(request.user, site),
    }
    page = "checklists/_load.html" if request.htmx else "checklists/load.html"
    with timezone.override(site.zone):
        return render(request, page, context)
