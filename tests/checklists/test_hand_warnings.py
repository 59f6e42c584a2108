"""Warnings where somebody is put on a meeting by hand, and the second lane of rounds that are shared."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from checklists.errors import ChecklistError
from checklists.models import Assignment, AssignmentRules
from checklists.selectors.people import role_panels
from checklists.selectors.staffing import suggested_staff
from checklists.services.staffing import assign_staff
from staff.models import Leave, Shift, WorkingTimeRules
from tests.checklists.assigning import SERVICE, knows, needs_skill
from tests.checklists.meetings import HOUR, MINUTE, approved, change, on_shift
from tests.checklists.pages import HTMX, signed_in


@pytest.fixture
def booking(room_108, applicant, server, now):
    on_shift(server, now - HOUR, 12)
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, minutes=60, now=now, tea=True)


def warnings_of(booking, role=SERVICE):
    return {each.user.username: each.warnings for each in suggested_staff(booking=booking, role=role)}


def served_by(server, room, applicant, start, now, minutes=60):
    other = approved(room=room, applicant=applicant, start=start, minutes=minutes, now=now)
    assign_staff(booking_id=other.pk, user_id=server.pk, role=SERVICE, actor=None, now=now)
    return other


def test_person_on_shift_and_free_has_no_warning(booking):
    assert warnings_of(booking) == {"staff1": []}


def test_missing_skill_is_a_warning_and_a_held_one_is_none(booking, site, server, now):
    needs_skill(site)
    assert warnings_of(booking) == {"staff1": ["skill_missing"]}

    knows(server, now)
    assert warnings_of(booking) == {"staff1": []}


def test_leave_is_a_warning_beside_the_shift_it_cut(booking, server, manager, now):
    Leave.objects.create(
        user=server,
        during=DateTimeTZRange(now, now + 24 * HOUR),
        kind="leave",
        state="granted",
        asked_by=server,
        asked_at=now,
        decided_by=manager,
        decided_at=now,
    )
    Shift.objects.all().delete()

    assert warnings_of(booking) == {"staff1": ["off_shift", "on_leave"]}


def test_leave_only_asked_for_is_none(booking, server, now):
    Leave.objects.create(
        user=server, during=DateTimeTZRange(now, now + 24 * HOUR), kind="leave", asked_by=server, asked_at=now
    )

    assert warnings_of(booking) == {"staff1": []}


def test_too_little_time_between_two_floors_is_a_warning(booking, rooms, applicant, server, now):
    rooms[1].floor = "9"
    rooms[1].save(update_fields=["floor"])
    served_by(server, rooms[1], applicant, booking.start_at - 80 * MINUTE, now, minutes=50)

    assert warnings_of(booking) == {"staff1": ["little_time"]}


def test_no_break_is_a_warning(booking, site, rooms, applicant, server, now):
    WorkingTimeRules.objects.create(site=site, break_after_hours=2, break_minutes=45)
    served_by(server, rooms[1], applicant, booking.end_at + 20 * MINUTE, now, minutes=60)

    assert warnings_of(booking) == {"staff1": ["no_break"]}


@pytest.mark.parametrize(("hours", "expected"), [(8, ["off_shift", "short_rest"]), (12, ["off_shift"])])
def test_short_rest_before_an_early_meeting(room_108, applicant, server, now, hours, expected):
    """A late shift the evening before, and a meeting at nine."""
    start = now + timedelta(days=1)
    on_shift(server, start - (hours + 8) * HOUR, 8)
    booking = approved(room=room_108, applicant=applicant, start=start, now=now)

    assert warnings_of(booking) == {"staff1": expected}


def test_serving_elsewhere_says_so_once(booking, rooms, applicant, server, now):
    served_by(server, rooms[1], applicant, booking.start_at, now)

    assert warnings_of(booking) == {"staff1": ["serves_elsewhere"]}


def test_panel_says_the_warnings_in_words(booking, site, secretary):
    needs_skill(site)

    text = signed_in(secretary).get(f"/bookings/{booking.ref}/people/", **HTMX).content.decode()

    assert "lacks a skill" in text


def test_roles_that_no_proposal_is_made_for_have_panels_all_the_same(booking, manager):
    assert "manager" in {panel.role for panel in role_panels(booking)}
    assert warnings_of(booking, "manager") == {"manager": ["off_shift"]}


@pytest.fixture
def shared(site):
    return AssignmentRules.objects.create(site=site, shared_heads=20)


def test_two_small_rooms_side_by_side_may_have_one_server(booking, shared, rooms, applicant, server, manager, now):
    served_by(server, rooms[1], applicant, booking.start_at, now)
    assert warnings_of(booking) == {"staff1": ["serves_beside"]}

    assign_staff(booking_id=booking.pk, user_id=server.pk, role=SERVICE, actor=manager, now=now)

    assert sorted(Assignment.objects.values_list("lane", flat=True)) == [0, 1]


@pytest.mark.parametrize("what", ["floor", "heads", "third"])
def test_other_rooms_may_not(booking, shared, rooms, applicant, server, manager, now, what):
    if what == "floor":
        rooms[1].floor = "2"
        rooms[1].save(update_fields=["floor"])
    other = served_by(server, rooms[1], applicant, booking.start_at, now)
    if what == "heads":
        change(other, now=now, headcount=11)
    if what == "third":
        served_by(server, rooms[2], applicant, booking.start_at, now)

    with pytest.raises(ChecklistError) as refused:
        assign_staff(booking_id=booking.pk, user_id=server.pk, role=SERVICE, actor=manager, now=now)

    assert refused.value.code == "person_elsewhere"


def test_database_knows_no_third_lane(booking, server, now):
    facts = {"booking": booking, "user": server, "role": SERVICE, "assigned_at": now}

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**facts, during=DateTimeTZRange(now, now + HOUR), lane=2)


def test_panel_reads_the_day_once_however_many_meetings_it_has(
    booking, rooms, applicant, server, secretary, now, query_count
):
    client = signed_in(secretary)
    address = f"/bookings/{booking.ref}/people/"
    client.get(address)
    one = query_count(lambda: client.get(address))
    for number, room in enumerate(rooms[1:]):
        served_by(server, room, applicant, booking.start_at + (2 + 2 * number) * HOUR, now)

    assert query_count(lambda: client.get(address)) == one
