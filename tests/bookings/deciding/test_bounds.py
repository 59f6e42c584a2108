"""Requests beyond the bounds of a room: exceptions, with a reason."""

from datetime import time, timedelta

import pytest

from bookings import services
from bookings.errors import InvalidBooking
from bookings.models import BookingPolicy

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ({"longest_minutes": 60}, "too_long"),
        ({"furthest_days": 0}, "too_far"),
        ({"notice_minutes": 48 * 60}, "too_soon"),
        ({"opens_at": time(9, 30)}, "outside_hours"),
        ({"closes_at": time(10, 30)}, "outside_hours"),
    ],
)
def test_request_beyond_a_bound_needs_a_reason_and_becomes_an_exception(request_one, policy, bounds, code):
    policy(**bounds)

    with pytest.raises(InvalidBooking) as caught:
        request_one()
    booking = request_one(exception_reason="董事会临时决定")

    assert [fault.code for fault in caught.value.errors["exception_reason"]] == ["outside_policy"]
    assert (booking.status, booking.exceptions) == ("requested", [code])


def test_request_within_every_bound_is_ordinary(request_one, policy):
    policy(longest_minutes=120, furthest_days=1, notice_minutes=24 * 60, opens_at=time(9), closes_at=time(11))

    assert request_one(exception_reason="x").exceptions == []


def test_bounds_of_the_room_win_and_the_site_fills_the_rest(request_one, policy, room_108, rooms):
    policy(longest_minutes=60, furthest_days=0)
    policy(room_108, longest_minutes=120)

    here = request_one(exception_reason="x")
    there = request_one(room=rooms[1], exception_reason="x")

    assert (here.exceptions, there.exceptions) == (["too_far"], ["too_long", "too_far"])


def test_exception_is_never_approved_by_rule(request_one, policy, rule):
    policy(longest_minutes=60)
    rule(most_people=99)

    assert request_one(exception_reason="x").status == "requested"


def test_draft_may_be_anything_until_it_is_sent(request_one, policy, applicant, now):
    policy(longest_minutes=60)
    draft = request_one(submit=False)

    with pytest.raises(InvalidBooking):
        services.submit_booking(booking_id=draft.pk, actor=applicant, now=now)
    services.change_booking(booking_id=draft.pk, changes={"exception_reason": "x"}, actor=applicant, now=now)

    assert services.submit_booking(booking_id=draft.pk, actor=applicant, now=now).exceptions == ["too_long"]


def test_change_beyond_a_bound_needs_a_reason(request_one, policy, applicant, now):
    booking = request_one()
    policy(longest_minutes=120)
    longer = {"end_at": booking.end_at + HOUR}

    with pytest.raises(InvalidBooking):
        services.change_booking(booking_id=booking.pk, changes=longer, actor=applicant, now=now)
    services.change_booking(booking_id=booking.pk, changes=longer | {"exception_reason": "x"}, actor=applicant, now=now)

    booking.refresh_from_db()
    assert booking.exceptions == ["too_long"]


def test_shortening_at_short_notice_needs_no_reason(approve_one, policy, applicant, now):
    booking = approve_one()
    policy(notice_minutes=48 * 60)

    services.change_booking(
        booking_id=booking.pk, changes={"end_at": booking.end_at - HOUR}, actor=applicant, now=now + HOUR
    )

    booking.refresh_from_db()
    assert (booking.status, booking.exceptions) == ("approved", [])


def test_wording_of_an_old_booking_is_not_held_to_a_new_bound(request_one, policy, applicant, now):
    booking = request_one()
    policy(longest_minutes=60)

    services.change_booking(booking_id=booking.pk, changes={"title": "改名"}, actor=applicant, now=now)

    booking.refresh_from_db()
    assert (booking.title, booking.exceptions) == ("改名", [])


def test_offer_beyond_a_bound_is_the_secretarys_to_make(request_one, policy, secretary, rooms, now):
    booking = request_one()
    policy(longest_minutes=60)
    times = {"start": booking.start_at, "end": booking.end_at}

    services.offer_alternative(booking_id=booking.pk, room_id=rooms[1].pk, actor=secretary, now=now, **times)

    assert services.accept_offer(booking_id=booking.pk, actor=booking.applicant, now=now).status == "approved"


def test_policy_set_twice_is_one_row(policy):
    policy(longest_minutes=60)
    policy(furthest_days=9)

    assert list(BookingPolicy.objects.values_list("longest_minutes", "furthest_days")) == [(None, 9)]
