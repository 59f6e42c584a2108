"""Whom and which site an address asks about, as far as the asker may know of them."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from rooms.models import Site
from rooms.selectors import find_site, site_today
from staff.models import User
from staff.permissions import can_see_growth


def site_asked(request: HttpRequest) -> Site:
    data = request.POST if request.method == "POST" else request.GET
    site = find_site(request.user, data.get("site") or request.GET.get("site") or None)
    if site is None:
        raise Http404
    return site


def person_asked(request: HttpRequest, pk: int) -> User:
    """Of another site's people nothing is said, not even that they are there."""
    person = get_object_or_404(User.objects.select_related("site"), pk=pk)
    if can_see_growth(request.user, person):
        return person
    if person.site_id is None or person.site_id != request.user.site_id:
        raise Http404
    raise PermissionDenied


def today_of(person: User, now: datetime) -> date:
    return site_today(person.site, now) if person.site else now.astimezone(person.zone).date()
