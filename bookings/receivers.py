"""News from rooms: each receiver is one call of a service of this app."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from bookings.services.spaces import refuse_while_held
from bookings.services.stock import tell_low_supply
from bookings.services.waiting import offer_free_slots
from bookings.signals import verb_done
from rooms.models import Room, Supply, SupplyMovement
from rooms.signals import spaces_changed, supply_low


@receiver(spaces_changed)
def keep_what_is_held(room: Room, now: datetime, **_kwargs: Any) -> None:
    refuse_while_held(room=room, now=now)


@receiver(verb_done, dispatch_uid="bookings.offer_free_slots")
def follow_the_line(now: datetime, **_kwargs: Any) -> None:
    offer_free_slots(now=now)


@receiver(supply_low, dispatch_uid="bookings.tell_low_supply")
def tell_what_runs_low(supply: Supply, movement: SupplyMovement, on_hand: int, now: datetime, **_kwargs: Any) -> None:
    tell_low_supply(supply=supply, movement=movement, on_hand=on_hand, now=now)
