"""What the views of this app share: the site and the day asked for."""

from datetime import date, datetime

from django.http import Http404, HttpRequest

from rooms.dates import known_day
from rooms.models import Site
from rooms.selectors import find_site, site_today


def site_asked(request: HttpRequest, code: str | None = None) -> Site:
    site = find_site(request.user, code or request.GET.get("site"))
    if site is None:
        raise Http404
    return site


def day_asked(request: HttpRequest, site: Site, now: datetime) -> date:
    text = request.GET.get("date")
    if not text:
        return site_today(site, now)
    on = known_day(text)
    if on is None:
        raise Http404
    return on
