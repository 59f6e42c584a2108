"""A series of 52 and of 260 dates in the big house, against the bare SQL of the rows that it writes."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from bookings.recurrence import Every, Rule
from bookings.services import BookingData
from bookings.services.series import approve_series, request_series
from rooms.models import Room
from staff.models import User
from tests.bench import house
from tests.bench.test_pages import big_house  # noqa: F401 - a fixture

# Bookings, their dates and their log: what is written for each date.
FLOOR = (
    "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT b.* FROM bookings_booking b ORDER BY b.id DESC LIMIT 1",
    """INSERT INTO bookings_booking ({columns}) SELECT {values} FROM made m CROSS JOIN generate_series(1, %s) n""",
    """INSERT INTO bookings_bookinglog (booking_id, at, actor_id, verb, from_status, to_status, changes)
       SELECT b.id, now(), b.applicant_id, 'request', '', 'requested', '{{}}' FROM bookings_booking b
       WHERE b.ref LIKE 'FLOOR%%'""",
    "DROP TABLE made",
)
MOST_STATEMENTS = 30
# Building the house takes minutes.
pytestmark = pytest.mark.timeout(1200)


def floor(count):
    """The same rows by the database alone; taken back like what is measured."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'bookings_booking' "
            "AND column_name <> 'id' ORDER BY ordinal_position"
        )
        names = [row[0] for row in cursor.fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    moved = {"ref": "'FLOOR' || n", "start_at": "m.start_at + n * interval '1 day'"}
    moved |= {"end_at": "m.end_at + n * interval '1 day'", "status": "'requested'", "external_id": "''"}
    moved |= {"series_id": "NULL::bigint", "recurrence_at": "NULL::timestamptz"}
    values = ", ".join(moved.get(name, f'm."{name}"') for name in names)
    statements = [each.format(columns=columns, values=values) for each in FLOOR]

    def run():
        with transaction.atomic(), connection.cursor() as cursor:
            for each in statements:
                cursor.execute(each, [count] if "generate_series" in each else [])
            transaction.set_rollback(True)

    return run


@pytest.fixture
def wanted(big_house, db):  # noqa: F811 - the fixture
    """A room of the big house at an hour that no meeting there begins or ends in."""
    room = Room.objects.with_fittings().order_by("code").first()
    zone = room.site.zone
    start = house.NOW.astimezone(zone).replace(hour=21, minute=0) + timedelta(days=3)
    facts = {"headcount": 2, "host_department": "市场部", "contact_name": "王敏", "title": "例会", "tea": True}
    return BookingData(room=room, start_at=start, end_at=start + timedelta(minutes=45), **facts)


@pytest.mark.parametrize("count", [52, 260])
def test_series_asked_for(wanted, count, compare, query_count):
    actor = User.objects.get(username="applicant1")
    rule = Rule(Every.DAY, wanted.start_at.date(), count=count)

    def measured():
        with transaction.atomic():
            request_series(data=wanted, rule=rule, leaves_taken=True, actor=actor, now=house.NOW)
            transaction.set_rollback(True)

    assert query_count(measured) <= MOST_STATEMENTS
    compare(measured, floor(count))


@pytest.mark.parametrize("count", [52, 260])
def test_series_approved(wanted, count, compare, query_count):
    actor, secretary = User.objects.get(username="applicant1"), User.objects.get(username="secretary0")
    rule = Rule(Every.WEEK if count == 52 else Every.DAY, wanted.start_at.date(), count=count)
    series = request_series(data=wanted, rule=rule, leaves_taken=True, actor=actor, now=house.NOW)

    def measured():
        with transaction.atomic():
            approve_series(series_id=series.pk, leaves_taken=True, actor=secretary, now=house.NOW)
            transaction.set_rollback(True)

    assert query_count(measured) <= 2 * MOST_STATEMENTS
    compare(measured, floor(count))
