"""Shorthands for bookings: valid data, and bookings brought to a state by the services themselves."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.services import BookingData


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
