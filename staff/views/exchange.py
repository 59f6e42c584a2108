"""Swaps and open shifts: what one person offers and takes, and what a site's managers decide."""

from collections.abc import Callable
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
from rooms.selectors import sites_visible_to
from staff.errors import StaffError
from staff.exchange_forms import AcceptForm, OfferForm, OpenShiftForm
from staff.exchange_reads import colleagues_of, open_lines, opened_ahead, swappable, swaps_of_site
from staff.messages import refusal
from staff.models import OpenShift, OpenShiftRequest, Shift, ShiftSwap
from staff.permissions import can_ask_leave
from staff.services.open_shifts import (
    ask_open_shift,
    decline_open_shift,
    grant_open_shift,
    publish_open_shift,
    withdraw_open_request,
    withdraw_open_shift,
)
from staff.services.swaps import accept_swap, approve_swap, decline_swap, offer_swap, withdraw_swap
from staff.views.sites import leader_only, site_or_404


def tried(request: HttpRequest, done: str, verb: Callable[..., Any], **facts: Any) -> None:
    """Do it, and leave word of what became of it."""
    try:
        verb(**facts)
    except StaffError as exc:
        messages.error(request, refusal(exc))
    else:
        messages.success(request, done)


def at_work_only(request: HttpRequest) -> None:
    if not can_ask_leave(request.user):
        raise PermissionDenied


def to_own(request: HttpRequest) -> HttpResponse:
    return redirect("staff:my_shifts")


@require_POST
@login_required
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    at_work_only(request)
    shift = get_object_or_404(Shift.objects.published(), pk=pk, user=request.user)
    form = OfferForm(request.POST, colleagues=colleagues_of(request.user))
    if not form.is_valid():
        raise Http404
    colleague = form.cleaned_data["colleague"]
    tried(
        request,
        _("Offered. It stays yours until somebody takes it."),
        offer_swap,
        shift_id=shift.pk,
        giver=request.user,
        colleague=colleague,
        now=timezone.now(),
    )
    return to_own(request)


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    at_work_only(request)
    now = timezone.now()
    swap = get_object_or_404(ShiftSwap, pk=pk, site=request.user.site_id)
    own = [each.pk for each in swappable(request.user, now)]
    form = AcceptForm(request.POST, shifts=Shift.objects.filter(pk__in=own))
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data["given"]
    tried(
        request,
        _("Accepted. You are told when it holds."),
        accept_swap,
        swap_id=swap.pk,
        taker=request.user,
        given_id=given.pk if given else None,
        now=now,
    )
    return to_own(request)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    at_work_only(request)
    swap = get_object_or_404(ShiftSwap, pk=pk, giver=request.user)
    tried(request, _("Taken back."), withdraw_swap, swap_id=swap.pk, actor=request.user, now=timezone.now())
    return to_own(request)


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    at_work_only(request)
    opened = get_object_or_404(OpenShift, pk=pk, site=request.user.site_id)
    tried(
        request,
        _("Asked for. You are told when it is decided."),
        ask_open_shift,
        open_shift_id=opened.pk,
        user=request.user,
        now=timezone.now(),
    )
    return to_own(request)


@require_POST
@login_required
def unask(request: HttpRequest, pk: int) -> HttpResponse:
    at_work_only(request)
    wish = get_object_or_404(OpenShiftRequest, pk=pk, user=request.user)
    tried(request, _("Taken back."), withdraw_open_request, request_id=wish.pk, actor=request.user, now=timezone.now())
    return to_own(request)


# --- For those who lead ---


@require_http_methods(["GET", "POST"])
@login_required
def exchange(request: HttpRequest) -> HttpResponse:
    leader_only(request.user)
    now = timezone.now()
    site = site_or_404(request)
    form = OpenShiftForm(request.POST or None, site=site)
    if request.method == "POST" and form.is_valid():
        try:
            publish_open_shift(site=site, actor=request.user, now=now, **form.facts)
        except StaffError as exc:
            form.add_error("on" if exc.code == "shift_begun" else "ends", refusal(exc))
        else:
            messages.success(request, _("Published. Everyone of the role is told."))
            return redirect(exchange_url(site))
    return exchange_page(request, site, form, now)


def exchange_page(request: HttpRequest, site: Site, form: OpenShiftForm, now: datetime) -> HttpResponse:
    swaps = list(swaps_of_site(site, now))
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "waiting": [each for each in swaps if each.state == ShiftSwap.State.ACCEPTED],
        "offered": [each for each in swaps if each.state == ShiftSwap.State.OFFERED],
        "lines": open_lines(opened_ahead(site.pk, now), None),
        "form": form,
    }
    return render(request, "staff/exchange.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def decide_swap(request: HttpRequest, pk: int) -> HttpResponse:
    leader_only(request.user)
    swap = get_object_or_404(ShiftSwap.objects.select_related("site"), pk=pk, site__in=sites_visible_to(request.user))
    verbs = {"approve": (approve_swap, _("Swapped.")), "decline": (decline_swap, _("Declined."))}
    verb, done = verb_of(request, verbs)
    tried(request, done, verb, swap_id=swap.pk, actor=request.user, now=timezone.now())
    return redirect(exchange_url(swap.site))


@require_POST
@login_required
def close_open(request: HttpRequest, pk: int) -> HttpResponse:
    leader_only(request.user)
    opened = get_object_or_404(OpenShift.objects.select_related("site"), pk=pk, site__in=sites_visible_to(request.user))
    tried(
        request,
        _("No longer open."),
        withdraw_open_shift,
        open_shift_id=opened.pk,
        actor=request.user,
        now=timezone.now(),
    )
    return redirect(exchange_url(opened.site))


@require_POST
@login_required
def decide_open(request: HttpRequest, pk: int) -> HttpResponse:
    leader_only(request.user)
    rows = OpenShiftRequest.objects.select_related("open_shift__site")
    wish = get_object_or_404(rows, pk=pk, open_shift__site__in=sites_visible_to(request.user))
    verbs = {"grant": (grant_open_shift, _("Granted.")), "decline": (decline_open_shift, _("Declined."))}
    verb, done = verb_of(request, verbs)
    tried(request, done, verb, request_id=wish.pk, actor=request.user, now=timezone.now())
    return redirect(exchange_url(wish.open_shift.site))


def verb_of(request: HttpRequest, verbs: dict[str, tuple[Callable[..., Any], str]]) -> tuple[Callable[..., Any], str]:
    found = verbs.get(request.POST.get("act", ""))
    if found is None:
        raise Http404
    return found


def exchange_url(site: Site) -> str:
    return f"{reverse('staff:exchange')}?site={site.code}"
