"""The last piece of shared equipment goes to one meeting only, whoever asks at the same moment."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from bookings import services
from bookings.models import Booking
from bookings.services import sharing
from rooms.models import EquipmentPool, SupplyMovement
from rooms.services.supplies import Taken, take_for_meeting
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
ROOMS = 8


@pytest.fixture
def rivals(site, applicant, now):
    """Each in a room of its own, all wanting the same trolley at the same time."""
    factories.make_pool(site, "CART", 1)
    rooms = [factories.make_room(site, f"R{number}") for number in range(ROOMS)]
    return [
        factories.make_booking(room=room, applicant=applicant, start=now + HOUR, minutes=60, equipment=["CART"])
        for room in rooms
    ]


def approvals(bookings, actor, now):
    return [partial(services.approve_booking, booking_id=each.pk, actor=actor, now=now) for each in bookings]


def kinds(answers):
    return Counter(type(answer).__name__ for answer in answers)


def test_approvals_for_the_last_piece_have_one_winner(rivals, secretary, now, at_once):
    answers = at_once(*approvals(rivals, secretary, now))

    assert kinds(answers) == {"Booking": 1, "EquipmentTaken": ROOMS - 1}
    assert Booking.objects.filter(status="approved").count() == 1


def test_approvals_without_the_lock_let_more_through(rivals, secretary, now, at_once, monkeypatch):
    """The control: looking alone is not enough."""
    monkeypatch.setattr(sharing, "lock_pools", lambda _site: {pool.code: pool for pool in EquipmentPool.objects.all()})

    answers = at_once(*approvals(rivals, secretary, now))

    assert kinds(answers)["Booking"] > 1


def test_approval_against_an_offer_of_the_last_piece_has_one_winner(rivals, site, secretary, now, at_once):
    free = factories.make_room(site, "FREE")
    first, second = rivals[:2]
    times = {"start": second.start_at, "end": second.end_at, "actor": secretary, "now": now}
    offer = partial(services.offer_alternative, booking_id=second.pk, room_id=free.pk, **times)

    answers = at_once(offer, *approvals([first], secretary, now))

    assert kinds(answers)["EquipmentTaken"] == 1


def test_meetings_ended_at_once_are_told_low_once_and_take_their_own(rivals, site, secretary, now, at_once):
    supply = factories.make_supply(site, "TEA", on_hand=100, at=now, reorder_level=90)
    take = [
        partial(take_for_meeting, taken=[Taken(supply.pk, 5)], cause=each.ref, actor=None, now=now) for each in rivals
    ]

    # Each of them twice.
    at_once(*take, *take)

    assert SupplyMovement.objects.filter(kind="meeting").count() == ROOMS
    assert secretary.notices.filter(code="supply_low").count() == 1
