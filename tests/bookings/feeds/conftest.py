"""Calendars read as their programs do."""

from datetime import timedelta

import pytest

from bookings import services
from tests.bookings.feeds.reading import events_in, read

HOUR = timedelta(hours=1)


@pytest.fixture
def ask(applicant, room_108, now):
    def make(hours=24, **fields):
        start = now + timedelta(hours=hours)
        facts = {"room": room_108, "title": "季度会", "start_at": start, "end_at": start + HOUR, "headcount": 10}
        data = services.BookingData(**facts | {"host_department": "市场部", "contact_name": "王敏"} | fields)
        return services.request_booking(data=data, actor=applicant, now=now)

    return make


@pytest.fixture
def entries(client, now, time_machine):
    """The events of a feed by reference, as read at that moment."""

    def load(feed, at=now):
        time_machine.move_to(at, tick=False)
        response = read(client, feed)
        assert response.status_code == 200
        return events_in(response)

    return load
