"""The shared tablets of a site, as its managers see them: enrolled with a code, shut out, unlocked."""

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
from rooms.qr import qr_of
from rooms.selectors import find_site, sites_visible_to
from staff.models import Pin, PinTries, SharedTablet, TabletCode
from staff.permissions import can_set_up_tablets
from staff.selectors import pins_locked_at, pins_shut_at, tablets_of
from staff.services.pins import unlock_everywhere, unlock_pin
from staff.services.tablets import make_tablet_code, revoke_tablet
from staff.tablet_forms import TabletForm


@login_required
@require_http_methods(["GET", "POST"])
def tablets(request: HttpRequest) -> HttpResponse:
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_set_up_tablets(request.user, site):
        raise PermissionDenied
    now, form = timezone.now(), TabletForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row, code = make_tablet_code(site=site, actor=request.user, now=now, **form.cleaned_data)
        return page(request, site, TabletForm(), now, **shown_once(request, row, code))
    return page(request, site, form, now, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    rows = SharedTablet.objects.filter(site__in=sites_visible_to(request.user)).select_related("site")
    tablet = get_object_or_404(rows, pk=pk)
    if not can_set_up_tablets(request.user, tablet.site):
        raise PermissionDenied
    if revoke_tablet(tablet_id=tablet.pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("“%(name)s” is shut out.") % {"name": tablet.name})
    return redirect(of_site(tablet.site))


@login_required
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    rows = PinTries.objects.filter(tablet__site__in=sites_visible_to(request.user))
    tries = get_object_or_404(rows.select_related("user", "tablet__site"), pk=pk)
    site = tries.tablet.site
    if not can_set_up_tablets(request.user, site):
        raise PermissionDenied
    if unlock_pin(tries_id=tries.pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("%(name)s may try again.") % {"name": tries.user})
    return redirect(of_site(site))


@login_required
@require_POST
def unlock_all(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Pin.objects.filter(user__site__in=sites_visible_to(request.user)).select_related("user__site")
    pin = get_object_or_404(rows, pk=pk)
    if not can_set_up_tablets(request.user, pin.user.site):
        raise PermissionDenied
    if unlock_everywhere(pin_id=pin.pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("%(name)s may try again.") % {"name": pin.user})
    return redirect(of_site(pin.user.site))


def of_site(site: Site) -> str:
    return f"{reverse('staff:tablets')}?site={site.code}"


def page(
    request: HttpRequest, site: Site, form: TabletForm, now: datetime, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "site": site,
        "sites": [each for each in sites_visible_to(request.user) if can_set_up_tablets(request.user, each)],
        "form": form,
        "tablets": tablets_of(site),
        "locked": pins_locked_at(site, now=now),
        "shut": pins_shut_at(site),
        "enrol_address": request.build_absolute_uri(reverse("staff:tablet_enrol")),
    }
    response = render(request, "staff/tablets.html", context | extra, status=status)
    response["Cache-Control"] = "no-store"
    return response


def shown_once(request: HttpRequest, row: TabletCode, code: str) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("staff:tablet_enrol_code", args=[code]))
    return {"new": row, "code": f"{code[:4]} {code[4:]}", "qr": qr_of(address)}
