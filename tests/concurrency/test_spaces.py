"""A hall is divided while someone takes it."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from bookings.services.occupancy import lock_spaces
from rooms.models import Space
from rooms.services import LayoutRow, change_room


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_lock_spaces_waiting_for_a_division_locks_what_the_room_covers_afterwards(rooms, now):
    hall, parts = rooms[0], rooms[1:]
    before = [each.pk for each in hall.spaces.all()]
    locked = []

    def take():
        try:
            with transaction.atomic():
                locked.extend(lock_spaces(hall.pk))
        finally:
            connections.close_all()

    rival = threading.Thread(target=take)
    with transaction.atomic():
        facts = {"layouts": [LayoutRow("board_room", 24)], "equipment": {}, "actor": None, "now": now}
        change_room(room_id=hall.pk, fields={}, parts=parts, **facts)
        rival.start()
        while not waiting_for_a_lock() and rival.is_alive():
            time.sleep(0.02)
    rival.join(20)

    after = sorted(Space.objects.filter(rooms=hall).values_list("pk", flat=True))
    assert (locked, set(locked) & set(before), len(locked)) == (after, set(), 2)
