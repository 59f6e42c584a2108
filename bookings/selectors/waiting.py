"""The waiting list as people see it: whose place, and which number."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bookings.models import Booking, WaitingPlace
from bookings.selectors.competing import occupied_range
from staff.models import User


def places_of(user: User) -> QuerySet[WaitingPlace]:
    """Open places of requests the person may open, each with its `number` in line."""
    bookings = Booking.objects.visible_to(user).filter(status__in=Booking.PENDING)
    rows = numbered(WaitingPlace.objects.filter(state__in=WaitingPlace.OPEN, booking__in=bookings.values("pk")))
    return rows.select_related("booking__room", "booking__site").prefetch_related("booking__offers")


def place_in_line(booking: Booking) -> int | None:
    """Which number it has among those who wait for a part of its time and floor; None when it does not wait."""
    return next((place.number for place in open_places(booking)), None)


def open_places(booking: Booking) -> Any:
    """Its place with the `number`; one at most."""
    return numbered(booking.waiting_places.filter(state__in=WaitingPlace.OPEN))[:1]


def numbered(places: QuerySet[WaitingPlace]) -> QuerySet[WaitingPlace]:
    """Each with its `number` among those who wait for a part of its time and floor."""
    earlier = Q(since_at__lt=OuterRef("since_at")) | Q(since_at=OuterRef("since_at"), pk__lt=OuterRef("pk"))
    others = WaitingPlace.objects.filter(
        earlier,
        state__in=WaitingPlace.OPEN,
        booking__status__in=Booking.PENDING,
        booking__room__spaces__rooms=OuterRef("booking__room"),
    )
    others = others.annotate(theirs=occupied_range("booking__")).filter(theirs__overlap=OuterRef("occupied"))
    counted = others.order_by().values(one=Value(1)).annotate(number=Count("booking", distinct=True)).values("number")
    before = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return places.annotate(occupied=occupied_range("booking__")).annotate(number=before + 1)
