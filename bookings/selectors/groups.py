"""The rooms that were asked for in one request."""

from django.db.models import Count, OuterRef, QuerySet, Subquery

from bookings.models import Booking
from staff.models import User


def rooms_of_request(booking: Booking, user: User) -> list[Booking]:
    """The bookings of the request this one belongs to, itself among them, as far as the reader may open them.

    The main room stands first. Empty when it was asked for alone.
    """
    if booking.group_id is None:
        return []
    rows = Booking.objects.visible_to(user).filter(group=booking.group_id)
    return list(rows.select_related("room", "site").order_by("pk"))


def with_room_numbers(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Each with `room_number` of `room_count` of the request it was made with; both are none where it stands alone."""
    members = Booking.objects.filter(group=OuterRef("group")).order_by().values("group")
    number = members.filter(pk__lte=OuterRef("pk")).annotate(number=Count("pk")).values("number")
    count = members.annotate(number=Count("pk")).values("number")
    return bookings.annotate(room_number=Subquery(number), room_count=Subquery(count))
