"""The roster of a week: its board, and what is put, moved and removed on it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from rooms.models import Site
from rooms.selectors import site_today, sites_visible_to
from staff.duty_forms import CellForm, MoveForm, PlaceForm, WeekCopyForm
from staff.errors import StaffError
from staff.exchange_reads import waiting_count
from staff.leave_reads import leaves_waiting
from staff.messages import refusal
from staff.models import User
from staff.permissions import can_change_shifts, can_see_shifts
from staff.services.rosters import copy_shift, copy_week, move_shift, place_pattern, plan_shifts, publish_week
from staff.views.sites import day_asked_for, leader_only, site_or_404, visible_shifts, week_url
from staff.week_board import WeekBoard, week_board
from staff.week_copy import plan_copy
from staff.week_reads import why_not_published

WEEK = timedelta(days=7)


def board_page(request: HttpRequest, site: Site, on: date, now: datetime) -> HttpResponse:
    return render(request, "staff/board.html", board_context(request, site, on, now))


def board_of(request: HttpRequest, site: Site, on: date, now: datetime, only: User | None = None) -> WeekBoard:
    return week_board(
        site=site,
        on=on,
        reader=request.user,
        language=get_language(),
        now=now,
        is_leader=can_change_shifts(request.user),
        only=only,
    )


def board_context(request: HttpRequest, site: Site, on: date, now: datetime) -> dict[str, Any]:
    board = board_of(request, site, on, now)
    return {
        "board": board,
        "site": site,
        "sites": sites_visible_to(request.user),
        "can_change": can_change_shifts(request.user),
        "today": site_today(site, now),
        "load_on": on,
        "previous": board.monday - WEEK,
        "next": board.monday + WEEK,
        "leave_waiting": leaves_waiting(site).count() if can_change_shifts(request.user) else 0,
        "exchange_waiting": waiting_count(site, now) if can_change_shifts(request.user) else 0,
    }


def answer(request: HttpRequest, site: Site, on: date, act: Callable[[], str]) -> HttpResponse:
    """Do it and show the week: to the board's script as a fragment, to others as a page. `act` says what was done."""
    try:
        done, level = act(), "success"
    except StaffError as exc:
        done, level = refusal(exc), "error"
    if not request.htmx:
        if done:
            messages.add_message(request, messages.SUCCESS if level == "success" else messages.ERROR, done)
        return redirect(week_url(site, on))
    context = board_context(request, site, on, timezone.now())
    response = render(request, "staff/_board.html", context, status=200 if level == "success" else 409)
    return trigger_client_event(response, "toast", {"text": done, "level": level}) if done else response


@require_http_methods(["GET", "POST"])
@login_required
def cell(request: HttpRequest) -> HttpResponse:
    """One person's day: its shifts, and a form for another one. The board opens it in a dialog."""
    leader_only(request.user)
    now = timezone.now()
    site = site_or_404(request)
    given = MoveForm(request.POST if request.method == "POST" else request.GET, site=site)
    if not given.is_valid():
        raise Http404
    person, on = given.cleaned_data["person"], given.cleaned_data["on"]
    form = CellForm(request.POST or None, site=site, initial={"person": person.pk, "on": on})
    if request.method == "POST" and form.is_valid():
        facts = {"spans": [form.span], "is_on_call": form.cleaned_data["is_on_call"]}
        try:
            plan_shifts(user=person, site=site, on=on, actor=request.user, now=now, **facts)
        except StaffError as exc:
            form.add_error("begins", refusal(exc))
        else:
            return answer(request, site, on, lambda: "")
    return cell_page(request, site, (person, on), form)


