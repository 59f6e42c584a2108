"""Whatever people say in whatever order: what is held agrees with the states, and the log tells how it came about."""

from contextlib import suppress
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bookings import services
from bookings.errors import BookingError
from bookings.models import Booking, Closure, Occupancy, Offer
from bookings.services import BookingData

QUARTER = timedelta(minutes=15)
MOMENTS = st.integers(min_value=0, max_value=24).map(lambda count: count * QUARTER)
LENGTHS = st.integers(min_value=1, max_value=8).map(lambda count: count * QUARTER)
VERBS = [
    "request", "submit", "change", "move", "question", "answer", "approve", "approve", "decline", "offer", "accept",
    "cancel", "start", "extend", "end", "close", "expire", "close_room", "reopen_room",
]  # fmt: skip
STEP = st.tuples(
    st.sampled_from(VERBS), st.integers(0, 7), st.integers(0, 1), MOMENTS, LENGTHS, st.sampled_from([0, 0, 1, 4])
)


NAMES = {
    "move": "change_booking",
    "offer": "offer_alternative",
    "accept": "accept_offer",
    "start": "start_meeting",
    "extend": "extend_meeting",
    "end": "end_meeting",
}


class House:
    """Says one verb after the other, as time goes on."""

    def __init__(self, rooms, applicant, secretary, now):
        self.rooms, self.applicant, self.secretary, self.now = rooms, applicant, secretary, now
        self.base = now + timedelta(hours=1)

    def say(self, verb, pick, room, moment, length, passing):
        self.now += passing * QUARTER
        span = {"start": self.base + moment, "end": self.base + moment + length}
        bookings = list(Booking.objects.order_by("pk"))
        if verb in {"request", "expire", "close_room", "reopen_room"} or not bookings:
            getattr(self, verb, self.request)(self.rooms[room], span, pick)
            return
        booking = bookings[pick % len(bookings)]
        said = {
            "change": {"changes": {"headcount": pick + 5}},
            "move": {"changes": {"room": self.rooms[room], "start_at": span["start"], "end_at": span["end"]}},
            "offer": {"room_id": self.rooms[room].pk, "held_until": self.now + 2 * QUARTER, **span},
            "extend": {"end": booking.end_at + length},
            "decline": {"reason": "已满"},
            "question": {"text": "几点？"},
            "answer": {"text": "八点。"},
        }.get(verb, {})
        service = getattr(services, NAMES.get(verb, f"{verb}_booking"))
        service(booking_id=booking.pk, actor=self.secretary, now=self.now, **said)

    def request(self, room, span, pick):
        data = BookingData(
            room=room,
            title="季度会",
            start_at=span["start"],
            end_at=span["end"],
            headcount=5,
            host_department="市场部",
            contact_name="王敏",
        )
        services.request_booking(data=data, actor=self.applicant, now=self.now, submit=pick != 0)

    def expire(self, room, span, pick):
        services.withdraw_expired_offers(now=self.now)

    def close_room(self, room, span, pick):
        services.close_room(room_id=room.pk, reason="维修", actor=self.secretary, now=self.now, **span)

    def reopen_room(self, room, span, pick):
        if closure := Closure.objects.first():
            services.reopen_room(closure_id=closure.pk, actor=self.secretary, now=self.now)


def check(house):
    rows = list(Occupancy.objects.values_list("space_id", "during"))
    assert not [
        (one, other)
        for (space, one), (other_space, other) in combinations(rows, 2)
        if space == other_space and one.lower < other.upper and other.lower < one.upper
    ]
    for booking in Booking.objects.prefetch_related("occupancies", "log"):
        held = [(row.during.lower, row.during.upper) for row in booking.occupancies.all()]
        if booking.status in Booking.HOLDING:
            assert held == [(booking.occupied_from, booking.occupied_until)]
        elif booking.status not in {"ended", "closed"}:
            assert held == []
        assert booking.log.all()[len(booking.log.all()) - 1].to_status == booking.status
    for offer in Offer.objects.select_related("booking").prefetch_related("occupancies"):
        is_open = offer.state == Offer.State.OPEN
        assert (len(offer.occupancies.all()) > 0) is is_open
        assert not is_open or offer.booking.status in Booking.PENDING


@pytest.fixture
def empty(rooms):
    def clear():
        for model in (Occupancy, Offer, Closure, Booking):
            model.objects.all().delete()

    return clear


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=25))
def test_any_walk_keeps_room_state_and_log_in_step(steps, rooms, applicant, secretary, now, empty):
    empty()
    house = House(rooms, applicant, secretary, now)

    for step in steps:
        with suppress(BookingError):
            house.say(*step)
        check(house)
