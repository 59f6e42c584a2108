"""What decides on a series without a person: approval rules, the policy of the room, and the waiting list."""

from datetime import time, timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, InvalidBooking, SeriesTaken
from bookings.models import ApprovalRule, Approver, Booking, BookingLog, BookingPolicy, Occupancy, Offer, WaitingPlace
from bookings.services.series import Instead, Scope, approve_series, change_series, decline_series
from bookings.services.waiting import offer_free_slots
from staff.models import Notice
from tests.bookings.series import SHANGHAI, TUESDAYS, at, notices, rich, weekly

Status = Booking.Status
State = WaitingPlace.State


@pytest.fixture
def rule(site, secretary, now):
    def make(rooms=(), **facts):
        made = ApprovalRule.objects.create(site=site, created_by=secretary, created_at=now, **facts)
        made.rooms.set(rooms)
        return made

    return make


@pytest.fixture
def policy(site):
    def make(room=None, **bounds):
        return BookingPolicy.objects.create(site=site, room=room, **bounds)

    return make


def states(series):
    return list(series.bookings.order_by("recurrence_at").values_list("status", flat=True))


def exceptions(series):
    return list(series.bookings.order_by("recurrence_at").values_list("exceptions", flat=True))


# Approval rules


def test_series_that_fits_a_rule_is_approved_at_once(ask, rule, applicant, secretary, heard):
    made = rule(most_people=10)

    series = ask()

    assert states(series) == [Status.APPROVED] * 4
    assert Occupancy.objects.count() == 4
    assert heard == [
        ("booking_approved", ref) for ref in series.bookings.order_by("start_at").values_list("ref", flat=True)
    ]
    entries = BookingLog.objects.filter(verb="approve")
    assert list(entries.values_list("actor", "changes")) == [(None, {"rule": made.pk})] * 4
    assert list(series.bookings.values_list("decided_by", flat=True)) == [None] * 4
    assert notices(applicant) == [("series_approved_by_rule", 4)]
    assert notices(secretary) == []


@pytest.mark.parametrize(
    "facts",
    [{"most_people": 9}, {"host_department": "财务部"}, {"kinds": ["training"]}, {"most_people": 10, "kinds": ["x"]}],
)
def test_series_that_misses_a_condition_waits(ask, rule, secretary, facts):
    rule(**facts)

    assert states(ask()) == [Status.REQUESTED] * 4
    assert notices(secretary) == [("series_requested", 4)]


def test_rule_of_one_room_approves_only_the_dates_in_it(ask, rule, rooms, take, applicant, secretary):
    rule(rooms=[rooms[0]])
    take(TUESDAYS[1])

    series = ask(instead={TUESDAYS[1]: Instead(rich(rooms[1]), at(TUESDAYS[1], 9), at(TUESDAYS[1], 11))})

    assert states(series) == [Status.APPROVED, Status.REQUESTED, Status.APPROVED, Status.APPROVED]
    assert notices(applicant) == [("series_approved_by_rule", 3)]
    assert notices(secretary) == [("series_requested", 1)]
    assert Notice.objects.get(recipient=applicant).params["waiting"] == 1


def test_rule_leaves_a_date_that_another_request_wants_to_a_person(ask, rule, request_one, manager):
    request_one(start_at=at(TUESDAYS[2], 10), end_at=at(TUESDAYS[2], 12), actor=manager)
    rule(most_people=10)

    assert states(ask()) == [Status.APPROVED, Status.APPROVED, Status.REQUESTED, Status.APPROVED]


def test_rule_leaves_an_exception_to_a_person(ask, rule, policy):
    rule(most_people=10)
    policy(furthest_days=10)

    series = ask(exception_reason="审计")

    assert states(series) == [Status.APPROVED, Status.APPROVED, Status.REQUESTED, Status.REQUESTED]


def test_series_under_rule_and_policy_takes_as_many_statements_for_many(ask, rule, policy, secretary, query_count):
    """Some of its dates are approved at once, and the far ones are exceptions."""
    rule(most_people=10)
    policy(furthest_days=8)

    def asked(count, hour):
        span = {"start_at": at(TUESDAYS[0], hour), "end_at": at(TUESDAYS[0], hour + 1)}
        return query_count(lambda: ask(weekly(count), exception_reason="审计", **span))

    # Roles and content types are read once.
    asked(3, 9)
    few = asked(3, 11)

    assert asked(52, 13) == few
    assert asked(100, 15) == few


