"""The pages and verbs of bookings in the big house, each against the bare SQL of the same rows in the same run."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from threading import Barrier
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client

from bookings.models import Booking
from bookings.selectors import free_rooms
from bookings.selectors.board import board_rooms, board_sheet
from bookings.services import request_booking
from bookings.services.data import BookingData
from checklists.models import ServicePlan
from rooms.models import Site
from staff.models import User
from tests.bench import house

MONDAY = date(2026, 11, 23)
DAY = ("2026-11-22T16:00Z", "2026-11-23T16:00Z")
WEEK = ("2026-11-22T16:00Z", "2026-11-29T16:00Z")
ROWS = """
    SELECT o.space_id, o.during, b.ref, b.title, b.status, b.start_at, b.end_at, b.host_department, b.headcount,
           p.ready_at, p.ready_due_at
    FROM bookings_occupancy o JOIN bookings_booking b ON b.id = o.booking_id
    LEFT JOIN checklists_serviceplan p ON p.booking_id = b.id
"""
BOARD = ROWS + f"WHERE o.during && tstzrange('{DAY[0]}', '{DAY[1]}')"
ROOM_WEEK = ROWS + (
    f"JOIN rooms_room r ON r.id = b.room_id WHERE r.code = 'R000' AND o.during && tstzrange('{WEEK[0]}', '{WEEK[1]}')"
)
FREE = """
    SELECT r.id, r.code, l.capacity, l.setup_minutes, l.teardown_minutes FROM rooms_room r
    JOIN rooms_roomlayout l ON l.room_id = r.id AND l.layout = r.standing_layout
    WHERE NOT EXISTS (SELECT FROM rooms_room_spaces s JOIN bookings_occupancy o ON o.space_id = s.space_id
        WHERE s.room_id = r.id AND o.during && tstzrange('2026-11-23T09:00Z', '2026-11-23T10:30Z'))
"""
INBOX = """
    SELECT b.*, u.display_name, r.code FROM bookings_booking b JOIN staff_user u ON u.id = b.applicant_id
    JOIN rooms_room r ON r.id = b.room_id WHERE b.status IN ('requested', 'questioned') ORDER BY b.requested_at
"""
MONTH = """
    SELECT (start_at AT TIME ZONE 'Asia/Shanghai')::date, count(*), sum(end_at - start_at) FROM bookings_booking
    WHERE start_at >= '2026-10-31T16:00Z' AND start_at < '2026-11-30T16:00Z' GROUP BY 1
