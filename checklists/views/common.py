"""What the views of this app share: the site and the day asked for, and the way back."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

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


def number_asked(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    # Longer than any list, and than the digits that Python turns into a number.
    return int(asked) if asked.isdecimal() and len(asked) < 6 else None


def back_of(request: HttpRequest, otherwise: str) -> str:
    """The page a form was sent from, if it is one of ours."""
    target = request.POST.get("back", "")
    is_own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_own else otherwise
