"""The screens of a site: set up with a key shown once, seen when, and shut out."""

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

from bookings.errors import InvalidBooking
from bookings.forms.door import ScreenForm
from bookings.forms.tools import put_faults
from bookings.models import DoorDevice
from bookings.permissions import can_set_up_screens
from bookings.services.doors import add_screen, revoke_screen
from rooms.models import Site
from rooms.qr import qr_of
from rooms.selectors import find_site, sites_visible_to

# A screen that asked later than this is switched off or has no network.
SEEN_WITHIN_MINUTES = 5


@login_required
@require_http_methods(["GET", "POST"])
def screens(request: HttpRequest) -> HttpResponse:
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_set_up_screens(request.user, site):
        raise PermissionDenied
    now = timezone.now()
    form = ScreenForm(request.POST or None, site=site, initial={"room": request.GET.get("room")})
    if request.method == "POST" and form.is_valid():
        try:
            device, key = add_screen(site=site, actor=request.user, now=now, **form.cleaned_data)
        except InvalidBooking as error:
            put_faults(form, error, {})
        else:
            return page(request, site, ScreenForm(site=site), now, new=device, **_address(request, device, key))
    return page(request, site, form, now, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    rows = DoorDevice.objects.filter(site__in=sites_visible_to(request.user)).select_related("site")
    device = get_object_or_404(rows, pk=pk)
    if not can_set_up_screens(request.user, device.site):
        raise PermissionDenied
    if revoke_screen(device_id=device.pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("“%(name)s” is shut out.") % {"name": device.name})
    return redirect(f"{reverse('bookings:screens')}?site={device.site.code}")


def page(
    request: HttpRequest, site: Site, form: ScreenForm, now: datetime, *, status: int = 200, **extra: Any
) -> HttpResponse:
    devices = DoorDevice.objects.filter(site=site, revoked_at=None).select_related("room", "created_by")
    context = {
        "site": site,
        "sites": [each for each in sites_visible_to(request.user) if can_set_up_screens(request.user, each)],
        "form": form,
        "zone": site.zone,
        "devices": [(device, _is_seen(device, now)) for device in devices],
    }
    response = render(request, "bookings/screens.html", context | extra, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _address(request: HttpRequest, device: DoorDevice, key: str) -> dict[str, Any]:
    name = "bookings:door" if device.room_id else "bookings:lobby"
    address = request.build_absolute_uri(reverse(name, args=[key]))
    return {"address": address, "qr": qr_of(address)}


def _is_seen(device: DoorDevice, now: datetime) -> bool:
    seen = device.last_seen_at
    return seen is not None and (now - seen).total_seconds() < SEEN_WITHIN_MINUTES * 60
