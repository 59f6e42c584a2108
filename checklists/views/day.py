"""The manager's day: is everything all right, what to do where it is not, and the day opened and closed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from checklists.day_forms import DayForm
from checklists.day_texts import DAY_MESSAGES
from checklists.drawing_alerts import Desk, alert_rows
from checklists.drawing_day import day_lanes, day_rows
from checklists.errors import ChecklistError
from checklists.lanes import draw_day
from checklists.models import ServiceDay
from checklists.permissions import can_call, can_run_day, can_see_day
from checklists.selectors.day import DayOverview, day_overview
from checklists.selectors.day_bar import bar_of
from checklists.selectors.handovers import handovers_of_day
from checklists.selectors.meetings import LANES_SHOWN
from checklists.selectors.tablet_events import contradictions_of
from checklists.services.days import close_day, open_day, reopen_day
from checklists.views.common import day_asked, number_asked, site_asked
from rooms.dates import known_day
from rooms.models import Site
from rooms.selectors import calendar_of, site_today, sites_visible_to

ALERTS_SHOWN = 5
UNSEEN_LISTED = 40


@login_required
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    site, now = site_asked(request), timezone.now()
    if not can_see_day(request.user, site):
        raise PermissionDenied
    return show_day(request, site, day_asked(request, site, now), now)


@login_required
@require_POST
def open_(request: HttpRequest) -> HttpResponse:
    return act(request, open_day, _("The day is open."))


@login_required
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    return act(request, close_day, _("The day is closed; its figures are kept."))


@login_required
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    return act(request, reopened, _("The day is open again."))


def reopened(*, note: str, **facts: Any) -> ServiceDay:
    """Opening again needs no remark."""
    return reopen_day(**facts)


def act(request: HttpRequest, service: Callable[..., ServiceDay], done: str) -> HttpResponse:
    """Back to the day, or the page with what is wrong beside the remark and the remark as it was typed."""
    site, now, form = site_asked(request, request.POST.get("site")), timezone.now(), DayForm(request.POST)
    if not can_run_day(request.user, site):
        raise PermissionDenied
    on = known_day(request.POST.get("date", ""))
    if on is None:
        raise Http404
    fault = form.fault()
    if not fault:
        try:
            service(site=site, on=on, actor=request.user, now=now, note=form.cleaned_data["note"])
        except ChecklistError as exc:
            fault = DAY_MESSAGES[exc.code] % exc.params
    if fault:
        return show_day(request, site, on, now, status=422, fault=fault, typed=request.POST.get("note", ""))
    messages.success(request, done)
    return redirect(address_of(site, on))


def address_of(site: Site, on: date) -> str:
    return f"{reverse('checklists:day')}?{urlencode({'date': on.isoformat(), 'site': site.code})}"


def show_day(
    request: HttpRequest, site: Site, on: date, now: datetime, *, status: int = 200, **extra: Any
) -> HttpResponse:
    today, calendar = site_today(site, now), calendar_of(site)
    overview = day_overview(site=site, on=on, user=request.user, now=now, page=number_asked(request, "page"))
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
        "bar": bar_of(site, on, user=request.user, calendar=calendar, now=now),
        "may_run_day": can_run_day(request.user, site),
        "contradictions": contradictions_of(site) if on == today else [],
        "handovers": handovers_of_day(site, on),
        "unseen": overview.unseen[:UNSEEN_LISTED],
        "page": Paginator(range(overview.meetings), LANES_SHOWN).get_page(overview.page),
        "shows_phones": can_call(request.user),
        "here": request.get_full_path() if request.method == "GET" else address_of(site, on),
    }
    page = "checklists/_day.html" if request.htmx else "checklists/day.html"
    with timezone.override(site.zone):
        context |= drawn(request, overview, context)
        return render(request, page, context | extra, status=status)


def drawn(request: HttpRequest, overview: DayOverview, context: dict[str, Any]) -> dict[str, Any]:
    """The parts of the page that have many rows."""
    zone, alerts = context["site"].zone, overview.alerts
    drawing = draw_day(overview, zone=zone, now=context["now"])
    desk = Desk(zone, context["here"], get_token(request), context["may_run_day"], context["shows_phones"])
    return {
        "drawing": drawing,
        "lanes": day_lanes(drawing, zone),
        "lane_rows": day_rows(drawing, zone),
        "alerts": alert_rows(alerts[:ALERTS_SHOWN], desk),
        "alerts_more": alert_rows(alerts[ALERTS_SHOWN:], desk),
        "alerts_more_count": len(alerts[ALERTS_SHOWN:]),
    }
