"""The day board of 200 rooms with ten meetings each, against the bare SQL of the same rows."""

from datetime import timedelta

import pytest
from django.db import connection

from bookings.models import Booking, Occupancy
from bookings.selectors import board_day
from rooms.selectors import day_bounds, site_today
from tests.factories import make_booking, make_room

ROOMS, A_DAY = 200, 10

BARE = """
    SELECT o.space_id, lower(o.during), upper(o.during), b.ref, b.title, b.start_at, b.end_at, b.status
    FROM bookings_occupancy o JOIN bookings_booking b ON b.id = o.booking_id
    WHERE o.during && tstzrange(%s, %s)
"""


@pytest.fixture
def full_day(site, applicant, now):
    for number in range(ROOMS):
        room = make_room(site, f"R{number}")
        space = room.spaces.get()
        for index in range(A_DAY):
            start = now + timedelta(hours=index)
            booking = make_booking(
                room=room,
                applicant=applicant,
                start=start,
                minutes=30,
                status=Booking.Status.APPROVED,
                setup_minutes=10,
                teardown_minutes=10,
            )
            Occupancy.objects.create(
                space=space, booking=booking, during=(booking.occupied_from, booking.occupied_until)
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_board_of_200_rooms(full_day, site, secretary, now, compare):
    on = site_today(site, now)
    bounds = day_bounds(site, on)

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(BARE, bounds)
            return cursor.fetchall()

    def board():
        return board_day(site=site, on=on, user=secretary, now=now)

    assert len(floor()) == ROOMS * A_DAY
    assert len(board().rows) == ROOMS
    compare(board, floor)
