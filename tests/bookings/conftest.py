"""Shorthands for bookings: valid data, and bookings brought to a state by the services themselves."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.recurrence import Every, Rule
from bookings.services import BookingData
from bookings.services.series import approve_series, request_series
from tests.bookings.series import TUESDAYS, at, weekly

TERMS = ("left_out", "instead", "waiting", "leaves_taken", "waits_taken", "leaves_holidays", "draft_id")


@pytest.fixture
def data(room_108, now):
    """Tomorrow at nine in Shanghai, two hours, ten people."""

    def make(**fields):
        defaults = {
            "room": room_108,
            "title": "季度会",
            "start_at": now + timedelta(days=1),
            "end_at": now + timedelta(days=1, hours=2),
            "headcount": 10,
            "host_department": "市场部",
            "contact_name": "王敏",
        }
        return BookingData(**(defaults | fields))

    return make


@pytest.fixture
def request_one(data, applicant, now):
    def make(**fields):
        actor = fields.pop("actor", applicant)
        submit = fields.pop("submit", True)
        return services.request_booking(data=data(**fields), actor=actor, now=now, submit=submit)

    return make


@pytest.fixture
def approve_one(request_one, secretary, now):
    def make(**fields):
        return services.approve_booking(booking_id=request_one(**fields).pk, actor=secretary, now=now)

    return make


@pytest.fixture
def run_one(approve_one, server):
    """A meeting under way since its booked start."""

    def make(**fields):
        booking = approve_one(**fields)
        return services.start_meeting(booking_id=booking.pk, actor=server, now=booking.start_at)

    return make


@pytest.fixture
def heard():
    """Signals in the order they came, as (name, reference)."""
    from bookings import signals

    names = (
        "booking_approved",
        "booking_changed",
        "booking_released",
        "meeting_started",
        "meeting_extended",
        "meeting_ended",
    )
    news = []
    receivers = {}
    for name in names:

        def receive(sender, booking, now, name=name, **kwargs):
            news.append((name, booking.ref))

        receivers[name] = receive
        getattr(signals, name).connect(receive)
    yield news
    for name, receive in receivers.items():
        getattr(signals, name).disconnect(receive)


@pytest.fixture
def ask(data, applicant, now):
    """Four Tuesdays from nine to eleven unless told otherwise."""

    def make(rule=None, **fields):
        terms = {name: fields.pop(name) for name in TERMS if name in fields}
        actor = fields.pop("actor", applicant)
        return request_series(data=data(**fields), rule=rule or weekly(), actor=actor, now=now, **terms)

    return make


@pytest.fixture
def approved(ask, secretary, now):
    def make(*args, **fields):
        return approve_series(series_id=ask(*args, **fields).pk, actor=secretary, now=now)

    return make


@pytest.fixture
def take(rooms, manager, now):
    """Somebody else has the room on that date, from nine to eleven."""

    def make(on, room=None, hours=(9, 11), reason="x"):
        terms = {"start": at(on, hours[0]), "end": at(on, hours[1]), "reason": reason, "actor": manager, "now": now}
        return services.close_room(room_id=(room or rooms[0]).pk, **terms)

    return make


@pytest.fixture
def series(data, applicant, now):
    """Four Tuesdays that wait for a decision."""
    return request_series(data=data(), rule=Rule(Every.WEEK, TUESDAYS[0], count=4), actor=applicant, now=now)


@pytest.fixture
def given(series, secretary, now):
    return approve_series(series_id=series.pk, actor=secretary, now=now)
