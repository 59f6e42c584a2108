"""Approvers, approval by rule, and requests for exception."""

from datetime import time, timedelta

import pytest

from bookings import services
from bookings.errors import InvalidBooking, NeedsNewDecision, RoomTaken
from bookings.models import ApprovalRule, Approver, Booking, BookingLog, BookingPolicy, Occupancy
from bookings.permissions import can_decide, can_use_inbox
from bookings.selectors import inbox_of
from bookings.services import FurtherRoom
from bookings.services.deciding import add_approver, add_rule, set_policy
from checklists.models import Acknowledgement, Step
from checklists.services.staffing import assign_staff
from staff.models import Delivery, Notice
from tests import factories

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def second(site):
    return factories.make_user("second", "secretary", site=site)


@pytest.fixture
def name(site, secretary, now):
    def make(user, room=None):
        return add_approver(site=site, room=room, user=user, actor=secretary, now=now)

    return make


@pytest.fixture
def rule(site, secretary, now):
    def make(*rooms, **facts):
        defaults = {"most_people": None, "host_department": "", "kinds": []}
        return add_rule(site=site, rooms=rooms, actor=secretary, now=now, **(defaults | facts))

    return make


@pytest.fixture
def policy(site, secretary, now):
    def make(room=None, **bounds):
        none = dict.fromkeys(("longest_minutes", "furthest_days", "notice_minutes", "opens_at", "closes_at"))
        return set_policy(site=site, room=room, bounds=none | bounds, actor=secretary, now=now)

    return make


def told(code):
    return sorted(Notice.objects.filter(code=code).values_list("recipient__username", flat=True))


# --- Approvers


def test_room_without_approvers_is_decided_by_the_sites_secretaries(request_one, secretary, second, manager):
    booking = request_one()

    assert [can_decide(each, booking) for each in (secretary, second, manager)] == [True, True, False]
    assert told("booking_requested") == ["second", "secretary"]


def test_room_with_an_approver_is_decided_by_that_person(request_one, name, secretary, manager, room_108, rooms):
    name(manager, room_108)
    here, elsewhere = request_one(), request_one(room=rooms[1])

    assert [can_decide(each, here) for each in (secretary, manager)] == [False, True]
    assert [can_decide(each, elsewhere) for each in (secretary, manager)] == [True, False]
    assert told("booking_requested") == ["manager", "secretary"]


def test_approver_of_the_site_decides_where_no_room_has_its_own(
    request_one, name, secretary, second, manager, room_108, rooms
):
    name(second)
    name(manager, room_108)
    here, elsewhere = request_one(), request_one(room=rooms[1])

    assert [can_decide(each, here) for each in (secretary, second, manager)] == [False, False, True]
    assert [can_decide(each, elsewhere) for each in (secretary, second, manager)] == [False, True, False]


def test_own_request_of_the_rooms_approver_goes_to_the_next_circle(request_one, name, secretary, manager, room_108):
    name(manager, room_108)
    booking = request_one(actor=manager)

    assert [can_decide(each, booking) for each in (secretary, manager)] == [True, False]
    assert told("booking_requested") == ["secretary"]


def test_own_request_of_the_only_secretary_goes_to_the_administrators(request_one, secretary, administrator):
    booking = request_one(actor=secretary)

    assert [can_decide(each, booking) for each in (secretary, administrator)] == [False, True]
    assert told("booking_requested") == ["admin"]


@pytest.mark.parametrize("change", ["left", "moved", "other_role"])
def test_approver_who_is_no_longer_there_decides_nothing(
    request_one, name, secretary, second, room_108, stranger, change
):
    name(second, room_108)
    if change == "left":
        second.is_active = False
    elif change == "moved":
        second.site = stranger.site
    else:
        second.groups.clear()
    second.save()
    booking = request_one()

    second = type(second).objects.get(pk=second.pk)
    assert [can_decide(each, booking) for each in (secretary, second)] == [True, False]


def test_approver_must_work_at_the_site_as_one_who_may(name, applicant, stranger):
    for user in (applicant, stranger):
        with pytest.raises(InvalidBooking) as caught:
            name(user)
        assert [fault.code for fault in caught.value.errors["user"]] == ["cannot_decide"]


