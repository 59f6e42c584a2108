"""What a change of a hall's division means to what is held in it."""

from datetime import datetime

from django.db.models import Q

from bookings.models import Occupancy
from rooms.errors import RoomsError
from rooms.models import Room


def refuse_while_held(*, room: Room, now: datetime) -> None:
    """Refuse to give a room other spaces while a booking, closure or offer of it lies ahead or runs.

    Its rows cover the old spaces: they would no longer keep others out of the new ones.
    """
    of_room = Q(booking__room=room) | Q(closure__room=room) | Q(offer__room=room)
    if Occupancy.objects.filter(of_room, during__endswith__gt=now).exists():
        raise RoomsError("spaces_in_use")
