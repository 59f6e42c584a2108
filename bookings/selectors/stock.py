"""Supplies a meeting needs against what there is.

A meeting needs `per_head` of each supply that goes with a service it asks for, for every person; name plates count by
their number. Approved meetings reserve by what they say: there is no table of reservations, so that a cancelled or
changed one gives back by itself. What is used up counts from now until the meeting in question, what is washed and
used again only where meetings overlap.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from bookings.levels import most_at_once
from bookings.models import Booking
from bookings.selectors.sharing import Holding
from rooms.models import Supply, SupplyUse
from rooms.selectors import supplies_on_hand

# By head, or by another number of the booking.
COUNTED_BY = {SupplyUse.NAME_PLATES: "name_plates"}
USES = tuple(use for use in SupplyUse if use)


@dataclass(frozen=True)
class SupplyNeed:
    """What a meeting needs of one supply, and what is left of it for it."""

    supply: Supply
    need: int
    on_hand: int
    # By other approved meetings until then, or at the same time.
    reserved: int

    @property
    def left(self) -> int:
        return self.on_hand - self.reserved

    @property
    def missing(self) -> int:
        return max(0, self.need - max(0, self.left))


def units_of(booking: Booking, use: str) -> int:
    """How many times `per_head` the booking needs of what goes with the service."""
    if use in COUNTED_BY:
        return int(getattr(booking, COUNTED_BY[SupplyUse(use)]))
    return booking.headcount if use and getattr(booking, use) else 0


def need_of(booking: Booking, supply: Supply) -> int:
    return supply.per_head * units_of(booking, supply.use)


def wanted_uses(booking: Booking) -> list[str]:
    return [use.value for use in USES if units_of(booking, use)]


def supply_needs(
    booking: Booking, holdings: Sequence[Holding], now: datetime, rows: Iterable[Supply] | None = None
) -> list[SupplyNeed]:
    """`holdings` are the meetings that overlap it, set-up and clearing included; one statement.

    `rows` are the supplies where they are read already.
    """
    rows = needed_supplies(booking, now) if rows is None else rows
    others = [each.booking for each in holdings if not each.is_offer and each.booking.status in Booking.HOLDING]
    return [_need(row, booking, others) for row in rows]


def needed_supplies(booking: Booking, now: datetime) -> QuerySet[Supply]:
    """Those that go with what it asks for, with what is on hand and reserved."""
    uses = wanted_uses(booking)
    ahead = reserving(now).filter(start_at__lte=booking.start_at).exclude(pk=booking.pk)
    return with_reserved(supplies_on_hand(booking.site_id), ahead).filter(is_active=True, use__in=uses)


def reserving(now: datetime) -> QuerySet[Booking]:
    """Approved meetings that are still to use what they asked for."""
    return Booking.objects.filter(Q(status=Booking.Status.APPROVED, end_at__gt=now) | Q(status=Booking.Status.RUNNING))


def with_reserved(supplies: QuerySet[Supply], bookings: QuerySet[Booking]) -> QuerySet[Supply]:
    """Each with `reserved`: what these bookings need of it together."""
    wanted = ExpressionWrapper(OuterRef("use"), output_field=CharField())
    rows = bookings.filter(site=OuterRef("site")).alias(wanted=wanted).annotate(units=_units())
    total = rows.order_by().values("site").annotate(total=Sum("units")).values("total")
    reserved = Coalesce(Subquery(total, output_field=IntegerField()), Value(0)) * F("per_head")
    return supplies.annotate(reserved=ExpressionWrapper(reserved, output_field=IntegerField()))


def _units() -> Case:
    flags = [use for use in USES if use not in COUNTED_BY]
    whens: list[Any] = [When(Q(wanted=use.value, **{use.value: True}), then=F("headcount")) for use in flags]
    whens += [When(wanted=use.value, then=F(column)) for use, column in COUNTED_BY.items()]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _need(row: Any, booking: Booking, others: Collection[Booking]) -> SupplyNeed:
    reserved = _at_once(row, booking, others) if row.is_reused else row.reserved
    return SupplyNeed(row, need_of(booking, row), row.on_hand, reserved)


def _at_once(supply: Supply, booking: Booking, others: Collection[Booking]) -> int:
    uses = [(each.occupied_from, each.occupied_until, need_of(each, supply)) for each in others]
    return most_at_once(uses, booking.occupied_from, booking.occupied_until)
