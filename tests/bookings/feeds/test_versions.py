"""What a calendar shows and who may have one."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.models import Booking
from tests.factories import make_site, make_user

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("verb", ["submit", "approve", "change", "cancel", "decline", "extend", "offer"])
def test_every_change_a_calendar_shows_raises_the_version(verb, ask, applicant, secretary, room_108, now):
    booking = ask()
    facts = {"booking_id": booking.pk, "actor": secretary, "now": now}

    def extended():
        services.approve_booking(**facts)
        services.start_meeting(**facts | {"now": booking.start_at})
        Booking.objects.update(version=0)
        services.extend_meeting(**facts | {"now": booking.start_at}, end=booking.end_at + HOUR)

    def offered():
        times = {"start": booking.start_at + 5 * HOUR, "end": booking.end_at + 5 * HOUR}
        services.offer_alternative(**facts, room_id=room_108.pk, **times)
        services.accept_offer(**facts | {"actor": applicant})

    def submitted():
        Booking.objects.update(status="draft")
        services.submit_booking(**facts)

    {
        "submit": submitted,
        "approve": lambda: services.approve_booking(**facts),
        "change": lambda: services.change_booking(**facts, changes={"title": "x"}),
        "cancel": lambda: services.cancel_booking(**facts),
        "decline": lambda: services.decline_booking(**facts, reason="x"),
        "extend": extended,
        "offer": offered,
    }[verb]()

    assert Booking.objects.get().version == 1


def test_feeds_of_a_stranger_to_the_site_are_refused(client, db, room_108, now):
    client.force_login(make_user("guest", "applicant", site=make_site("SH")))

    assert client.post("/feeds/new/", {"kind": "room", "room": room_108.pk}).status_code == 422
