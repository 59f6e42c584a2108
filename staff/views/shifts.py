"""Shifts of a day: who works when, as a picture, and its changes."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.dates import day_or_today
from rooms.models import Site
from rooms.selectors import at_wall, calendar_of, find_site, site_today, sites_visible_to
from staff.errors import StaffError
from staff.forms import PersonChoice, ShiftChangeForm, ShiftForm
from staff.messages import STAFF_MESSAGES
from staff.models import Shift, User
from staff.permissions import can_change_shifts, can_see_shifts
from staff.roster import RosterDay, roster_day
from staff.selectors import shift_patterns
from staff.services.shifts import change_shift, create_shift, create_shifts, remove_shift

A_WEEK = timedelta(days=7)
# The constraint is about the two times together; the sentence stands beside the first.
FIELD_OF = {"shift_overlap": "begins", "shift_order": "ends"}


@require_GET
@login_required
def shifts(request: HttpRequest) -> HttpResponse:
    if not can_see_shifts(request.user):
        raise PermissionDenied
    now = timezone.now()
    site = site_or_404(request)
    on = day_asked_for(request, site, now)
    form = ShiftForm(site=site, initial={"on": on, "person": request.GET.get("person")})
    return shifts_page(request, site, on, form, now)


@require_POST
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not can_change_shifts(request.user):
        raise PermissionDenied
    now = timezone.now()
    site = site_or_404(request)
    form = ShiftForm(request.POST, site=site)
    if form.is_valid():
        start, end = form.span
        person = form.cleaned_data["person"]
        try:
            create_shift(user=person, site=site, start=start, end=end, actor=request.user, now=now)
        except StaffError as exc:
            refuse(form, exc)
        else:
            return redirect(day_url(site, form.cleaned_data["on"]))
    return shifts_page(request, site, day_asked_for(request, site, now), form, now)


@require_POST
@login_required
def create_day(request: HttpRequest) -> HttpResponse:
    """One person's usual shifts of a day, in one step."""
    if not can_change_shifts(request.user):
        raise PermissionDenied
    now = timezone.now()
    site = site_or_404(request)
    on = day_asked_for(request, site, now)
    form = PersonChoice(request.POST, site=site)
    if not form.is_valid():
        raise Http404
    patterns = shift_patterns(calendar_of(site), site.on_post_at, on)
    spans = [(at_wall(site, on, begins), at_wall(site, on, ends)) for begins, ends in patterns]
    try:
        create_shifts(user=form.cleaned_data["person"], site=site, spans=spans, actor=request.user, now=now)
    except StaffError as exc:
        messages.error(request, STAFF_MESSAGES[exc.code])
    return redirect(day_url(site, on))


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_shifts(request.user):
        raise PermissionDenied
    shift = get_object_or_404(visible_shifts(request.user), pk=pk)
    if not can_change_shifts(request.user):
        raise PermissionDenied
    form = ShiftChangeForm(request.POST or None, shift=shift)
    if request.method == "POST" and form.is_valid():
        start, end = form.span
        try:
            change_shift(shift_id=shift.pk, start=start, end=end, actor=request.user, now=timezone.now())
        except StaffError as exc:
            refuse(form, exc)
        else:
            messages.success(request, _("The shift is changed."))
            return redirect(day_url(shift.site, form.cleaned_data["on"]))
    back = day_url(shift.site, shift.during.lower.astimezone(shift.site.zone).date())
    return render(request, "staff/shift.html", {"form": form, "shift": shift, "back": back})


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_shifts(request.user):
        raise PermissionDenied
    shift = get_object_or_404(visible_shifts(request.user), pk=pk)
    if not can_change_shifts(request.user):
        raise PermissionDenied
    back = day_url(shift.site, shift.during.lower.astimezone(shift.site.zone).date())
    try:
        remove_shift(shift_id=shift.pk, actor=request.user, now=timezone.now())
    except StaffError as exc:
        messages.error(request, STAFF_MESSAGES[exc.code])
    else:
        messages.success(request, _("The shift is removed."))
    return redirect(back)


def shifts_page(request: HttpRequest, site: Site, on: date, form: ShiftForm, now: datetime) -> HttpResponse:
    day: RosterDay = roster_day(site=site, on=on, language=get_language(), now=now)
    context: dict[str, Any] = {
        "day": day,
        "site": site,
        "sites": sites_visible_to(request.user),
        "form": form,
        "can_change": can_change_shifts(request.user),
        "today": site_today(site, now),
        "previous": on - A_WEEK,
        "next": on + A_WEEK,
    }
    return render(request, "staff/shifts.html", context)


def refuse(form: ShiftForm, exc: StaffError) -> None:
    form.add_error(FIELD_OF.get(exc.code), STAFF_MESSAGES[exc.code])


def site_or_404(request: HttpRequest) -> Site:
    data = request.POST if request.method == "POST" else request.GET
    site = find_site(request.user, data.get("site") or None)
    if site is None:
        raise Http404
    return site


def day_asked_for(request: HttpRequest, site: Site, now: datetime) -> date:
    """The date of `?date=` or of the form."""
    text = request.POST.get("on", "") if request.method == "POST" else request.GET.get("date", "")
    return day_or_today(text, site_today(site, now))


def day_url(site: Site, on: date) -> str:
    return f"{reverse('staff:shifts')}?date={on}&site={site.code}"


def visible_shifts(user: User) -> Any:
    return Shift.objects.filter(site__in=sites_visible_to(user)).select_related("user", "site")
