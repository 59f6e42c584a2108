"""All that the inbox shows of the open request, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from bookings.models import Booking, BookingMessage, Occupancy, Offer
from bookings.selectors.competing import competing_with, conflicts_of
from bookings.selectors.day import RoomDay, day_among, day_rows
from bookings.selectors.history import held_before, missed_by
from bookings.selectors.sharing import Holding, holding_rows, holdings_among, span_of
from bookings.selectors.stock import SupplyNeed, needed_supplies, supply_needs, wanted_uses
from bookings.selectors.waiting import open_places
from rooms.equipment import shared_codes
from rooms.models import EquipmentPool, RoomLayout
from rooms.together import number_of, read_together, remember
from staff.models import User


@dataclass(frozen=True)
class RequestFile:
    """Guests, agenda and the site's shared equipment are with the booking and its site."""

    # By its name.
    layouts: dict[str, RoomLayout]
    # What the room has of its own.
    kinds: set[str]
    day: RoomDay
    conflicts: Sequence[Occupancy]
    losers: Sequence[Booking]
    holdings: Sequence[Holding]
    needs: Sequence[SupplyNeed]
    thread: Sequence[BookingMessage]
    open_offer: Offer | None
    line_number: int | None
    earlier: int
    no_shows: int


def open_offers(booking: Booking) -> QuerySet[Offer]:
    """There is one at most."""
    return booking.offers.filter(state=Offer.State.OPEN).select_related("room__site", "offered_by")


def request_file(
    *, booking: Booking, on: date, user: User, now: datetime, further: Sequence[QuerySet[Any]] = ()
) -> RequestFile:
    """`further` is read along."""
    lists: dict[str, QuerySet[Any]] = {
        "guests": booking.guests.all(),
        "agenda": booking.agenda.all(),
        "pools": EquipmentPool.objects.filter(site=booking.site_id),
        "layouts": RoomLayout.objects.filter(room=booking.room_id),
        "kinds": booking.room.equipment.values_list("kind", flat=True),
        "conflicts": conflicts_of(booking).distinct("during"),
        "losers": competing_with(booking),
        "holdings": _holding_rows(booking),
        "supplies": needed_supplies(booking, now),
        "thread": booking.messages.select_related("author"),
        "offers": open_offers(booking),
        "places": open_places(booking),
        "earlier": number_of(held_before(booking)),
        "no_shows": number_of(missed_by(booking, now)),
    }
    day = day_rows(booking.room, on)
    read_together(*lists.values(), *day, *further)
    for name in ("guests", "agenda"):
        remember(booking, name, lists[name])
    remember(booking.site, "pools", lists["pools"])
    holdings = holdings_among(lists["holdings"], exclude=[booking.pk])
    return RequestFile(
        layouts={each.layout: each for each in lists["layouts"]},
        kinds=set(lists["kinds"]),
        day=day_among(*day, room=booking.room, on=on, user=user, now=now),
        conflicts=list(lists["conflicts"]),
        losers=list(lists["losers"]),
        holdings=holdings,
        needs=supply_needs(booking, holdings, now, lists["supplies"]),
        thread=list(lists["thread"]),
        open_offer=next(iter(lists["offers"]), None),
        line_number=next((place.number for place in lists["places"]), None),
        earlier=next(iter(lists["earlier"]), 0),
        no_shows=next(iter(lists["no_shows"]), 0),
    )


def _holding_rows(booking: Booking) -> QuerySet[Occupancy]:
    """Nobody else is looked at for a meeting that wants nothing of what is shared or used up."""
    wants = shared_codes(booking.equipment) or wanted_uses(booking)
    return holding_rows(booking.site_id, [span_of(booking)]) if wants else Occupancy.objects.none()
