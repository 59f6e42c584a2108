"""What waits for a decision, and what a person has asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bookings.models import Booking, Occupancy, Offer
from bookings.permissions import can_decide
from bookings.selectors.competing import occupied_range
from rooms.models import Room
from rooms.ranges import PointRange
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True)
class InboxItem:
    booking: Booking
    age: timedelta
    # Something already stands in the room then, so approving would fail.
    is_taken: bool
    competing: int
    has_offer: bool
    may_decide: bool


def inbox_of(user: User, now: datetime) -> list[InboxItem]:
    """Requests of the person's site that wait, oldest first; those with an open question after the rest."""
    rows = waiting_at(user).annotate(
        occupied=occupied_range(), is_taken=_is_taken(), competing=_competing(), has_offer=_has_offer()
    )
    rows = rows.select_related("room", "site", "applicant", "room__site").prefetch_related("guests")
    ordered = sorted(rows, key=lambda row: (row.status != Booking.Status.REQUESTED, row.requested_at, row.pk))
    return [
        InboxItem(
            booking=row,
            age=now - (row.requested_at or now),
            is_taken=row.is_taken,
            competing=row.competing,
            has_offer=row.has_offer,
            may_decide=can_decide(user, row),
        )
        for row in ordered
    ]


def waiting_at(user: User) -> QuerySet[Booking]:
    """Pending requests the person is to look at; nothing for those without the role."""
    rows = Booking.objects.filter(status__in=Booking.PENDING)
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    if user.site_id and user.has_role(Role.SECRETARY):
        return rows.filter(site=user.site_id)
    return rows.none()


def bookings_of(applicant: User) -> QuerySet[Booking]:
    """The person's own, latest meeting first."""
    return Booking.objects.filter(applicant=applicant).select_related("room", "site").order_by("-start_at", "-pk")


def _is_taken() -> Exists:
    """Asked of each space in the shape of the exclusion's index, else all of a room's past would be read."""
    others = Q(offer=None) | ~Q(offer__booking=OuterRef(OuterRef("pk")))
    rows = Occupancy.objects.alias(point=PointRange("space_id"))
    rows = rows.filter(
        others, point__overlap=PointRange(OuterRef("space_id")), during__overlap=OuterRef(OuterRef("occupied"))
    )
    return Exists(Room.spaces.through.objects.filter(Exists(rows), room=OuterRef("room_id")))


def _has_offer() -> Exists:
    return Exists(Offer.objects.filter(booking=OuterRef("pk"), state=Offer.State.OPEN))


def _competing() -> Coalesce:
    rows = Booking.objects.filter(status__in=Booking.PENDING, room__spaces__rooms=OuterRef("room_id"))
    rows = (
        rows.annotate(theirs=occupied_range()).filter(theirs__overlap=OuterRef("occupied")).exclude(pk=OuterRef("pk"))
    )
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk", distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
