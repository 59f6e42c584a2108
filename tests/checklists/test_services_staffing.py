"""People and their meetings: assigned, carried along, dropped where they no longer fit."""

import pytest

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.models import Assignment, Reminder
from checklists.selectors.staffing import suggested_staff
from checklists.services.plans import plan_booking
from checklists.services.staffing import assign_staff, unassign_staff
from staff.models import Notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, change, end, on_shift, start, step_of, tick

SERVICE = "service_staff"


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


@pytest.fixture
def other(rooms, applicant, now):
    """In another room, an hour after the first one ends."""
    return approved(room=rooms[1], applicant=applicant, start=now + 8 * HOUR, minutes=60, now=now)


@pytest.fixture
def second_server(site):
    return factories.make_user("staff2", SERVICE, site=site)


def assign(booking, user, manager, now, role=SERVICE):
    return assign_staff(booking_id=booking.pk, user_id=user.pk, role=role, actor=manager, now=now)


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))


def test_assign_staff_gives_the_open_steps_of_the_role_and_their_reminders(booking, server, manager, now):
    done = step_of(booking, "P1")
    tick(done, manager, now=now)

    assign(booking, server, manager, now)

    mine = booking.steps.filter(assignee=server).values_list("item__code", flat=True)
    assert sorted(mine) == ["A3", "A5", "A6", "P10", "P12", "P13", "U1", "U2"]
    waiting = Reminder.objects.filter(step__booking=booking, recipient=server, state="pending", kind="due")
    assert waiting.count() == len(mine)
    assert told(server) == ["assigned"]


def test_assign_staff_twice_is_the_same_as_once(booking, server, manager, now):
    first = assign(booking, server, manager, now)

    assert assign(booking, server, manager, now + MINUTE) == first
    assert told(server) == ["assigned"]


def test_assign_staff_to_two_rooms_at_once_is_refused(booking, rooms, applicant, server, manager, now):
    same_hour = approved(room=rooms[1], applicant=applicant, start=booking.start_at + HOUR, now=now)
    assign(booking, server, manager, now)

    with pytest.raises(ChecklistError) as refused:
        assign(same_hour, server, manager, now)

    assert refused.value.code == "person_elsewhere"
    assert Assignment.objects.count() == 1


def test_assign_staff_technician_looks_after_two_meetings(booking, rooms, applicant, technician, manager, now):
    same_hour = approved(room=rooms[1], applicant=applicant, start=booking.start_at, now=now)

    assign(booking, technician, manager, now, "technician")
    assign(same_hour, technician, manager, now, "technician")

    assert Assignment.objects.count() == 2


def test_assign_staff_without_the_role_or_of_another_site_is_refused(booking, cleaner, stranger, manager, now):
    for user, role in ((cleaner, SERVICE), (stranger, "secretary")):
        with pytest.raises(ChecklistError) as refused:
            assign(booking, user, manager, now, role)
        assert refused.value.code == "person_without_role"


def test_assign_staff_to_a_request_is_refused(booking, server, manager, now):
    change(booking, now=now, status=Booking.Status.REQUESTED)

    with pytest.raises(ChecklistError) as refused:
        assign(booking, server, manager, now)

    assert refused.value.code == "not_staffable"


def test_two_servers_share_the_steps_and_take_rounds_in_turn(booking, server, second_server, manager, now):
    assign(booking, server, manager, now)
    assign(booking, second_server, manager, now)
    first = step_of(booking, "U1")
    people = {step.assignee for step in booking.steps.filter(role=SERVICE)}

    tick(first, first.assignee, now=first.due_at)

    assert people == {server, second_server}
    assert {first.assignee, step_of(booking, "U1", 2).assignee} == {server, second_server}


def test_unassign_staff_gives_the_steps_back_to_the_role(booking, server, manager, now):
    assign(booking, server, manager, now)

    assert unassign_staff(booking_id=booking.pk, user_id=server.pk, role=SERVICE, actor=manager, now=now)
    assert not unassign_staff(booking_id=booking.pk, user_id=server.pk, role=SERVICE, actor=manager, now=now)

    assert not booking.steps.filter(assignee=server).exists()
    assert told(server) == ["assigned", "unassigned"]


