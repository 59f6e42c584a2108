"""Supplies of a site: what is on hand and reserved, counts and deliveries, and their keeping."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bookings.selectors.stock import reserving, with_reserved
from rooms.errors import RoomsError
from rooms.forms import MovementForm, SupplyForm
from rooms.messages import ROOMS_MESSAGES
from rooms.models import Site, Supply
from rooms.permissions import can_keep_stock
from rooms.selectors import sites_visible_to, supplies_on_hand
from rooms.services.supplies import add_default_supplies, add_supply, change_supply, count_supply, receive_supply
from rooms.views.equipment import kept_site
from staff.paging import page_of


@login_required
@require_http_methods(["GET", "POST"])
def supplies(request: HttpRequest) -> HttpResponse:
    """What there is, and the form of one more."""
    site = kept_site(request)
    form = SupplyForm(request.POST if request.method == "POST" else None, instance=Supply(site=site))
    if request.method == "POST" and form.is_valid():
        try:
            supply = add_supply(site=site, fields=form.facts, actor=request.user, now=timezone.now())
        except RoomsError as exc:
            form.add_error("code", ROOMS_MESSAGES[exc.code])
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": supply})
            return redirect(_address(site))
    rows = with_reserved(supplies_on_hand(site.pk), reserving(timezone.now())).order_by("-is_active", "code")
    context = {"site": site, "sites": sites_visible_to(request.user), "form": form, "supplies": rows}
    return render(request, "bookings/supplies.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def usual(request: HttpRequest) -> HttpResponse:
    """Begin with what a meeting service usually keeps."""
    site = kept_site(request)
    count = len(add_default_supplies(site=site, actor=request.user, now=timezone.now()))
    said = ngettext("%(n)s supply added. Count it next.", "%(n)s supplies added. Count them next.", count)
    messages.success(request, said % {"n": count})
    return redirect(_address(site))


@login_required
@require_http_methods(["GET", "POST"])
def supply(request: HttpRequest, pk: int) -> HttpResponse:
    """One supply with its movements; a count or a delivery is entered here."""
    found = _supply(request, pk)
    form = MovementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _move(found, form, request)
        except RoomsError as exc:
            form.add_error("quantity", ROOMS_MESSAGES[exc.code])
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": found})
            return redirect("bookings:supply", pk)
    rows = with_reserved(supplies_on_hand(found.site_id), reserving(timezone.now()))
    context = {
        "supply": rows.select_related("site").get(pk=pk),
        "zone": found.site.zone,
        "form": form,
        "movements": page_of(request, found.movements.select_related("actor"), per_page=30),
    }
    return render(request, "bookings/supply.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _supply(request, pk)
    name, site = found.name, found.site
    form = SupplyForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = change_supply(supply_id=pk, fields=form.facts, actor=request.user, now=timezone.now())
        except RoomsError as exc:
            form.add_error("code", ROOMS_MESSAGES[exc.code])
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved})
            return redirect(_address(site))
    context = {"site": site, "name": name, "form": form, "supply_pk": pk}
    return render(request, "bookings/supply_form.html", context, status=422 if form.errors else 200)


def _move(found: Supply, form: MovementForm, request: HttpRequest) -> None:
    cleaned = form.cleaned_data
    facts: dict[str, Any] = {"supply_id": found.pk, "note": cleaned["note"], "actor": request.user}
    if cleaned["what"] == "counted":
        count_supply(counted=cleaned["quantity"], now=timezone.now(), **facts)
    else:
        receive_supply(quantity=cleaned["quantity"], now=timezone.now(), **facts)


def _supply(request: HttpRequest, pk: int) -> Supply:
    rows = Supply.objects.filter(site__in=sites_visible_to(request.user)).select_related("site")
    found = get_object_or_404(rows, pk=pk)
    if not can_keep_stock(request.user, found.site):
        raise PermissionDenied
    return found


def _address(site: Site) -> str:
    return f"{reverse('bookings:supplies')}?site={site.code}"
