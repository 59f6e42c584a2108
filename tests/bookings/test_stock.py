"""Supplies: what a meeting needs, what others have reserved, and what is used up when it ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from bookings import services
from bookings.selectors.sharing import holdings_at, span_of
from bookings.selectors.stock import need_of, reserving, supply_needs, with_reserved
from bookings.services.stock import use_supplies
from rooms.models import Supply, SupplyMovement
from rooms.selectors import on_hand_of, supplies_on_hand
from rooms.services.supplies import add_default_supplies
from tests import factories

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def tea(site, now):
    return factories.make_supply(site, "TEA", on_hand=50, at=now)


@pytest.fixture
def needs(now):
    def of(booking):
        holdings = holdings_at(booking.site_id, [span_of(booking)], exclude=[booking.pk])
        return {each.supply.code: each for each in supply_needs(booking, holdings, now)}

    return of


@pytest.mark.parametrize(
    ("code", "fields", "need"),
    [
        ("TEA", {"tea": True}, 10),
        ("TEA", {"coffee": True}, 0),
        ("COFFEE", {"coffee": True}, 10),
        # One on the table and one in reserve, as the standard says.
        ("WATER", {"water": True}, 20),
        ("PAPER", {"stationery": True}, 10),
        ("PLATES", {"name_plates": 4}, 4),
        ("TEACUP", {"tea": True}, 10),
    ],
)
def test_need_by_the_usual_rates(request_one, site, secretary, now, code, fields, need):
    add_default_supplies(site=site, actor=secretary, now=now)

    assert need_of(request_one(**fields), Supply.objects.get(code=code)) == need


def test_nothing_asked_for_needs_nothing(request_one, tea, needs):
    assert needs(request_one()) == {}


def test_need_is_held_against_what_earlier_meetings_reserve(approve_one, request_one, rooms, tea, needs, now):
    approve_one(room=rooms[1], tea=True, headcount=20)
    approve_one(room=rooms[2], tea=True, headcount=24, start_at=now + 3 * DAY, end_at=now + 3 * DAY + HOUR)

    found = needs(request_one(tea=True))["TEA"]

    assert (found.need, found.on_hand, found.reserved, found.left, found.missing) == (10, 50, 20, 30, 0)


def test_need_over_what_is_left_is_short(approve_one, request_one, rooms, tea, needs):
    approve_one(room=rooms[1], tea=True, headcount=24)
    approve_one(room=rooms[2], tea=True, headcount=24)

    found = needs(request_one(tea=True))["TEA"]

    assert (found.left, found.missing) == (2, 8)


@pytest.mark.parametrize("cancelled", [True, False])
def test_cancelling_releases_what_was_reserved(approve_one, request_one, rooms, tea, needs, applicant, now, cancelled):
    other = approve_one(room=rooms[1], tea=True)
    if cancelled:
        services.cancel_booking(booking_id=other.pk, actor=applicant, now=now)

    assert needs(request_one(tea=True))["TEA"].reserved == (0 if cancelled else 10)


def test_requests_and_meetings_nobody_held_reserve_nothing(request_one, rooms, tea, needs, applicant, now):
    request_one(room=rooms[1], tea=True)
    over = {"room": rooms[2], "applicant": applicant, "start": now - 5 * HOUR, "status": "approved", "tea": True}
    factories.make_booking(**over)

    assert needs(request_one(tea=True))["TEA"].reserved == 0


def test_reserved_counts_what_each_supply_goes_with(approve_one, site, secretary, rooms, now):
    add_default_supplies(site=site, actor=secretary, now=now)
    approve_one(room=rooms[1], tea=True, water=True, name_plates=7, headcount=8)

    rows = with_reserved(supplies_on_hand(site.pk), reserving(now))

    reserved = {row.code: row.reserved for row in rows}
    assert reserved == {
        "TEA": 8, "TEACUP": 8, "WATER": 16, "PLATES": 7, "COFFEE": 0, "COFFEECUP": 0, "PAPER": 0,
    }  # fmt: skip


def test_cups_are_reserved_by_meetings_at_the_same_time_only(approve_one, request_one, site, rooms, needs, now):
    factories.make_supply(site, "CUP", on_hand=30, at=now, is_reused=True)
    earlier = now + DAY - 4 * HOUR
    approve_one(room=rooms[0], tea=True, headcount=20, start_at=earlier, end_at=earlier + HOUR)
    approve_one(room=rooms[1], tea=True, headcount=22)

    found = needs(request_one(room=rooms[2], tea=True))["CUP"]

    assert (found.reserved, found.left, found.missing) == (22, 8, 2)


def test_end_takes_what_was_needed_off_the_stock_once(run_one, tea, site, server, now):
    factories.make_supply(site, "CUP", on_hand=30, at=now, is_reused=True)
    running = run_one(tea=True)
    for _ in range(2):
        services.end_meeting(booking_id=running.pk, actor=server, now=running.end_at)
    use_supplies(running, actor=server, now=running.end_at)

    moved = list(SupplyMovement.objects.filter(kind="meeting").values_list("supply__code", "change", "cause"))
    assert moved == [("TEA", -10, running.ref)]
    assert on_hand_of([tea.pk]) == {tea.pk: 40}


def test_second_use_by_one_meeting_is_refused_by_the_database(tea, now):
    facts = {"supply": tea, "kind": "meeting", "change": -1, "at": now, "cause": "HW-1"}
    SupplyMovement.objects.create(**facts)

    with pytest.raises(IntegrityError, match="supply_movement_meeting_once"):
        SupplyMovement.objects.create(**facts)


def test_ended_meeting_reserves_no_more(run_one, request_one, rooms, tea, needs, server):
    running = run_one(tea=True, room=rooms[1])
    assert needs(request_one(tea=True))["TEA"].reserved == 10
    services.end_meeting(booking_id=running.pk, actor=server, now=running.end_at)

    found = needs(request_one(tea=True))["TEA"]

    assert (found.on_hand, found.reserved) == (40, 0)


def test_low_stock_is_told_once_for_each_fall(run_one, rooms, site, secretary, manager, server, applicant, now):
    factories.make_supply(site, "TEA", on_hand=25, at=now, reorder_level=20)

    def held(room):
        running = run_one(tea=True, room=room)
        services.end_meeting(booking_id=running.pk, actor=server, now=running.end_at)

    held(rooms[0])
    held(rooms[1])

    told = [person.notices.filter(code="supply_low") for person in (secretary, manager, applicant)]
    assert [each.count() for each in told] == [1, 1, 0]
    assert (told[0].get().params["on_hand"], told[0].get().params["level"]) == (15, 20)


def test_needs_take_one_statement_for_one_supply_and_for_many(request_one, site, secretary, tea, query_count, now):
    booking = request_one(tea=True, water=True, coffee=True, name_plates=3)
    with_one = query_count(lambda: supply_needs(booking, [], now))
    add_default_supplies(site=site, actor=secretary, now=now)

    assert (with_one, query_count(lambda: supply_needs(booking, [], now))) == (1, 1)