def cell_page(request: HttpRequest, site: Site, where: tuple[User, date], form: CellForm) -> HttpResponse:
    person, on = where
    board = board_of(request, site, on, timezone.now(), only=person)
    rows = [row for team in board.teams for row in team.rows]
    if not rows:
        raise Http404
    context = {
        "site": site,
        "row": rows[0],
        "cell": next(each for each in rows[0].cells if each.on == on),
        "palette": board.palette,
        "form": form,
        "back": week_url(site, on),
    }
    name = "staff/_cell.html" if request.htmx else "staff/cell.html"
    return render(request, name, context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def place(request: HttpRequest) -> HttpResponse:
    leader_only(request.user)
    site = site_or_404(request)
    form = PlaceForm(request.POST, site=site)
    if not form.is_valid():
        raise Http404
    person, on, pattern = (form.cleaned_data[name] for name in ("person", "on", "pattern"))

    def act() -> str:
        place_pattern(pattern=pattern, user=person, on=on, actor=request.user, now=timezone.now())
        return ""

    return answer(request, site, on, act)


@require_POST
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_shifts(request.user):
        raise PermissionDenied
    shift = get_object_or_404(visible_shifts(request.user), pk=pk)
    leader_only(request.user)
    form = MoveForm(request.POST, site=shift.site)
    if not form.is_valid():
        raise Http404
    person, on = form.cleaned_data["person"], form.cleaned_data["on"]
    verb = copy_shift if form.cleaned_data["copy"] else move_shift

    def act() -> str:
        verb(shift_id=shift.pk, user=person, on=on, actor=request.user, now=timezone.now())
        return ""

    return answer(request, shift.site, on, act)


@require_http_methods(["GET", "POST"])
@login_required
def copy(request: HttpRequest) -> HttpResponse:
    """Shown first, then done: what comes, and what stands in the way of the rest."""
    leader_only(request.user)
    now = timezone.now()
    site = site_or_404(request)
    on = day_asked_for(request, site, now)
    asked = request.POST if request.method == "POST" else request.GET
    form = WeekCopyForm(asked if "source" in asked else None, initial={"source": on, "target": on + WEEK})
    plan = done = None
    if form.is_valid():
        weeks = {"source_on": form.cleaned_data["source"], "target_on": form.cleaned_data["target"]}
        if request.method == "POST":
            try:
                done = copy_week(site=site, actor=request.user, now=now, **weeks)
            except StaffError as exc:
                form.add_error(None, refusal(exc))
        else:
            plan = plan_copy(site=site, **weeks)
    target = form.cleaned_data.get("target") if form.is_valid() else on + WEEK
    context = {"form": form, "site": site, "plan": plan, "done": done, "result": done or plan, "target": target or on}
    return render(request, "staff/week_copy.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """What becomes binding and what somebody should look at before; then the publication."""
    leader_only(request.user)
    now = timezone.now()
    site = site_or_404(request)
    on = day_asked_for(request, site, now)
    if request.method == "POST":
        return published(request, site, on, now)
    context = board_context(request, site, on, now)
    context["why_not"] = why_not_published(site, context["board"].monday)
    context["looked_at"] = warnings_of(context["board"])
    context["gaps"] = [day for day in context["board"].days if day.is_working and not day.people]
    return render(request, "staff/week_publish.html", context)


def published(request: HttpRequest, site: Site, on: date, now: datetime) -> HttpResponse:
    try:
        count = publish_week(site=site, on=on, actor=request.user, now=now).shift_count
    except StaffError as exc:
        messages.error(request, refusal(exc))
    else:
        text = ngettext("Published: %(count)s shift.", "Published: %(count)s shifts.", count) % {"count": count}
        messages.success(request, text if count else _("Published. Everything in it was binding already."))
    return redirect(week_url(site, on))


def warnings_of(board: WeekBoard) -> list[tuple[User, list[str]]]:
    found = []
    for team in board.teams:
        for row in team.rows:
            texts = [row.week_warning.words] if row.week_warning else []
            texts += [each.words for each_cell in row.cells for each in each_cell.warnings]
            if texts:
                found.append((row.person, texts))
    return found


@require_GET
@login_required
def publications(request: HttpRequest) -> HttpResponse:
    """Who published which week, and when."""
    if not can_see_shifts(request.user):
        raise PermissionDenied
    site = site_or_404(request)
    rows = site.roster_publications.select_related("published_by")[:100]
    return render(request, "staff/publications.html", {"site": site, "rows": rows})
