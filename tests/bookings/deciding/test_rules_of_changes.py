"""Changes of what was approved: by rule, or decided anew."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import NeedsNewDecision, RoomTaken
from checklists.models import Acknowledgement, Step
from checklists.services.staffing import assign_staff
from tests import factories
from tests.bookings.deciding.told import told

HOUR = timedelta(hours=1)


def served_by(booking, server, now):
    assign_staff(booking_id=booking.pk, user_id=server.pk, role="service_staff", actor=None, now=now)
    return booking


def test_change_that_a_rule_covers_keeps_approval_plan_and_people(approve_one, rule, change, server, now, heard):
    booking = served_by(approve_one(), server, now)
    made = rule(most_people=20)
    steps = set(Step.objects.filter(booking=booking, state="open").values_list("key", flat=True))

    result = change(booking, headcount=18)

    booking.refresh_from_db()
    assert (result.reopened, result.by_rule, result.changes) == (False, True, {"headcount": [10, 18]})
    assert (booking.status, booking.decided_by, booking.decided_at) == ("approved", None, now + HOUR)
    assert (booking.occupancies.count(), booking.assignments.count()) == (1, 1)
    assert booking.log.last().changes == {"headcount": [10, 18], "rule": made.pk}
    assert heard[-1] == ("booking_changed", booking.ref)
    assert steps <= set(Step.objects.filter(booking=booking, state="open").values_list("key", flat=True))


def test_change_that_a_rule_covers_is_acknowledged_by_who_serves(approve_one, rule, change, server, now):
    booking = served_by(approve_one(), server, now)
    rule(most_people=20)

    change(booking, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    booking.refresh_from_db()
    assert (booking.status, booking.occupancies.get().during.lower) == ("approved", booking.occupied_from)
    assert Acknowledgement.objects.filter(user=server, acknowledged_at=None).count() == 1
    assert told("booking_reopened") == []


def test_change_that_no_rule_covers_any_more_is_decided_anew(approve_one, rule, change, now):
    booking = approve_one()
    rule(most_people=15)

    result = change(booking, headcount=18)

    booking.refresh_from_db()
    assert (result.reopened, result.by_rule, booking.status, booking.occupancies.count()) == (
        True,
        False,
        "requested",
        0,
    )
    assert told("booking_reopened") == ["secretary"]


def test_change_by_rule_takes_no_room_that_somebody_has(approve_one, rule, change, rooms):
    booking, _other = approve_one(), approve_one(room=rooms[1])
    rule(most_people=20)

    with pytest.raises(RoomTaken):
        change(booking, room=rooms[1])

    booking.refresh_from_db()
    assert (booking.status, booking.room) == ("approved", rooms[0])


def test_change_by_rule_does_not_overtake_who_waits_there(approve_one, request_one, rule, change, rooms, site):
    booking = approve_one()
    request_one(room=rooms[1], actor=factories.make_user("rival", "applicant", site=site))
    rule(most_people=20)

    assert change(booking, room=rooms[1]).reopened


def test_change_beyond_the_policy_is_a_persons_to_decide(approve_one, rule, policy, change):
    booking = approve_one()
    rule(most_people=20)
    policy(longest_minutes=120)

    assert change(booking, end_at=booking.end_at + HOUR, exception_reason="x").reopened


def test_change_that_a_rule_covers_asks_nothing_before(approve_one, rule, applicant, now):
    booking = approve_one()
    facts = {"booking_id": booking.pk, "changes": {"headcount": 18}, "actor": applicant, "may_reopen": False}

    with pytest.raises(NeedsNewDecision):
        services.change_booking(**facts, now=now)
    rule(most_people=20)

    assert services.change_booking(**facts, now=now).by_rule


def test_change_of_a_request_that_waits_is_not_approved_by_rule(request_one, rule, change):
    booking = request_one()
    rule(most_people=20)

    assert change(booking, headcount=9).booking.status == "requested"
