"""The rooms that were asked for in one request."""

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Place:
    """Which of how many rooms of a request a row of a list is; `follows` when the row above is of the same one."""

    number: int
    count: int
    follows: bool


def places_of(bookings: Iterable[Booking]) -> dict[int, Place]:
    """By booking, its place in its request, for those that were asked for together; one statement for a whole list."""
    rows = list(bookings)
    groups = {row.group_id for row in rows if row.group_id}
    members: dict[int, list[int]] = {}
    if groups:
        for group_id, pk in Booking.objects.filter(group__in=groups).order_by("pk").values_list("group", "pk"):
            members.setdefault(group_id, []).append(pk)
    found = {}
    above = None
    for row in rows:
        if row.group_id:
            together = members[row.group_id]
            found[row.pk] = Place(together.index(row.pk) + 1, len(together), follows=row.group_id == above)
        above = row.group_id
    return found
