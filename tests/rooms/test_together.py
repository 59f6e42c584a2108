"""Several querysets read in one statement give what each would give by itself."""

from datetime import date, timedelta

import pytest
from django.db.models import DurationField, ExpressionWrapper, F

from bookings.models import Booking, BookingLog, Closure, Occupancy
from bookings.selectors import competing_with, conflicts_of
from bookings.selectors.waiting import numbered
from rooms.models import CalendarException, Room, RoomLayout, WorkingPeriod
from rooms.together import number_of, read_together, remember
from staff.models import User
from tests import factories


@pytest.fixture
def booking(site, rooms, applicant, now):
    CalendarException.objects.create(site=site, on=date(2026, 11, 28), is_working=True)
    made = factories.make_booking(room=rooms[0], applicant=applicant, start=now, status="requested", tea=True)
    factories.make_booking(room=rooms[0], applicant=applicant, start=now, status="questioned", equipment=["sound"])
    until = now + timedelta(hours=1, microseconds=1)
    words = '"it\'s" 100% (a,b)'
    closure = Closure.objects.create(
        room=rooms[0], reason=words, during=(now, until), created_by=applicant, created_at=now
    )
    Occupancy.objects.create(space=rooms[0].spaces.get(), closure=closure, during=(now, until))
    BookingLog.objects.create(booking=made, at=now, verb="request", changes={"title": ["", '引 "号"']})
    return made


def many(booking):
    return [
        Booking.objects.select_related("room", "site", "applicant", "series"),
        Booking.objects.filter(status="requested")[:1],
        competing_with(booking),
        conflicts_of(booking).distinct("during"),
        Occupancy.objects.values_list("space_id", "during"),
        BookingLog.objects.all(),
        WorkingPeriod.objects.all(),
        CalendarException.objects.all(),
        Room.objects.only("code"),
        RoomLayout.objects.values("layout", "capacity"),
        numbered(booking.waiting_places.all())[:1],
        User.objects.order_by("-username").values_list("username", flat=True),
        Booking.objects.none(),
        Booking.objects.filter(pk__in=[]),
        number_of(Booking.objects.all()),
        number_of(Booking.objects.filter(status="closed")),
    ]


def facts(row):
    if not hasattr(row, "_state"):
        return row
    relations = {name: facts(each) for name, each in row._state.fields_cache.items() if each}
    return {name: value for name, value in vars(row).items() if name != "_state"} | relations


def test_rows_are_the_same_as_when_each_is_read_by_itself(booking, query_count):
    apart, together = many(booking), many(booking)

    assert query_count(lambda: read_together(*together)) == 1

    found = [[facts(row) for row in each] for each in apart]
    assert [[facts(row) for row in each] for each in together] == found
    # Each kind of list but those that have no rows by intention.
    assert [len(each) > 0 for each in found].count(False) == 3


def test_what_was_read_is_not_asked_for_again(booking, query_count):
    rows = many(booking)
    read_together(*rows)

    assert query_count(lambda: [list(each) for each in rows]) == 0
    assert query_count(lambda: read_together(*rows)) == 0


def test_a_queryset_read_together_can_be_narrowed_afterwards(booking):
    rows = Booking.objects.all()
    read_together(rows)

    assert rows.filter(status="requested").get() == booking


def test_a_type_that_is_not_known_is_refused(booking):
    length = ExpressionWrapper(F("end_at") - F("start_at"), output_field=DurationField())

    with pytest.raises(KeyError):
        read_together(Booking.objects.annotate(length=length))


def test_what_is_remembered_is_not_asked_for(booking, query_count):
    remember(booking, "guests", [])

    assert query_count(lambda: list(booking.guests.all())) == 0
