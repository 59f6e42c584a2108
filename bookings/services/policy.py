"""Requests beyond the bounds of their room, and those that a rule approves."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bookings.errors import InvalidBooking
from bookings.messages import EXCEPTION_TEXTS
from bookings.models import ApprovalRule, Booking, WaitingPlace
from bookings.policy import TOO_SOON, Bounds, beyond, bounds_of, bounds_of_rooms
from bookings.selectors.competing import competing_with
from bookings.selectors.sharing import short_codes
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

    A change is held to what it makes worse: `known` is what was said of `old`. A draft may still be anything. Whoever
    asks for many hands in the `bounds` of each room.
    """
    if not is_sent or (old and _is_same_place(old, data)):
        return list(known)
    found = beyond(bounds or bounds_of(data.room), data.start_at, data.end_at, now=now, zone=data.room.site.zone)
    if old and old.start_at == data.start_at:
        # Time passing is nobody's doing.
        found = [code for code in found if code != TOO_SOON or code in known]
    if set(found) - set(known):
        _ask_for_reason(data, found)
    return found


def check_policy_of_dates(wanted: Sequence[BookingData], *, now: datetime) -> list[list[str]]:
    """The same for new requests that are one meeting on several dates; one reason is for all of them."""
    bounds = bounds_of_rooms(each.room for each in wanted)
    found = [
        beyond(bounds[each.room.pk], each.start_at, each.end_at, now=now, zone=each.room.site.zone) for each in wanted
    ]
    if any(found):
        _ask_for_reason(wanted[0], [code for code in EXCEPTION_TEXTS if any(code in codes for codes in found)])
    return found


def rules_for(bookings: Sequence[Booking]) -> dict[int, ApprovalRule]:
    """By id, the rule that approves each room of a request at once; empty as soon as one of them has none."""
    rules = rules_at(bookings[0].site_id) if bookings else []
    found = {each.pk: rule for each in bookings if rules and (rule := rule_for(each, rules))}
    return found if len(found) == len(bookings) else {}


def rule_for(booking: Booking, rules: Iterable[ApprovalRule]) -> ApprovalRule | None:
    """The one of its site that approves it at once.

    None for an exception, nor where it or somebody before it has to wait, or others have the equipment it wants.
    """
    rule = None if booking.exceptions else rule_fitting(booking, rules)
    if rule is None or booking.waiting_places.filter(state__in=WaitingPlace.OPEN).exists():
        return None
    return None if competing_with(booking).exists() or short_codes(booking) else rule


def rules_at(site_id: int) -> list[ApprovalRule]:
    return list(ApprovalRule.objects.filter(site=site_id).order_by("pk").prefetch_related("rooms"))


def rule_fitting(booking: Booking, rules: Iterable[ApprovalRule]) -> ApprovalRule | None:
    """The first whose every condition it meets."""
    return next((rule for rule in rules if _fits(booking, rule)), None)


def _fits(booking: Booking, rule: ApprovalRule) -> bool:
    rooms = {room.pk for room in rule.rooms.all()}
    return (
        (not rooms or booking.room_id in rooms)
        and (rule.most_people is None or booking.headcount <= rule.most_people)
        and rule.host_department in {"", booking.host_department}
        and (not rule.kinds or booking.kind in rule.kinds)
    )


def _ask_for_reason(data: BookingData, found: Iterable[str]) -> None:
    if not data.exception_reason:
        respects = [EXCEPTION_TEXTS[code] for code in found]
        raise InvalidBooking.of("exception_reason", "outside_policy", respects=respects)


def _is_same_place(old: BookingData, new: BookingData) -> bool:
    return (old.room, old.start_at, old.end_at) == (new.room, new.start_at, new.end_at)
