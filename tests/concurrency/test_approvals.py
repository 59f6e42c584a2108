"""Two cannot have one room: real threads, and controls that show what happens without the guard."""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import combinations

import pytest
from django.db import connection, transaction

from bookings import services
from bookings.errors import RoomTaken, StateConflict
from bookings.models import Booking, Occupancy
from bookings.services import BookingData, occupancy
from rooms.models import Space
from staff.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 32
HOUR = timedelta(hours=1)
WITHOUT_CONSTRAINT = "ALTER TABLE bookings_occupancy DROP CONSTRAINT occupancy_space_free"
WITH_CONSTRAINT = """
    ALTER TABLE bookings_occupancy ADD CONSTRAINT occupancy_space_free
    EXCLUDE USING gist (int8range(space_id, space_id, '[]') WITH &&, during WITH &&) DEFERRABLE INITIALLY IMMEDIATE
"""


@pytest.fixture
def rivals(rooms, applicant, now):
    """Requests for one room whose times all overlap in part."""

    def make(count=RIVALS, room=None):
        return [
            factories.make_booking(
                room=room or rooms[0], applicant=applicant, start=now + HOUR + timedelta(minutes=number), minutes=60
            )
            for number in range(count)
        ]

    return make


@pytest.fixture
def unguarded(monkeypatch):
    """Neither the constraint nor the lock: only the look before the leap is left."""

    def lock_nothing(*room_ids):
        return list(Space.objects.filter(rooms__in=room_ids).values_list("pk", flat=True))

    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_CONSTRAINT)
    monkeypatch.setattr(occupancy, "CONSTRAINT", "ALL")
    monkeypatch.setattr(occupancy, "lock_spaces", lock_nothing)
    yield
    Occupancy.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(WITH_CONSTRAINT)


def approvals(bookings, actor, now):
    return [partial(services.approve_booking, booking_id=each.pk, actor=actor, now=now) for each in bookings]


def kinds(answers):
    return Counter(type(answer).__name__ for answer in answers)


def overlaps():
    """Pairs of taken stretches of one space that overlap; the checker of every test here."""
    rows = list(Occupancy.objects.values_list("space_id", "during"))
    return [
        (one, other)
        for (space, one), (other_space, other) in combinations(rows, 2)
        if space == other_space and one.lower < other.upper and other.lower < one.upper
    ]


def test_approvals_of_rivals_have_one_winner(rivals, secretary, now, at_once):
    answers = at_once(*approvals(rivals(), secretary, now))

    assert kinds(answers) == {"Booking": 1, "RoomTaken": RIVALS - 1}
    winner = next(answer for answer in answers if isinstance(answer, Booking))
    taken = (winner.occupied_from, winner.occupied_until)
    assert all(answer.conflicts == [taken] for answer in answers if isinstance(answer, RoomTaken))
    assert all(len(answer.alternatives) > 0 for answer in answers if isinstance(answer, RoomTaken))
    assert Counter(Booking.objects.values_list("status", flat=True)) == {"approved": 1, "requested": RIVALS - 1}
    assert overlaps() == []


def test_approvals_of_rivals_without_the_guard_let_more_through(rivals, secretary, now, at_once, unguarded):
    answers = at_once(*approvals(rivals(), secretary, now))

    assert kinds(answers)["Booking"] > 1
    assert overlaps() != []


def test_approvals_without_the_lock_are_stopped_by_the_constraint(rivals, secretary, now, at_once, monkeypatch):
    def lock_nothing(*room_ids):
        return list(Space.objects.filter(rooms__in=room_ids).values_list("pk", flat=True))

    monkeypatch.setattr(occupancy, "lock_spaces", lock_nothing)

    answers = at_once(*approvals(rivals(4), secretary, now))

    assert kinds(answers)["Booking"] <= 1
    assert overlaps() == []


def test_approvals_of_one_request_have_one_winner(rivals, secretary, now, at_once):
    (booking,) = rivals(1)

    answers = at_once(*approvals([booking] * 8, secretary, now))

    assert kinds(answers) == {"Booking": 1, "StateConflict": 7}
    assert Notice.objects.filter(code="booking_approved").count() == 1
    assert booking.log.filter(verb="approve").count() == 1


def test_approvals_of_a_hall_and_its_halves_never_deadlock(site, rivals, rooms, secretary, now, at_once):
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("108", "201")))
    requests = [booking for room in (hall, rooms[0], rooms[1]) for booking in rivals(6, room=room)]

    answers = at_once(*approvals(requests, secretary, now))

    assert set(kinds(answers)) == {"Booking", "RoomTaken"}
    assert kinds(answers)["Booking"] in {1, 2}
    assert overlaps() == []


