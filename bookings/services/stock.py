"""What meetings do to the stock: used up once when they end; and who hears that something runs low."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from bookings.models import Booking
from bookings.selectors.stock import need_of, wanted_uses
from rooms.models import Supply, SupplyMovement
from rooms.services.supplies import Taken, take_for_meeting
from rooms.text import SUFFIXES, localized
from staff.models import User
from staff.roles import Role
from staff.selectors import role_members
from staff.services.notices import notify_many


def use_supplies(booking: Booking, *, actor: User | None, now: datetime) -> list[SupplyMovement]:
    """Take what the meeting needed off the stock; said twice, it counts once."""
    uses = wanted_uses(booking)
    if not uses:
        return []
    supplies = Supply.objects.filter(site=booking.site_id, is_active=True, is_reused=False, use__in=uses)
    taken = [Taken(supply.pk, need_of(booking, supply)) for supply in supplies]
    return take_for_meeting(taken=taken, cause=booking.ref, actor=actor, now=now) if taken else []


def tell_low_supply(*, supply: Supply, movement: SupplyMovement, on_hand: int, now: datetime) -> None:
    """Once for each fall below the reorder level, to secretaries and managers of the site."""
    people = {each.pk: each for role in (Role.SECRETARY, Role.MANAGER) for each in role_members(supply.site, role)}
    params: dict[str, Any] = {
        "name": {suffix: localized(supply, "name", suffix.replace("_", "-")) for suffix in SUFFIXES},
        "on_hand": on_hand,
        "level": supply.reorder_level,
    }
    notify_many(
        recipients=people.values(),
        code="supply_low",
        params=params,
        url=reverse("bookings:supply", args=[supply.pk]),
        key=f"supply_low:{movement.pk}",
        now=now,
    )