def test_new_series_is_told_to_those_who_decide_on_its_room(ask, site, rooms, manager, secretary):
    Approver.objects.create(site=site, room=rooms[0], user=manager)

    ask()

    assert (notices(manager), notices(secretary)) == ([("series_requested", 4)], [])


# Policy


def test_series_beyond_the_policy_needs_a_reason(ask, policy):
    policy(furthest_days=10)

    with pytest.raises(InvalidBooking) as caught:
        ask()

    assert [fault.code for fault in caught.value.errors["exception_reason"]] == ["outside_policy"]
    assert Booking.objects.count() == 0


def test_series_beyond_the_policy_is_one_for_exception_on_those_dates(ask, policy):
    policy(furthest_days=10)

    series = ask(exception_reason="审计")

    assert exceptions(series) == [[], [], ["too_far"], ["too_far"]]


def test_policy_of_the_room_a_date_goes_to_counts(ask, policy, rooms, take):
    take(TUESDAYS[1])
    policy(rooms[1], longest_minutes=60)

    instead = {TUESDAYS[1]: Instead(rich(rooms[1]), at(TUESDAYS[1], 9), at(TUESDAYS[1], 11))}
    with pytest.raises(InvalidBooking):
        ask(instead=instead)
    series = ask(instead=instead, exception_reason="审计")

    assert exceptions(series) == [[], ["too_long"], [], []]


def test_change_of_the_dates_ahead_beyond_the_policy_needs_a_reason(ask, policy, applicant, now):
    series = ask()
    policy(closes_at=time(17))
    first = series.bookings.order_by("start_at").first()
    terms = {"booking_id": first.pk, "scope": Scope.ALL, "actor": applicant, "now": now}
    late = {"start_at": at(TUESDAYS[0], 16), "end_at": at(TUESDAYS[0], 18)}

    with pytest.raises(InvalidBooking):
        change_series(changes=late, **terms)
    change_series(changes=late | {"exception_reason": "审计"}, **terms)
    assert exceptions(series) == [["outside_hours"]] * 4
    change_series(changes={"start_at": at(TUESDAYS[0], 14), "end_at": at(TUESDAYS[0], 16)}, **terms)
    assert exceptions(series) == [[]] * 4


# The waiting list


def test_taken_date_that_waits_stands_in_line(ask, take, applicant):
    take(TUESDAYS[1])

    series = ask(waiting=[TUESDAYS[1]])

    assert states(series) == [Status.REQUESTED] * 4
    place = WaitingPlace.objects.get()
    assert (place.booking.start_at, place.state) == (at(TUESDAYS[1], 9), State.WAITING)
    assert list(place.booking.log.values_list("verb", "actor")) == [("request", applicant.pk), ("wait", applicant.pk)]


def test_free_date_that_would_wait_needs_no_place(ask):
    ask(waiting=[TUESDAYS[1]])

    assert WaitingPlace.objects.count() == 0


def test_taken_date_that_neither_waits_nor_goes_is_refused(ask, take):
    take(TUESDAYS[1])
    take(TUESDAYS[2])

    with pytest.raises(SeriesTaken) as caught:
        ask(waiting=[TUESDAYS[1]])

    assert [each.start for each in caught.value.dates] == [at(TUESDAYS[2], 9)]


def test_all_taken_dates_may_wait_without_being_named(ask, take):
    take(TUESDAYS[1])
    take(TUESDAYS[2])

    ask(waits_taken=True)

    assert WaitingPlace.objects.count() == 2