def test_offers_of_one_room_have_one_winner(applicant, secretary, rooms, now, at_once):
    start = now + 3 * HOUR
    waiting = [factories.make_booking(room=rooms[1], applicant=applicant, start=start) for _ in range(8)]
    terms = {"room_id": rooms[0].pk, "start": start, "end": start + HOUR, "actor": secretary, "now": now}

    answers = at_once(*(partial(services.offer_alternative, booking_id=each.pk, **terms) for each in waiting))

    assert kinds(answers) == {"Offer": 1, "RoomTaken": 7}
    assert overlaps() == []


def test_extension_against_the_approval_of_the_next_meeting(rooms, applicant, secretary, server, now, at_once):
    room = rooms[0]
    first = factories.make_booking(room=room, applicant=applicant, start=now, minutes=60)
    services.approve_booking(booking_id=first.pk, actor=secretary, now=now)
    services.start_meeting(booking_id=first.pk, actor=server, now=now)
    following = factories.make_booking(room=room, applicant=applicant, start=now + 2 * HOUR, minutes=60)

    extend = partial(services.extend_meeting, booking_id=first.pk, end=now + 2 * HOUR, actor=server, now=now)
    answers = at_once(extend, *approvals([following], secretary, now))

    assert kinds(answers) == {"Booking": 1, "RoomTaken": 1}
    assert overlaps() == []


def test_closure_against_approvals_has_one_winner(rivals, rooms, secretary, manager, now, at_once):
    closing = partial(
        services.close_room,
        room_id=rooms[0].pk,
        start=now + HOUR,
        end=now + 3 * HOUR,
        reason="维修",
        actor=manager,
        now=now,
    )

    answers = at_once(closing, *approvals(rivals(7), secretary, now))

    assert kinds(answers)["RoomTaken"] == 7
    assert overlaps() == []


def test_acceptance_against_expiry_of_the_offer_ends_in_one_of_the_two(
    rooms, applicant, secretary, rivals, now, at_once
):
    (booking,) = rivals(1)
    start = now + 5 * HOUR
    terms = {"room_id": rooms[1].pk, "start": start, "end": start + HOUR, "held_until": now + HOUR}
    services.offer_alternative(booking_id=booking.pk, actor=secretary, now=now, **terms)

    accept = partial(services.accept_offer, booking_id=booking.pk, actor=applicant, now=now + HOUR / 2)
    expire = partial(services.withdraw_expired_offers, now=now + HOUR)
    answers = at_once(accept, expire)

    booking.refresh_from_db()
    held = Occupancy.objects.count()
    assert (booking.status, held, kinds(answers)["BookingError"]) in {("approved", 1, 0), ("requested", 0, 1)}


def test_change_against_approval_leaves_no_room_held_by_a_request(rivals, applicant, secretary, now, at_once):
    (booking,) = rivals(1)
    change = partial(
        services.change_booking, booking_id=booking.pk, changes={"headcount": 20}, actor=applicant, now=now
    )

    at_once(change, *approvals([booking], secretary, now))

    booking.refresh_from_db()
    assert (booking.status, Occupancy.objects.count()) in {("approved", 1), ("requested", 0)}


def test_references_of_one_day_are_all_different(room_108, applicant, now, at_once):
    data = BookingData(
        room=room_108,
        title="季度会",
        start_at=now + HOUR,
        end_at=now + 2 * HOUR,
        headcount=5,
        host_department="市场部",
        contact_name="王敏",
    )

    answers = at_once(*(partial(services.request_booking, data=data, actor=applicant, now=now) for _ in range(16)))

    assert sorted(answer.ref for answer in answers) == [f"HW-20261123-{number:03}" for number in range(1, 17)]


def test_deferred_constraint_still_names_the_loser(rivals, secretary, now, monkeypatch):
    """An outer transaction that puts the check off gets the refusal at the verb, not at its commit."""
    first, second = rivals(2)
    services.approve_booking(booking_id=first.pk, actor=secretary, now=now)
    monkeypatch.setattr(occupancy, "conflicts_in", lambda *args, **kwargs: [])

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS occupancy_space_free DEFERRED")
        with pytest.raises(RoomTaken):
            services.approve_booking(booking_id=second.pk, actor=secretary, now=now)


def test_repeated_approval_by_two_secretaries_tells_the_second_the_state(
    rivals, secretary, administrator, now, at_once
):
    (booking,) = rivals(1)

    answers = at_once(*approvals([booking], secretary, now), *approvals([booking], administrator, now))

    assert [answer.status for answer in answers if isinstance(answer, StateConflict)] == ["approved"]
