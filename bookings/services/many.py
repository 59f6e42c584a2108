"""Several requests decided in one go; each stands or falls by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bookings.errors import BookingError
from bookings.models import Booking
from bookings.permissions import can_decide
from bookings.services.decisions import approve_booking
from bookings.services.undo import undo_decision
from staff.models import User


@dataclass
class ManyResult:
    done: list[Booking] = field(default_factory=list)
    refused: list[tuple[Booking, BookingError]] = field(default_factory=list)


def approve_many(*, bookings: Iterable[Booking], actor: User, now: datetime) -> ManyResult:
    """Oldest first, as they would be decided one by one; what the person may not decide is refused like the rest."""
    result = ManyResult()
    decided: set[int] = set()
    for booking in sorted(bookings, key=lambda each: (each.requested_at or now, each.pk)):
        if booking.group_id in decided:
            # Approved a moment ago with another room of the same request.
            result.done.append(booking)
            continue
        if not can_decide(actor, booking):
            result.refused.append((booking, BookingError("not_yours")))
            continue
        try:
            approve_booking(booking_id=booking.pk, actor=actor, now=now)
            result.done.append(booking)
            decided |= {booking.group_id} if booking.group_id else set()
        except BookingError as error:
            result.refused.append((booking, error))
    return result


def undo_many(*, bookings: Iterable[Booking], actor: User, now: datetime) -> ManyResult:
    """Each decision once, in whichever of its rooms it is named."""
    result = ManyResult()
    requests: dict[int, Booking] = {}
    for booking in bookings:
        requests.setdefault(booking.group_id or -booking.pk, booking)
    for booking in requests.values():
        try:
            undo_decision(booking_id=booking.pk, actor=actor, now=now)
            result.done.append(booking)
        except BookingError as error:
            result.refused.append((booking, error))
    return result
