"""Requests beyond the bounds of their room, and those that a rule approves."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from bookings.errors import InvalidBooking
from bookings.messages import EXCEPTION_TEXTS
from bookings.models import ApprovalRule, Booking, WaitingPlace
from bookings.policy import TOO_SOON, Bounds, beyond, bounds_of
from bookings.selectors.competing import competing_with
from bookings.services.data import BookingData


def check_policy(
    data: BookingData,
    *,
    now: datetime,
    old: BookingData | None = None,
    known: Iterable[str] = (),
    is_sent: bool = True,
    bounds: Bounds | None = None,
) -> list[str]:
    """In which respects it goes beyond the policy of its room; without a reason that is refused beside its field.

    A change is held to what it makes worse: `known` is what was said of `old`. A draft may still be anything. Who
    asks for many requests reads the `bounds` of a room once.
    """
    if not is_sent or (old and _is_same_place(old, data)):
        return list(known)
    found = beyond(bounds or bounds_of(data.room), data.start_at, data.end_at, now=now, zone=data.room.site.zone)
    if old and old.start_at == data.start_at:
        # Time passing is nobody's doing.
        found = [code for code in found if code != TOO_SOON or code in known]
    if set(found) - set(known) and not data.exception_reason:
        respects = [EXCEPTION_TEXTS[code] for code in found]
        raise InvalidBooking.of("exception_reason", "outside_policy", respects=respects)
    return found


def rules_for(bookings: Sequence[Booking]) -> list[ApprovalRule]:
    """For each room of a request the rule that approves it at once; empty as soon as one of them has none."""
    rules: list[ApprovalRule] = []
    for booking in bookings:
        rule = rule_for(booking)
        if rule is None:
            return []
        rules.append(rule)
    return rules


def rule_for(booking: Booking) -> ApprovalRule | None:
    """The rule that approves it at once; none for an exception, nor where it or somebody before it has to wait."""
    if booking.exceptions or booking.waiting_places.filter(state__in=WaitingPlace.OPEN).exists():
        return None
    rules = ApprovalRule.objects.filter(
        Q(rooms=None) | Q(rooms=booking.room_id),
        Q(most_people=None) | Q(most_people__gte=booking.headcount),
        Q(host_department="") | Q(host_department=booking.host_department),
        Q(kinds=[]) | Q(kinds__contains=[booking.kind]),
        site=booking.site_id,
    )
    rule = rules.order_by("pk").first()
    return rule if rule and not competing_with(booking).exists() else None


def _is_same_place(old: BookingData, new: BookingData) -> bool:
    return (old.room, old.start_at, old.end_at) == (new.room, new.start_at, new.end_at)