"""
MOST_STATEMENTS = 10
CLIENTS, CREATES = 8, 400


@pytest.fixture(scope="module")
def big_house(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        house.build()
        mark_rooms()
        yield
        house.clear()


def mark_rooms() -> None:
    """Every meeting of the day has a plan that says whether its room stands ready."""
    standard = ServicePlan.objects.values_list("standard", flat=True).first()
    planned = ServicePlan.objects.values("booking")
    rest = Booking.objects.filter(status__in=Booking.HOLDING).exclude(pk__in=planned)
    ServicePlan.objects.bulk_create(
        ServicePlan(booking=each, standard_id=standard, planned_at=house.NOW) for each in rest
    )
    due = "(SELECT start_at - interval '10 min' FROM bookings_booking b WHERE b.id = booking_id)"
    house.run(f"UPDATE checklists_serviceplan SET ready_due_at = {due}, ready_at = {due}")
    house.analyze()


@pytest.fixture
def bare():
    def ask(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    return ask


@pytest.mark.parametrize(
    ("username", "path", "statement", "shown"),
    [
        pytest.param("secretary0", "/board/", BOARD, b'class="block"', id="day-board"),
        pytest.param("secretary0", "/board/list/", BOARD, b"<tr tabindex", id="day-list"),
        pytest.param("secretary0", "/board/week/", ROOM_WEEK, b'class="block"', id="week-of-a-room"),
        pytest.param("secretary0", "/board/month/", MONTH, b"month-load", id="month"),
        pytest.param("secretary0", "/inbox/list/", INBOX, b"inbox-item", id="inbox-list-of-500"),
    ],
)
def test_page(big_house, db, username, path, statement, shown, bare, compare, query_count, time_machine):
    time_machine.move_to(house.NOW)
    client = Client()
    client.force_login(User.objects.get(username=username))

    page = client.get(path)

    assert page.status_code == 200
    assert shown in page.content
    assert query_count(lambda: client.get(path)) <= MOST_STATEMENTS
    compare(lambda: client.get(path), lambda: bare(statement))


def test_day_board_without_its_shell(big_house, db, bare, compare):
    """The rows alone: what remains when sign-in, menu and templates are taken off."""
    site, user = Site.objects.get(), User.objects.get(username="secretary0")
    assert user.roles

    def sheet():
        return board_sheet(site=site, rooms=board_rooms(site), first=MONDAY, user=user, now=house.NOW)

    assert sum(map(len, sheet().stretches.values())) >= house.ROOMS * house.A_DAY
    assert sum(mark is not None for marks in sheet().marks_by_room.values() for mark in marks) > 1000
    compare(sheet, lambda: bare(BOARD))


def test_free_room_search(big_house, db, bare, compare):
    site = Site.objects.get()
    start = house.OPENS + 9 * house.SLOT

    def search():
        return free_rooms(site=site, start=start, end=start + timedelta(hours=1), headcount=8)

    assert len(search()) == house.ROOMS
    compare(search, lambda: bare(FREE))


def test_creates_of_eight_clients(big_house, report, django_db_blocker):
    """Requests a second by threads with a connection each, against as many bare rows written one by one."""
    with django_db_blocker.unblock():
        site = Site.objects.get()
        applicants = list(User.objects.filter(username__startswith="applicant")[:CLIENTS])
        rooms = list(site.rooms.select_related("site").prefetch_related("layouts", "equipment", "spaces"))
        numbers = count()

        def create(_turn: int) -> None:
            number = next(numbers)
            start = house.NOW + timedelta(days=40 + number % 20, hours=number // (20 * len(rooms)))
            data = BookingData(
                room=rooms[number % len(rooms)],
                title="季度会",
                start_at=start,
                end_at=start + timedelta(minutes=40),
                headcount=8,
                host_department="市场部",
                contact_name="王敏",
            )
            request_booking(data=data, actor=applicants[number % CLIENTS], now=house.NOW)

        measured = per_second(create)
        like = Booking.objects.filter(status=Booking.Status.REQUESTED).values_list("pk", flat=True)[0]
        floor = per_second(lambda _turn: insert_bare(next(numbers), like))
        figures = {"measured_per_s": measured, "floor_per_s": floor, "ratio": round(floor / measured, 1)}
        report(figures | {"load": os.getloadavg()[0]})


def per_second(act: Callable[[int], object]) -> float:
    """Eight threads, each with a connection of its own; the clock runs once all of them are warm."""
    ready, done = Barrier(CLIENTS + 1), Barrier(CLIENTS + 1)

    def client() -> None:
        try:
            act(0)
            ready.wait()
            for turn in range(CREATES // CLIENTS):
                act(turn)
            done.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client) for _ in range(CLIENTS)]
        ready.wait()
        begun = perf_counter()
        done.wait()
        taken = perf_counter() - begun
        for each in clients:
            each.result()
    return round(CREATES / taken, 1)


def insert_bare(number: int, like: int) -> None:
    """A booking's row with its log entry, in one transaction and nothing else."""
    columns = [field.column for field in Booking._meta.concrete_fields if field.column not in ("id", "ref")]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH made AS (INSERT INTO bookings_booking (ref, {names})
                SELECT %s, {names} FROM bookings_booking WHERE id = %s RETURNING id)
                INSERT INTO bookings_bookinglog (booking_id, at, verb, from_status, to_status, changes)
                SELECT id, now(), 'request', '', 'requested', '{{}}' FROM made""",
            [f"B{number}", like],
        )
