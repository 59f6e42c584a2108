"""Leave: asked for and taken back by each person, decided and entered by the managers of the site."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rooms.models import Site
from rooms.selectors import site_today, sites_visible_to
from staff.duty_forms import LeaveForm, SicknessForm
from staff.errors import StaffError
from staff.leave_reads import leaves_ahead, leaves_of, leaves_waiting, lines_of
from staff.messages import refusal
from staff.models import Leave
from staff.paging import page_of
from staff.permissions import can_ask_leave, can_change_shifts
from staff.services.leave import decline_leave, enter_sickness, grant_leave, request_leave, withdraw_leave
from staff.views.sites import leader_only, site_or_404

PER_PAGE = 20
FIELD_OF = {"leave_order": "last", "leave_overlap": "first"}


@require_http_methods(["GET", "POST"])
@login_required
def my_leave(request: HttpRequest) -> HttpResponse:
    if not can_ask_leave(request.user):
        raise PermissionDenied
    now = timezone.now()
    site = request.user.site
    form = LeaveForm(request.POST or None, site=site, today=site_today(site, now))
    if request.method == "POST" and form.is_valid():
        start, end = form.span
        facts = {"kind": form.cleaned_data["kind"], "note": form.cleaned_data["note"], "start": start, "end": end}
        try:
            request_leave(user=request.user, actor=request.user, now=now, **facts)
        except StaffError as exc:
            form.add_error(FIELD_OF.get(exc.code, "first"), refusal(exc))
        else:
            messages.success(request, _("Asked for. You are told when it is decided."))
            return redirect("staff:my_leave")
    page = page_of(request, leaves_of(request.user), PER_PAGE)
    context: dict[str, Any] = {"form": form, "page": page, "site": site, "now": now}
    return render(request, "staff/my_leave.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """By the person, or by who may decide on it."""
    leave = visible_leave(request, pk)
    is_own = leave.user_id == request.user.pk
    done = _("Taken back.")
    try:
        withdraw_leave(leave_id=pk, actor=request.user, now=timezone.now())
    except StaffError as exc:
        messages.error(request, refusal(exc))
    else:
        messages.success(request, done)
    return (
        redirect("staff:my_leave") if is_own and not request.POST.get("site") else redirect(leaves_url(leave.user.site))
    )


@require_http_methods(["GET", "POST"])
@login_required
def leaves(request: HttpRequest) -> HttpResponse:
    """What waits for a word, who is away, and the form for somebody who fell ill."""
    leader_only(request.user)
    now = timezone.now()
    site = site_or_404(request)
    form = SicknessForm(request.POST or None, site=site, today=site_today(site, now))
    if request.method == "POST" and form.is_valid():
        start, end = form.span
        facts = {"user": form.cleaned_data["person"], "note": form.cleaned_data["note"], "start": start, "end": end}
        try:
            _leave, lost = enter_sickness(actor=request.user, now=now, **facts)
        except StaffError as exc:
            form.add_error(FIELD_OF.get(exc.code, "first"), refusal(exc))
        else:
            messages.success(request, _("Entered. Shifts that fall away: %(count)s.") % {"count": len(lost)})
            return redirect(leaves_url(site))
    return leaves_page(request, site, form, now)


def leaves_page(request: HttpRequest, site: Site, form: SicknessForm, now: datetime) -> HttpResponse:
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "waiting": lines_of(list(leaves_waiting(site)[:100])),
        "page": page_of(request, leaves_ahead(site, now), PER_PAGE),
        "form": form,
    }
    return render(request, "staff/leaves.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    leader_only(request.user)
    leave = visible_leave(request, pk)
    verbs = {"grant": (grant_leave, _("Granted.")), "decline": (decline_leave, _("Declined."))}
    verb, done = verbs.get(request.POST.get("act", ""), (None, ""))
    if verb is None:
        raise Http404
    try:
        verb(leave_id=leave.pk, actor=request.user, now=timezone.now())
    except StaffError as exc:
        messages.error(request, refusal(exc))
    else:
        messages.success(request, done)
    return redirect(leaves_url(leave.user.site))


def visible_leave(request: HttpRequest, pk: int) -> Leave:
    """One's own, or of the sites one leads; of others nobody learns that it is there."""
    rows = Leave.objects.select_related("user__site")
    if can_change_shifts(request.user):
        own = rows.filter(user=request.user)
        return get_object_or_404(rows.filter(user__site__in=sites_visible_to(request.user)) | own, pk=pk)
    return get_object_or_404(rows, pk=pk, user=request.user)


def leaves_url(site: Site | None) -> str:
    return f"{reverse('staff:leaves')}?site={site.code}" if site else reverse("staff:my_leave")