def test_date_of_no_series_cannot_wait(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(waiting=[TUESDAYS[8]])

    assert list(caught.value.errors) == ["wait"]


def test_slot_of_a_date_that_frees_is_offered_to_it(ask, take, applicant, manager, now):
    closure = take(TUESDAYS[1])
    series = ask(waiting=[TUESDAYS[1]])

    services.reopen_room(closure_id=closure.pk, actor=manager, now=now)
    assert offer_free_slots(now=now) == 1

    offer = Offer.objects.get()
    assert (offer.start_at, offer.room_id) == (at(TUESDAYS[1], 9), closure.room_id)
    assert Notice.objects.filter(recipient=applicant, code="booking_slot_free").count() == 1
    services.accept_offer(booking_id=offer.booking_id, actor=applicant, now=now)
    assert states(series) == [Status.REQUESTED, Status.APPROVED, Status.REQUESTED, Status.REQUESTED]


def test_rule_approves_the_free_dates_and_the_taken_one_waits(ask, rule, take):
    rule(most_people=10)
    take(TUESDAYS[1])

    assert states(ask(waiting=[TUESDAYS[1]])) == [
        Status.APPROVED,
        Status.REQUESTED,
        Status.APPROVED,
        Status.APPROVED,
    ]


def test_approval_leaves_a_date_in_line_where_it_stands(ask, take, secretary, now):
    take(TUESDAYS[1])
    series = ask(waiting=[TUESDAYS[1]])

    approve_series(series_id=series.pk, actor=secretary, now=now)

    assert states(series) == [Status.APPROVED, Status.REQUESTED, Status.APPROVED, Status.APPROVED]
    assert WaitingPlace.objects.get().state == State.WAITING
    with pytest.raises(BookingError) as caught:
        approve_series(series_id=series.pk, actor=secretary, now=now)
    assert caught.value.code == "no_dates_left"


def test_approval_that_leaves_out_a_date_in_line_declines_it(ask, take, secretary, now):
    take(TUESDAYS[1])
    series = ask(waiting=[TUESDAYS[1]])
    out = [WaitingPlace.objects.get().booking_id]

    approve_series(series_id=series.pk, actor=secretary, now=now, leave_out=out)

    assert states(series)[1] == Status.DECLINED


def test_approval_gives_a_date_the_slot_that_is_held_for_it(ask, take, secretary, manager, now):
    closure = take(TUESDAYS[1])
    series = ask(waiting=[TUESDAYS[1]])
    services.reopen_room(closure_id=closure.pk, actor=manager, now=now)
    offer_free_slots(now=now)

    approve_series(series_id=series.pk, actor=secretary, now=now)

    assert states(series) == [Status.APPROVED] * 4
    assert (Offer.objects.get().state, Occupancy.objects.count()) == (Offer.State.WITHDRAWN, 4)


def test_move_of_the_dates_gives_up_their_places(ask, take, applicant, now):
    take(TUESDAYS[1])
    series = ask(waiting=[TUESDAYS[1]])
    first = series.bookings.order_by("start_at").first()
    changes = {"start_at": at(TUESDAYS[0], 14), "end_at": at(TUESDAYS[0], 16)}

    change_series(booking_id=first.pk, scope=Scope.ALL, changes=changes, actor=applicant, now=now)

    assert WaitingPlace.objects.get().state == State.LEFT


def test_series_of_many_waiting_dates_takes_as_many_statements_as_of_few(ask, take, secretary, query_count):
    for on in TUESDAYS[:9]:
        take(on)

    ask(weekly(2), waits_taken=True)
    few = query_count(lambda: ask(weekly(2), waits_taken=True))

    assert query_count(lambda: ask(weekly(9), waits_taken=True)) == few


# An offer for one date


def test_approval_leaves_a_taken_date_to_the_offer_made_for_it(ask, take, rooms, secretary, applicant, now):
    series = ask()
    take(TUESDAYS[1])
    date = series.bookings.get(start_at=at(TUESDAYS[1], 9))
    terms = {"start": date.start_at, "end": date.end_at, "actor": secretary, "now": now}
    services.offer_alternative(booking_id=date.pk, room_id=rooms[1].pk, **terms)

    approve_series(series_id=series.pk, actor=secretary, now=now)
    assert states(series) == [Status.APPROVED, Status.REQUESTED, Status.APPROVED, Status.APPROVED]
    services.accept_offer(booking_id=date.pk, actor=applicant, now=now + timedelta(hours=1))

    assert states(series) == [Status.APPROVED] * 4
    date.refresh_from_db()
    assert (date.room, date.start_at.astimezone(SHANGHAI)) == (rooms[1], at(TUESDAYS[1], 9))


def test_decline_of_a_series_gives_back_what_is_offered(ask, rooms, secretary, now):
    series = ask()
    date = series.bookings.get(start_at=at(TUESDAYS[1], 9))
    terms = {"start": date.start_at, "end": date.end_at, "actor": secretary, "now": now}
    services.offer_alternative(booking_id=date.pk, room_id=rooms[1].pk, **terms)

    decline_series(series_id=series.pk, reason="x", actor=secretary, now=now)

    assert Occupancy.objects.count() == 0
