"""The product without its guard: neither constraint nor lock, only a look whether the room is free."""

import time
from importlib import import_module

# Loads the apps, whose modules are replaced below.
application = import_module("config.wsgi").application
occupancy = import_module("bookings.services.occupancy")
together = import_module("bookings.services.together")

# Between looking and writing others get a turn.
GAP = 0.5


def spaces_of(*room_ids):
    through = occupancy.Room.spaces.through.objects.filter(room_id__in=room_ids)
    return sorted(set(through.values_list("space_id", flat=True)))


def take(spaces, start, end, *, wanted, **holder):
    if conflicts := occupancy.conflicts_in(spaces, start, end):
        raise occupancy.RoomTaken(conflicts, wanted)
    time.sleep(GAP)
    during = occupancy.DateTimeTZRange(start, end)
    rows = [occupancy.Occupancy(space_id=space, during=during, **holder) for space in spaces]
    occupancy.Occupancy.objects.bulk_create(rows)


occupancy.lock_spaces = together.lock_spaces = spaces_of
occupancy.take = take
