"""Sites: hours, days of their own, and the year as a picture."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.errors import RoomsError
from rooms.forms import ExceptionForm, SiteForm
from rooms.history import history_of
from rooms.messages import ROOMS_MESSAGES
from rooms.models import Site
from rooms.permissions import ADMINISTRATOR, can_change_site
from rooms.selectors import calendar_of, find_site, site_today, sites_visible_to
from rooms.services import add_exception, change_site, create_site, remove_exception
from rooms.workcal import Period
from rooms.year import year_picture

# The public calendars know nothing useful further away.
YEARS_AROUND = 5


@dataclass(frozen=True)
class DayHours:
    """A weekday's hours as bars of a 24-hour line, in percent."""

    weekday: int
    periods: list[Period]
    bars: list[tuple[float, float]]


@require_GET
@login_required
def site_list(request: HttpRequest) -> HttpResponse:
    sites = sites_visible_to(request.user)
    if len(sites) == 1 and not request.user.has_role(ADMINISTRATOR):
        return redirect("rooms:site", sites[0].code)
    can_create = request.user.has_role(ADMINISTRATOR)
    return render(request, "rooms/sites.html", {"sites": sites, "can_create": can_create})


@require_GET
@login_required
def site(request: HttpRequest, code: str) -> HttpResponse:
    return site_page(request, site_or_404(request, code), ExceptionForm())


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not request.user.has_role(ADMINISTRATOR):
        raise PermissionDenied
    return site_form(request, None)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    found = site_or_404(request, code)
    if not can_change_site(request.user, found):
        raise PermissionDenied
    return site_form(request, found)


@require_POST
@login_required
def create_exception(request: HttpRequest, code: str) -> HttpResponse:
    found = site_or_404(request, code)
    if not can_change_site(request.user, found):
        raise PermissionDenied
    form = ExceptionForm(request.POST)
    if form.is_valid():
        try:
            add_exception(site=found, actor=request.user, now=timezone.now(), **form.facts)
        except RoomsError as exc:
            form.add_error("on", ROOMS_MESSAGES[exc.code])
        else:
            messages.success(request, _("The day is in the calendar."))
            return redirect("rooms:site", found.code)
    return site_page(request, found, form)


@require_POST
@login_required
def drop_exception(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = site_or_404(request, code)
    if not can_change_site(request.user, found):
        raise PermissionDenied
    exception = get_object_or_404(found.calendar_exceptions, pk=pk)
    remove_exception(exception_id=exception.pk, actor=request.user, now=timezone.now())
    messages.success(request, _("The day follows the public calendar again."))
    return redirect("rooms:site", found.code)


def site_page(request: HttpRequest, found: Site, form: ExceptionForm) -> HttpResponse:
    now = timezone.now()
    today = site_today(found, now)
    year = year_asked_for(request, today)
    may_change = can_change_site(request.user, found)
    log = found.log.filter(room=None).select_related("actor", "site")[:20] if may_change else []
    context = {
        "site": found,
        "sites": sites_visible_to(request.user),
        "week": week_hours(found),
        "on_post_left": percent(found.on_post_at),
        "picture": year_picture(site=found, year=year, language=get_language(), today=today),
        "years": [each for each in (year - 1, year, year + 1) if abs(each - today.year) <= YEARS_AROUND],
        "exceptions": found.calendar_exceptions.filter(on__year=year),
        "form": form,
        "can_change": may_change,
        "history": history_of(log, Site),
    }
    return render(request, "rooms/site.html", context)


def site_form(request: HttpRequest, found: Site | None) -> HttpResponse:
    form = SiteForm(request.POST or None, instance=found, actor=request.user)
    if request.method == "POST" and form.is_valid() and (saved := save_site(form, request.user)):
        messages.success(request, _("%(name)s is saved.") % {"name": saved})
        return redirect("rooms:site", saved.code)
    shown = Site.objects.get(pk=found.pk) if found else None
    return render(request, "rooms/site_form.html", {"form": form, "site": shown})


def save_site(form: SiteForm, actor: Any) -> Site | None:
    facts = {"fields": form.site_fields, "hours": form.hours, "actor": actor, "now": timezone.now()}
    try:
        return change_site(site_id=form.instance.pk, **facts) if form.instance.pk else create_site(**facts)
    except RoomsError as exc:
        field = "code" if exc.code == "code_taken" else f"afternoon_until_{exc.params['weekday']}"
        form.add_error(field, ROOMS_MESSAGES[exc.code])
        return None


def site_or_404(request: HttpRequest, code: str) -> Site:
    found = find_site(request.user, code)
    if found is None:
        raise Http404
    return found


def year_asked_for(request: HttpRequest, today: date) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else today.year
    return min(max(year, today.year - YEARS_AROUND), today.year + YEARS_AROUND)


def week_hours(found: Site) -> list[DayHours]:
    weekly = calendar_of(found).weekly
    return [day_hours(weekday, list(weekly.get(weekday, ()))) for weekday in range(7)]


def day_hours(weekday: int, periods: list[Period]) -> DayHours:
    bars = [(percent(begins), round(percent(ends) - percent(begins), 3)) for begins, ends in periods]
    return DayHours(weekday, periods, bars)


def percent(at: time) -> float:
    return round((at.hour * 60 + at.minute) / 14.4, 3)
