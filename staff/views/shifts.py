"""Shifts: the week as a board or a day as a picture of who works when, and the changes of single ones."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.models import Site
from rooms.selectors import at_wall, calendar_of, site_today, sites_visible_to
from staff.errors import StaffError
from staff.forms import PersonChoice, ShiftChangeForm, ShiftForm
from staff.messages import refusal
from staff.permissions import can_change_shifts, can_see_shifts
from staff.roster import RosterDay, roster_day
from staff.selectors import shift_patterns
from staff.services.rosters import plan_shifts
from staff.services.shifts import change_shift, remove_shift
from staff.views.rosters import answer, board_page
from staff.views.sites import day_asked_for, day_url, site_or_404, visible_shifts, week_url

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
    if request.GET.get("view") != "day":
        return board_page(request, site, on, now)
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
        person, on = form.cleaned_data["person"], form.cleaned_data["on"]
        try:
            plan_shifts(user=person, site=site, on=on, spans=[(start, end)], actor=request.user, now=now)
        except StaffError as exc:
            refuse(form, exc)
        else:
            return redirect(back_url(request, site, on))
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
    person = form.cleaned_data["person"]
    try:
        plan_shifts(user=person, site=site, on=on, spans=spans, actor=request.user, now=now)
    except StaffError as exc:
        messages.error(request, refusal(exc))
    return redirect(back_url(request, site, on))


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
            return redirect(back_url(request, shift.site, form.cleaned_data["on"]))
    back = back_url(request, shift.site, shift.during.lower.astimezone(shift.site.zone).date())
    view = request.POST.get("view") or request.GET.get("view")
    context = {"form": form, "shift": shift, "back": back, "view": view}
    context["others"] = PersonChoice(site=shift.site).fields["person"].queryset.exclude(pk=shift.user_id)
    context["on"] = shift.during.lower.astimezone(shift.site.zone).date()
    return render(request, "staff/shift.html", context)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_shifts(request.user):
        raise PermissionDenied
    shift = get_object_or_404(visible_shifts(request.user), pk=pk)
    if not can_change_shifts(request.user):
        raise PermissionDenied
    on = shift.during.lower.astimezone(shift.site.zone).date()

    def act() -> str:
        remove_shift(shift_id=shift.pk, actor=request.user, now=timezone.now())
        return _("The shift is removed.")

    return answer(request, shift.site, on, act)


def shifts_page(request: HttpRequest, site: Site, on: date, form: ShiftForm, now: datetime) -> HttpResponse:
    can_change = can_change_shifts(request.user)
    day: RosterDay = roster_day(site=site, on=on, language=get_language(), now=now, with_drafts=can_change)
    context: dict[str, Any] = {
        "day": day,
        "site": site,
        "sites": sites_visible_to(request.user),
        "form": form,
        "can_change": can_change,
        "today": site_today(site, now),
        "previous": on - A_WEEK,
        "next": on + A_WEEK,
    }
    return render(request, "staff/shifts.html", context)


def refuse(form: ShiftForm, exc: StaffError) -> None:
    form.add_error(FIELD_OF.get(exc.code, "begins"), refusal(exc))


def back_url(request: HttpRequest, site: Site, on: date) -> str:
    """To the day or the week, whichever was left."""
    view = request.POST.get("view") or request.GET.get("view")
    return day_url(site, on) if view == "day" else week_url(site, on)
