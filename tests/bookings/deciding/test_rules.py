"""Requests that a rule approves at once."""

import pytest

from bookings import services
from bookings.errors import InvalidBooking, RoomTaken
from bookings.models import ApprovalRule, Booking
from staff.models import Delivery
from tests import factories
from tests.bookings.deciding.told import told


def test_request_that_fits_a_rule_is_approved_at_once(request_one, rule, applicant, room_108, heard):
    applicant.email = "a@example.org"
    applicant.save()
    made = rule(room_108, most_people=10)

    booking = Booking.objects.get(pk=request_one().pk)

    assert (booking.status, booking.decided_by, booking.occupancies.count()) == ("approved", None, 1)
    assert booking.log.get(verb="approve").changes == {"outbid": [], "rule": made.pk}
    assert heard == [("booking_approved", booking.ref)]
    assert told("booking_requested") == []
    # Nobody will take it back, so its mail does not wait.
    assert Delivery.objects.get().next_at == booking.requested_at


@pytest.mark.parametrize(
    "facts",
    [{"most_people": 9}, {"host_department": "法务部"}, {"kinds": ["training"]}, {"room": "other"}],
)
def test_request_that_misses_one_condition_waits(request_one, rule, rooms, facts):
    facts = dict(facts)
    chosen = [rooms[1]] if facts.pop("room", None) else []
    rule(*chosen, **facts)

    assert request_one().status == "requested"


def test_rule_with_every_condition_met_approves(request_one, rule, rooms):
    rule(*rooms, most_people=10, host_department="市场部", kinds=["exchange", "training"])

    assert request_one().status == "approved"


def test_rule_of_another_site_approves_nothing_here(request_one, stranger, now):
    ApprovalRule.objects.create(site=stranger.site, most_people=99, created_by=stranger, created_at=now)

    assert request_one().status == "requested"


def test_rule_does_not_overtake_who_already_waits(request_one, rule, site):
    rival = factories.make_user("rival", "applicant", site=site)
    earlier = request_one(actor=rival)
    rule(most_people=99)

    assert request_one().status == "requested"
    earlier.refresh_from_db()
    assert earlier.status == "requested"


def test_rule_gives_no_room_twice(request_one, rule):
    rule(most_people=99)
    request_one()

    with pytest.raises(RoomTaken):
        request_one()


def test_draft_is_approved_by_rule_when_it_is_sent(request_one, rule, applicant, now):
    rule(most_people=99)
    draft = request_one(submit=False)
    assert draft.status == "draft"

    assert services.submit_booking(booking_id=draft.pk, actor=applicant, now=now).status == "approved"


def test_rule_without_a_condition_is_refused(rule):
    with pytest.raises(InvalidBooking) as caught:
        rule()

    assert [fault.code for fault in caught.value.errors["most_people"]] == ["rule_without_condition"]
