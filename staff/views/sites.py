"""What the pages of duty share: whose site, which day, and who leads."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from rooms.dates import day_or_today
from rooms.models import Site
from rooms.selectors import find_site, site_today, sites_visible_to
from staff.models import Shift, User
from staff.permissions import can_change_shifts


def leader_only(user: User) -> None:
    if not can_change_shifts(user):
        raise PermissionDenied


def site_or_404(request: HttpRequest) -> Site:
    """The one asked for where the person may see it, else their own."""
    code = request.POST.get("site") or request.GET.get("site") if request.method == "POST" else request.GET.get("site")
    site = find_site(request.user, code or None)
    if site is None:
        raise Http404
    return site


def day_asked_for(request: HttpRequest, site: Site, now: datetime) -> date:
    """The date of `?date=` or of the form."""
    text = request.POST.get("on", "") if request.method == "POST" else request.GET.get("date", "")
    return day_or_today(text, site_today(site, now))


def day_url(site: Site, on: date) -> str:
    return f"{reverse('staff:shifts')}?date={on}&site={site.code}&view=day"


def week_url(site: Site, on: date) -> str:
    return f"{reverse('staff:shifts')}?date={on}&site={site.code}"


def visible_shifts(user: User) -> Any:
    return Shift.objects.filter(site__in=sites_visible_to(user)).select_related("user", "site", "pattern")