def test_manager_finds_in_the_inbox_what_is_theirs_to_decide(request_one, name, manager, room_108, rooms, now):
    assert not can_use_inbox(manager)
    name(manager, room_108)
    here, _elsewhere = request_one(), request_one(room=rooms[1])

    assert can_use_inbox(manager)
    assert [item.booking for item in inbox_of(manager, now)] == [here]


def test_secretary_sees_what_others_decide_and_is_told_so(request_one, name, secretary, manager, room_108, now):
    name(manager, room_108)
    request_one()

    assert [item.may_decide for item in inbox_of(secretary, now)] == [False]


def test_approver_named_twice_stands_once(name, manager, room_108):
    assert name(manager, room_108) == name(manager, room_108)
    assert Approver.objects.count() == 1


# --- Rules


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


# --- Rules and changes


@pytest.fixture
def change(applicant, now):
    def make(booking, **changes):
        return services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now + HOUR)

    return make


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


# --- Rules and requests of several rooms


@pytest.fixture
def ask_rooms(data, rooms, applicant, now):
    def make(submit=True):
        further = [FurtherRoom(rooms[1], 6), FurtherRoom(rooms[2], 4)]
        return services.request_rooms(data=data(), further=further, actor=applicant, now=now, submit=submit)

    return make


def states():
    return list(Booking.objects.order_by("pk").values_list("status", flat=True))


def test_rooms_all_covered_are_approved_each_by_its_rule(ask_rooms, rule, rooms, now):
    small, large = rule(rooms[1], rooms[2], most_people=6), rule(rooms[0], most_people=10)

    main = ask_rooms()

    found = BookingLog.objects.filter(verb="approve").order_by("booking").values_list("changes__rule", flat=True)
    assert (main.status, main.decided_at, states()) == ("approved", now, ["approved"] * 3)
    assert (list(found), Occupancy.objects.count()) == ([large.pk, small.pk, small.pk], 3)
    assert (told("booking_requested"), told("booking_approved")) == ([], ["applicant"] * 3)


def test_rooms_not_all_covered_wait_all(ask_rooms, rule, rooms):
    rule(rooms[0], rooms[1], most_people=10)

    ask_rooms()

    assert (states(), Occupancy.objects.count()) == (["requested"] * 3, 0)
    assert told("booking_requested") == ["secretary"] * 3


@pytest.mark.parametrize(("people", "state"), [(10, "approved"), (9, "requested")])
def test_draft_of_several_rooms_is_approved_whole_or_not(ask_rooms, rule, applicant, now, people, state):
    rule(most_people=people)
    main = ask_rooms(submit=False)

    sent = services.submit_booking(booking_id=main.pk, actor=applicant, now=now)

    assert (sent.status, states()) == (state, [state] * 3)


def test_rooms_one_of_which_somebody_waits_for_wait_all(ask_rooms, request_one, rule, rooms, site):
    request_one(room=rooms[2], actor=factories.make_user("rival", "applicant", site=site))
    rule(most_people=10)

    ask_rooms()

    assert states() == ["requested"] * 4


def test_rooms_moved_keep_their_approval_only_together(ask_rooms, rule, change, secretary, rooms, now):
    main = ask_rooms()
    services.approve_booking(booking_id=main.pk, actor=secretary, now=now)
    rule(rooms[0], rooms[1], most_people=10)
    later = {"start_at": main.start_at + HOUR, "end_at": main.end_at + HOUR}

    partly = change(main, **later).reopened
    services.approve_booking(booking_id=main.pk, actor=secretary, now=now)
    rule(rooms[2], most_people=10)
    wholly = change(main, start_at=main.start_at + 2 * HOUR, end_at=main.end_at + 2 * HOUR)

    assert (partly, wholly.by_rule, states()) == (True, True, ["approved"] * 3)
    assert {each.start_at for each in Booking.objects.all()} == {main.start_at + 2 * HOUR}


def test_one_room_changed_is_measured_alone(ask_rooms, rule, change, secretary, rooms, now):
    services.approve_booking(booking_id=ask_rooms().pk, actor=secretary, now=now)
    rule(rooms[1], most_people=10)

    assert change(Booking.objects.get(room=rooms[1]), headcount=8).by_rule
    assert states() == ["approved"] * 3


# --- Policy


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
