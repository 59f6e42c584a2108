"""The look at the database finds each kind of half-done series: one that can't fail would prove nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings.models import Booking
from bookings.recurrence import Every, Rule
from bookings.services import BookingData
from bookings.services.series import approve_series, cancel_dates, request_series
from rooms.models import Room
from tests.concurrency.chaos.snapshots import PARTIAL_SERIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    # The database's own clock tells which dates lie ahead.
    return timezone.now()


@pytest.fixture
def series(rooms, applicant, now):
    start = now + timedelta(days=1)
    room = Room.objects.with_fittings().get(pk=rooms[0].pk)
    facts = {"headcount": 5, "host_department": "市场部", "contact_name": "王敏", "title": "例会"}
    data = BookingData(room=room, start_at=start, end_at=start + timedelta(hours=1), **facts)
    first = start.astimezone(room.site.zone).date()
    return request_series(data=data, rule=Rule(Every.DAY, first, count=4), actor=applicant, now=now)


def partial():
    with connection.cursor() as cursor:
        cursor.execute(PARTIAL_SERIES)
        return cursor.fetchone()[0]


def test_series_asked_for_and_decided_as_a_whole_is_not_partial(series, applicant, secretary, now):
    assert partial() == 0

    left_out = series.bookings.order_by("start_at")[1]
    approve_series(series_id=series.pk, leave_out=[left_out.pk], actor=secretary, now=now)
    assert partial() == 0

    on = left_out.start_at.astimezone(series.site.zone).date() + timedelta(days=1)
    cancel_dates(series_id=series.pk, first=on, last=on, actor=applicant, now=now)
    assert partial() == 0


def test_series_with_a_date_missing_is_partial(series):
    series.dates.last().delete()

    assert partial() == 1


def test_series_with_a_date_whose_booking_is_missing_is_partial(series):
    Booking.objects.filter(pk=series.bookings.last().pk).update(series=None, recurrence_at=None)

    assert partial() == 1


def test_series_with_a_date_left_waiting_by_the_decision_is_partial(series, secretary, now):
    approve_series(series_id=series.pk, actor=secretary, now=now)
    Booking.objects.filter(pk=series.bookings.last().pk).update(status=Booking.Status.REQUESTED)

    assert partial() == 1


def test_series_with_a_date_that_a_change_left_out_is_partial(series):
    Booking.objects.filter(pk=series.bookings.last().pk).update(title="旧")

    assert partial() == 1
