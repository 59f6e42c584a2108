"""Shared equipment in the request form: what can be brought to the room, and whether any is left then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bookings.alternatives import Span
from bookings.forms import RequestForm
from bookings.models import Booking
from bookings.permissions import can_request
from bookings.selectors.sharing import PoolFit, holdings_at, pool_fits
from bookings.views.choices import asked_of, number_of, site_of, values_of
from rooms.equipment import pools_by_code
from rooms.models import EquipmentPool, Room


@dataclass(frozen=True)
class PoolChoice:
    pool: EquipmentPool
    is_chosen: bool
    # None until a time is given.
    fit: PoolFit | None

    @property
    def is_short(self) -> bool:
        return self.fit is not None and not self.fit.fits


def pool_choices(form: RequestForm, *, exclude_booking: int | None = None) -> list[PoolChoice]:
    """What may be asked for at the time and for the room filled in so far; what was chosen stays in sight."""
    chosen = set(form["shared"].value() or ())
    pools = [each for each in pools_by_code(form.site).values() if each.is_active or each.code in chosen]
    if not pools:
        return []
    fits = _fits(form, [pool.code for pool in pools], exclude_booking)
    return [PoolChoice(pool, pool.code in chosen, fits.get(pool.code)) for pool in pools]


@login_required
@require_GET
def pools(request: HttpRequest) -> HttpResponse:
    """The choice anew, after another time or room."""
    if not can_request(request.user):
        raise PermissionDenied
    site = site_of(request)
    booking = Booking.objects.visible_to(request.user).named(request.GET.get("booking", "")).first()
    form = RequestForm(request.GET, site=site)
    found = pool_choices(form, exclude_booking=booking.pk if booking else None)
    return render(request, "bookings/_pools.html", {"pool_choices": found})


def _fits(form: RequestForm, codes: list[str], exclude_booking: int | None) -> dict[str, PoolFit]:
    asked = asked_of(values_of(form), form.site)
    if asked is None:
        return {}
    room = _room_of(form)
    span = _occupied(asked.start, asked.end, asked.layout, room)
    holdings = holdings_at(form.site.pk, [span], exclude=[exclude_booking] if exclude_booking else [])
    kinds = {each.kind for each in room.equipment.all()} if room else set()
    return {fit.pool.code: fit for fit in pool_fits(form.site, codes, span, holdings, kinds=kinds)}


def _room_of(form: RequestForm) -> Room | None:
    pk = number_of(str(form["room"].value()))
    return form.fields["room"].queryset.filter(pk=pk).first() if pk else None


def _occupied(start: datetime, end: datetime, layout: str, room: Room | None) -> Span:
    """With set-up and clearing, once a room is chosen."""
    wanted = layout or (room.standing_layout if room else "")
    setup, teardown = room.minutes_by_layout.get(wanted, (0, 0)) if room else (0, 0)
    return start - timedelta(minutes=setup), end + timedelta(minutes=teardown)