def test_moved_meeting_carries_its_people_along(booking, server, manager, now):
    assign(booking, server, manager, now)

    change(booking, now=now + MINUTE, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    during = Assignment.objects.get().during
    assert (during.lower, during.upper) == (booking.start_at, booking.end_at)
    assert told(server) == ["assigned", "assignment_moved"]


def test_meeting_in_another_room_tells_its_people(booking, rooms, server, manager, now):
    assign(booking, server, manager, now)

    change(booking, now=now + MINUTE, room=rooms[2])

    assert told(server) == ["assigned", "assignment_moved"]


def test_moved_meeting_that_no_longer_fits_drops_the_person_and_tells(booking, other, server, secretary, manager, now):
    assign(booking, server, manager, now)
    assign(other, server, manager, now)

    change(booking, now=now + MINUTE, start_at=other.start_at, end_at=other.end_at)

    assert list(Assignment.objects.values_list("booking", flat=True)) == [other.pk]
    assert not booking.steps.filter(assignee=server).exists()
    assert [told(user)[-1] for user in (server, secretary, manager)] == ["assignment_dropped"] * 3


def test_extended_meeting_keeps_its_server_and_warns_the_planners(booking, other, server, secretary, manager, now):
    assign(booking, server, manager, now)
    assign(other, server, manager, now)
    start(booking, now=booking.start_at)

    change(booking, now=booking.start_at + HOUR, end_at=other.start_at + 15 * MINUTE)

    assert Assignment.objects.count() == 2
    assert booking.steps.filter(assignee=server, state="open").exists()
    assert [told(user)[-1] for user in (secretary, manager)] == ["assignment_overruns"] * 2


def test_ended_meeting_frees_its_people(booking, server, manager, now):
    assign(booking, server, manager, now)

    end(booking, now=booking.start_at + 30 * MINUTE)

    assert Assignment.objects.get().during.upper == booking.start_at + 30 * MINUTE


def test_cancelled_meeting_releases_and_tells_its_people(booking, server, manager, now):
    assign(booking, server, manager, now)

    change(booking, now=now + MINUTE, status=Booking.Status.CANCELLED)

    assert not Assignment.objects.exists()
    assert told(server) == ["assigned", "assignment_cancelled"]


def test_reopened_meeting_keeps_its_people_for_the_next_approval(booking, server, manager, now):
    assign(booking, server, manager, now)
    change(booking, now=now + MINUTE, status=Booking.Status.REQUESTED)

    change(booking, now=now + MINUTE, status=Booking.Status.APPROVED)

    assert step_of(booking, "P13").assignee == server


def test_assigned_person_keeps_steps_over_planning_again(booking, server, manager, now):
    assign(booking, server, manager, now)

    assert plan_booking(booking_id=booking.pk, now=now) is None
    assert step_of(booking, "P13").assignee == server


def test_suggested_staff_prefers_who_is_on_shift_and_free(booking, other, site, server, second_server, manager, now):
    third, fourth = (factories.make_user(f"staff{number}", SERVICE, site=site) for number in (3, 4))
    for user in (server, second_server, third):
        on_shift(user, now - HOUR, 12)
    on_shift(fourth, booking.start_at, 1)
    assign(other, second_server, manager, now)
    same_hour = approved(room=other.room, applicant=booking.applicant, start=booking.start_at, now=now)
    assign(same_hour, server, manager, now)

    suggestions = suggested_staff(booking=booking, role=SERVICE)

    assert [(each.user.username, each.warnings, each.overlap_minutes) for each in suggestions] == [
        ("staff3", [], 0),
        ("staff2", [], 0),
        ("staff4", ["partly_on_shift"], 0),
        ("staff1", ["serves_elsewhere"], 120),
    ]


def test_suggested_staff_outside_any_shift_comes_with_a_warning(booking, server):
    [only] = suggested_staff(booking=booking, role=SERVICE)

    assert (only.user, only.warnings, only.is_possible, only.is_assigned) == (server, ["off_shift"], True, False)


def test_suggested_staff_asks_the_same_number_of_queries_for_more_people(booking, site, server, query_count):
    one = query_count(lambda: suggested_staff(booking=booking, role=SERVICE))
    for number in (2, 3, 4):
        factories.make_user(f"staff{number}", SERVICE, site=site)

    assert query_count(lambda: suggested_staff(booking=booking, role=SERVICE)) == one
