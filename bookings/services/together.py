"""The rooms of one request: what is said of one of them is said of all, or of none."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from bookings.models import Booking
from bookings.services.occupancy import lock_spaces
from bookings.transitions import Verb, is_allowed, target_of

P = ParamSpec("P")
R = TypeVar("R")
# What the rooms of a request have in common when one of them is changed.
TIMES = ("start_at", "end_at")


def for_all_rooms(
    verb: Verb,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say the verb of the other rooms of the request too, where their state allows it.

    It stands inside `booking_verb`, so that whatever refuses one room refuses all of them.
    """

    def decorate(service: Callable[P, R]) -> Callable[P, R]:
        @wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            said: Any = dict(kwargs)
            booking_id = said.pop("booking_id")
            members = lock_others(booking_id, verb)
            answer = service(*args, **kwargs)
            say: Any = service
            for member_id in members:
                say(booking_id=member_id, **said)
            return answer

        return run

    return decorate


def lock_others(booking_id: int, verb: Verb, *room_ids: int) -> list[int]:
    """Lock all bookings of the request, then the spaces of all their rooms and of those named, each in id order.

    The answer is the other bookings whose state allows the verb; none, and no lock, when the booking stands alone.
    Raises `StateConflict` where the booking's own state refuses it.
    """
    group_id, status = Booking.objects.values_list("group", "status").get(pk=booking_id)
    # Whoever comes too late need not queue for the locks.
    target_of(status, verb)
    if group_id is None:
        return []
    rows = Booking.objects.filter(group=group_id).order_by("pk").select_for_update(no_key=True)
    members = list(rows.values_list("pk", "room_id", "status"))
    lock_spaces(*{room_id for _, room_id, _ in members}, *room_ids)
    return [pk for pk, _, status in members if pk != booking_id and is_allowed(status, verb)]


def rooms_in(changes: Mapping[str, Any]) -> list[int]:
    """The room a change leads to, whose spaces are locked with the rest."""
    room = changes.get("room")
    return [room.pk] if room else []
