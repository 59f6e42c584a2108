"""Who serves what over a day or a week: proposed by a worker, looked at, altered, applied."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from checklists.errors import ChecklistError
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import AssignmentProposal, ProposalLine
from checklists.people_picture import draw_people
from checklists.permissions import can_plan_people
from checklists.proposal_forms import LineForm, ProposalForm
from checklists.selectors.proposals import choices_for, latest_proposal, proposal_day
from checklists.services.proposals import alter_line, apply_proposal, pins_of, release_line, request_proposal
from checklists.views.common import day_asked, site_asked
from rooms.dates import known_day
from rooms.models import Site
from rooms.polling import page_anew
from rooms.selectors import day_bounds, site_today, sites_visible_to

State = AssignmentProposal.State


@login_required
@require_http_methods(["GET", "POST"])
def assignments(request: HttpRequest) -> HttpResponse:
    """GET shows the newest proposal for the days asked for, POST asks for one."""
    site, now = site_asked(request, request.POST.get("site")), timezone.now()
    if not can_plan_people(request.user, site):
        raise PermissionDenied
    if request.method == "POST":
        return ask(request, site)
    on = day_asked(request, site, now)
    days = 7 if request.GET.get("days") == "7" else 1
    latest = latest_proposal(site, on, days)
    if latest:
        return redirect("checklists:proposal", latest.pk)
    return render(request, "checklists/assignments.html", frame(request, site, on, days))


def ask(request: HttpRequest, site: Site) -> HttpResponse:
    """What was pinned in the proposal it comes from stays pinned."""
    form = ProposalForm(request.POST)
    if not form.is_valid():
        on = site_today(site, timezone.now())
        return render(request, "checklists/assignments.html", frame(request, site, on, 1) | {"form": form}, status=422)
    since, days = form.cleaned_data["date"], form.cleaned_data["days"]
    before = latest_proposal(site, since, days)
    pins = pins_of(before) if before and before.state == State.DONE else {}
    terms: dict[str, Any] = {"since": since, "days": days, "pins": pins}
    proposal = request_proposal(site=site, actor=request.user, now=timezone.now(), **terms)
    return redirect("checklists:proposal", proposal.pk)


def frame(request: HttpRequest, site: Site, on: date, days: int) -> dict[str, Any]:
    """The days before and after, and what the form begins with."""
    step = timedelta(days=days)
    return {
        "site": site,
        "sites": sites_visible_to(request.user),
        "since": on,
        "days": days,
        "before": on - step,
        "after": on + step,
        "today": site_today(site, timezone.now()),
    }


@login_required
@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, asked again every second; once it is done, what it says."""
    found = own_proposal(request, pk)
    if request.htmx:
        return still_waiting(request, found)
    context = frame(request, found.site, found.since, found.days) | progress_of(found)
    if found.state == State.DONE:
        on = known_day(request.GET.get("on", ""))
        day = proposal_day(found, on=on, user=request.user)
        picture = draw_people(day.teams, day_bounds(found.site, day.on), found.site.zone)
        context |= {"day": day, "picture": picture}
    with timezone.override(found.site.zone):
        return render(request, "checklists/assignments.html", context)


def still_waiting(request: HttpRequest, found: AssignmentProposal) -> HttpResponse:
    """Once it is over the page that waited shows it all."""
    if found.is_under_way:
        return render(request, "checklists/_working_out.html", progress_of(found))
    return page_anew()


def progress_of(found: AssignmentProposal) -> dict[str, Any]:
    return {
        "proposal": found,
        "row": found,
        "address": reverse("checklists:proposal", args=[found.pk]),
        "is_stuck": found.is_stuck(timezone.now()),
        "may_apply": found.state == State.DONE and found.applied_at is None,
    }


def own_proposal(request: HttpRequest, pk: int) -> AssignmentProposal:
    rows = AssignmentProposal.objects.filter(site__in=sites_visible_to(request.user))
    found = get_object_or_404(rows.select_related("site", "requested_by", "applied_by"), pk=pk)
    if not can_plan_people(request.user, found.site):
        raise PermissionDenied
    return found


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_proposal(request, pk)
    try:
        changed = apply_proposal(proposal_id=found.pk, actor=request.user, now=timezone.now())
    except ChecklistError as exc:
        messages.error(request, CHECKLIST_MESSAGES[exc.code])
    else:
        said = ngettext("Applied: %(n)s change.", "Applied: %(n)s changes.", changed) % {"n": changed}
        messages.success(request, said)
    return redirect("checklists:proposal", found.pk)


@login_required
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One choice: who could have it, with what speaks against them."""
    row = own_line(request, pk)
    form, fault = LineForm(request.POST if request.method == "POST" else None), ""
    if form.is_bound:
        fault = altered(request, row, form)
        if not fault:
            return redirect(address_of(row))
    context = {
        "line": row,
        "choices": choices_for(row, timezone.now()),
        "fault": fault,
        "back": address_of(row),
        "is_open": row.proposal.state == State.DONE and row.proposal.applied_at is None,
    }
    with timezone.override(row.proposal.site.zone):
        return render(request, "checklists/assignment_line.html", context, status=422 if fault else 200)


def own_line(request: HttpRequest, pk: int) -> ProposalLine:
    rows = ProposalLine.objects.filter(proposal__site__in=sites_visible_to(request.user))
    related = ("proposal__site", "booking__room", "booking__site", "user", "holder")
    found = get_object_or_404(rows.select_related(*related), pk=pk)
    if not can_plan_people(request.user, found.proposal.site):
        raise PermissionDenied
    return found


def altered(request: HttpRequest, row: ProposalLine, form: LineForm) -> str:
    """What was wrong with it, in words."""
    if not form.is_valid():
        return _("Please choose somebody.")
    facts: dict[str, Any] = {"line_id": row.pk, "actor": request.user, "now": timezone.now()}
    act, user_id = form.cleaned_data["act"], form.cleaned_data["user"]
    try:
        if act == "release":
            release_line(**facts)
        else:
            alter_line(user_id=user_id if act == "give" else None, **facts)
    except ChecklistError as exc:
        return str(CHECKLIST_MESSAGES[exc.code])
    return ""


def address_of(row: ProposalLine) -> str:
    on = row.booking.start_at.astimezone(row.proposal.site.zone).date()
    query = urlencode({"on": on.isoformat()})
    return f"{reverse('checklists:proposal', args=[row.proposal_id])}?{query}#line-{row.pk}"
