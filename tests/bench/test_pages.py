"""The main pages of the big house, against the bare SQL of the rows that they show."""

import pytest
from django.db import connection
from django.test import Client

from bookings.models import Booking
from staff.models import User
from tests.bench import house

BOARD = """
    SELECT o.space_id, o.during, b.ref, b.title, b.status, b.start_at, b.end_at, b.host_department, b.headcount
    FROM bookings_occupancy o JOIN bookings_booking b ON b.id = o.booking_id
    WHERE o.during && tstzrange('2026-11-22T16:00Z', '2026-11-23T16:00Z')
"""
WAITING = """
    SELECT b.*, u.display_name, r.code FROM bookings_booking b JOIN staff_user u ON u.id = b.applicant_id
    JOIN rooms_room r ON r.id = b.room_id WHERE b.status IN ('requested', 'questioned') ORDER BY b.requested_at
"""
MINE = """
    SELECT b.* FROM bookings_booking b JOIN staff_user u ON u.id = b.applicant_id
    WHERE u.username = 'applicant1' ORDER BY b.start_at DESC LIMIT 50
"""
ROOMS = "SELECT r.*, l.* FROM rooms_room r JOIN rooms_roomlayout l ON l.room_id = r.id"
STEPS_OF_DAY = """
    SELECT s.booking_id, count(*), count(*) FILTER (WHERE s.state = 'open'), max(s.done_at) FROM checklists_step s
    JOIN bookings_booking b ON b.id = s.booking_id
    WHERE b.start_at BETWEEN '2026-11-22T16:00Z' AND '2026-11-23T16:00Z' AND b.status <> 'requested'
    GROUP BY s.booking_id
"""
STEPS_OF_ONE = """
    SELECT s.*, i.* FROM checklists_step s JOIN checklists_standarditem i ON i.id = s.item_id
    JOIN staff_user u ON u.id = s.assignee_id
    WHERE u.username = 'service_staff0' AND s.due_at BETWEEN '2026-11-22T16:00Z' AND '2026-11-23T16:00Z'
"""
NOTICES = """
    SELECT n.* FROM staff_notice n JOIN staff_user u ON u.id = n.recipient_id
    WHERE u.username = 'manager0' ORDER BY n.created_at DESC LIMIT 30
"""
SHIFTS = "SELECT s.*, u.* FROM staff_shift s JOIN staff_user u ON u.id = s.user_id"

# Statements stay few: a page that asks for each of its rows asks hundreds of times.
MOST_STATEMENTS = 40


@pytest.fixture(scope="module")
def big_house(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        house.build()
        yield
        house.clear()


@pytest.mark.parametrize(
    ("username", "path", "bare"),
    [
        pytest.param("secretary0", "/board/", BOARD, id="board"),
        pytest.param("secretary0", "/board/?view=low", BOARD, id="board-low"),
        pytest.param("secretary0", "/board/?view=table", BOARD, id="board-table"),
        pytest.param("secretary0", "/inbox/", WAITING, id="inbox"),
        pytest.param("secretary0", "/inbox/list/", WAITING, id="inbox-list"),
        pytest.param("applicant1", "/bookings/mine/", MINE, id="mine"),
        pytest.param("applicant1", "/bookings/new/", ROOMS, id="new"),
        pytest.param("manager0", "/day/", STEPS_OF_DAY, id="day"),
        pytest.param("service_staff0", "/tablet/", STEPS_OF_ONE, id="tablet"),
        pytest.param("service_staff0", "/tablet/rooms/", BOARD, id="tablet-rooms"),
        pytest.param("manager0", "/shifts/", SHIFTS, id="shifts"),
        pytest.param("manager0", "/notices/", NOTICES, id="notices"),
        pytest.param("manager0", "/rooms/", ROOMS, id="rooms"),
        pytest.param("manager0", "/feedback/", ROOMS, id="feedback"),
    ],
)
def test_page(big_house, db, username, path, bare, compare, query_count, time_machine):
    time_machine.move_to(house.NOW)
    assert Booking.objects.count() >= 300_000
    client = Client()
    client.force_login(User.objects.get(username=username))

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(bare)
            return cursor.fetchall()

    assert client.get(path).status_code == 200
    assert floor()
    assert query_count(lambda: client.get(path)) <= MOST_STATEMENTS
    compare(lambda: client.get(path), floor)
