"""How a site decides: who, what by rule, within which bounds, and with which common reasons."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings.errors import BookingError, InvalidBooking
from bookings.forms.deciding import ApproverForm, CommonReasonForm, PolicyForm, RuleForm, SettingForm
from bookings.messages import error_text
from bookings.models import Booking
from bookings.permissions import can_set_deciding
from bookings.services.deciding import add_approver, add_reason, add_rule, remove_setting, set_policy
from rooms.models import Site
from rooms.selectors import find_site


@dataclass(frozen=True)
class Setting:
    form: type[SettingForm]
    add: Callable[..., Any]


SETTINGS = {
    "approver": Setting(ApproverForm, add_approver),
    "rule": Setting(RuleForm, add_rule),
    "policy": Setting(PolicyForm, set_policy),
    "reason": Setting(CommonReasonForm, add_reason),
}


@login_required
@require_GET
def deciding(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _site(request, code))


@login_required
@require_POST
def add(request: HttpRequest, code: str, what: str) -> HttpResponse:
    site, setting = _site(request, code), _setting(what)
    form = setting.form(request.POST, site=site, auto_id=_ids(what))
    if not form.is_valid():
        return _page(request, site, status=422, **{what: form})
    try:
        setting.add(site=site, actor=request.user, now=timezone.now(), **form.facts())
    except InvalidBooking as error:
        form.put_faults(error)
        return _page(request, site, status=422, **{what: form})
    messages.success(request, _("Saved."))
    return redirect("bookings:deciding", site.code)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, what: str, pk: int) -> HttpResponse:
    site = _site(request, code)
    _setting(what)
    try:
        remove_setting(site=site, what=what, pk=pk, actor=request.user, now=timezone.now())
    except BookingError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, _("Removed."))
    return redirect("bookings:deciding", site.code)


def _page(request: HttpRequest, site: Site, status: int = 200, **bound: SettingForm) -> HttpResponse:
    forms = {
        f"{what}_form": bound.get(what) or setting.form(site=site, auto_id=_ids(what))
        for what, setting in SETTINGS.items()
    }
    kinds = dict(Booking.Kind.choices)
    rules = site.approval_rules.prefetch_related("rooms")
    context = {
        "site": site,
        "approvers": site.approvers.select_related("room", "user"),
        "rules": [{"rule": rule, "kinds": [kinds.get(kind, kind) for kind in rule.kinds]} for rule in rules],
        "policies": site.booking_policies.select_related("room"),
        "reasons": site.decline_reasons.all(),
        **forms,
    }
    return render(request, "bookings/deciding.html", context, status=status)


def _site(request: HttpRequest, code: str) -> Site:
    site = find_site(request.user, code)
    if site is None:
        raise Http404
    if not can_set_deciding(request.user, site):
        raise PermissionDenied
    return site


def _ids(what: str) -> str:
    """Of the page's four forms each has fields of its own name."""
    return f"{what}_%s"


def _setting(what: str) -> Setting:
    if what not in SETTINGS:
        raise Http404
    return SETTINGS[what]
