from datetime import timedelta

import pytest
from django.utils import translation

from bookings.models import Booking
from checklists.models import Step
from checklists.selectors.cards import Lateness, lateness
from checklists.selectors.tablet import meeting_steps, rooms_today, steps_for
from staff.roles import Role
from tests import factories
from tests.checklists import meetings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def start(now):
    """Monday, 12:00 in Shanghai."""
    return now + 3 * HOUR


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(room=room_108, applicant=applicant, start=start, now=now - 24 * 3 * HOUR, tea=True)


def codes(groups):
    return [[card.code for card in group.cards] for group in groups]


def test_steps_for_far_from_their_time_are_next(meeting, server, now):
    day = steps_for(server, now=now)

    assert codes(day.now) == []
    assert ["P13"] in codes(day.next)


def test_steps_for_unassigned_steps_are_for_their_role(meeting, server, technician, secretary, start):
    now = start - HOUR - MINUTE

    assert codes(steps_for(technician, now=now).now) == []
    assert codes(steps_for(secretary, now=now).now) == [["P5", "P6", "P7", "P8", "P9"]]


def test_steps_for_assigned_steps_are_for_that_person(meeting, server, site, start):
    other = factories.make_user("staff2", Role.SERVICE_STAFF, site=site)
    Step.objects.filter(booking=meeting, role=Role.SERVICE_STAFF).update(assignee=server)

    assert codes(steps_for(server, now=start - 5 * MINUTE).late) != []
    assert codes(steps_for(other, now=start - 5 * MINUTE).late) == []


def test_steps_for_past_their_time_are_late_with_how_late(meeting, secretary, start):
    day = steps_for(secretary, now=start - 20 * MINUTE)

    inspection = day.late[-1]
    assert (inspection.is_folded, inspection.title, inspection.late) == (True, "会场检查", Lateness(40, "min"))


def test_steps_for_late_ones_stand_in_order_of_their_time(meeting, secretary, start):
    due = [group.first.due_at for group in steps_for(secretary, now=start).late]

    assert due == sorted(due)
    assert len(due) > 1


def test_steps_for_round_between_due_and_limit_is_now_not_late(meeting, server, start):
    meetings.start(meeting, now=start)
    due = meetings.step_of(meeting, "U1").due_at

    day = steps_for(server, now=due + MINUTE)

    assert ["U1"] in codes(day.now)
    assert ["U1"] not in codes(day.late)


def test_steps_for_round_past_its_limit_is_late(meeting, server, start):
    meetings.start(meeting, now=start)
    limit = meetings.step_of(meeting, "U1").limit_at

    assert ["U1"] in codes(steps_for(server, now=limit + MINUTE).late)


def test_steps_for_second_round_tells_the_last_one(meeting, server, start):
    meetings.start(meeting, now=start)
    meetings.tick(meetings.step_of(meeting, "U1"), server, now=start + 6 * MINUTE)

    day = steps_for(server, now=start + 7 * MINUTE)

    (card,) = [group.first for group in (*day.now, *day.next) if group.first.code == "U1"]
    assert (card.round.number, card.round.last_by, card.round.from_at, card.due_at) == (
        2,
        "Staff1",
        start + 6 * MINUTE,
        start + 21 * MINUTE,
    )


def test_steps_for_late_evening_shows_what_is_due_soon_after_midnight(room_108, applicant, server, now):
    begins, midnight = now + timedelta(hours=14, minutes=57), now + 15 * HOUR
    night = meetings.approved(room=room_108, applicant=applicant, start=begins, now=now - 72 * HOUR, tea=True)
    meetings.start(night, now=begins)
    refill, floor = meetings.step_of(night, "U1"), meetings.step_of(night, "A5")

    day = steps_for(server, now=begins + MINUTE)
    shown = {card.id: card.due_at for group in (*day.now, *day.next) for card in group.cards}

    assert shown[refill.pk] == refill.due_at == midnight + 2 * MINUTE
    assert (floor.role, floor.due_at) == (refill.role, midnight + 8 * HOUR)
    assert floor.pk not in shown


def test_steps_for_ticked_one_stays_in_place_for_a_moment(meeting, server, start):
    now = start - 8 * MINUTE
    step = meetings.step_of(meeting, "P13")
    meetings.tick(step, server, now=now)

    soon, later = steps_for(server, now=now + timedelta(seconds=5)), steps_for(server, now=now + MINUTE)

    assert ["P13"] in codes(soon.late)
    assert "P13" not in [card.code for card in soon.done]
    assert ["P13"] not in codes(later.late)
    assert [card.code for card in later.done] == ["P13"]


def test_steps_for_ticked_ones_of_a_group_stay_in_it(meeting, secretary, start):
    now = start - HOUR
    meetings.tick(meetings.step_of(meeting, "P5"), secretary, now=now)

    (group,) = [group for group in steps_for(secretary, now=now + 5 * MINUTE).late if group.is_folded]

    assert (group.done_count, len(group.cards)) == (1, 5)


def test_steps_for_open_since_another_day_are_kept_apart(meeting, server, start):
    meetings.start(meeting, now=start)
    meetings.end(meeting, now=start + HOUR)

    day = steps_for(server, now=start + 24 * HOUR)

    assert codes(day.late) == []
    assert sorted(code for group in codes(day.earlier) for code in group) == ["A3", "A5", "A6"]


def test_steps_for_other_site_sees_nothing(meeting, stranger, start):
    assert steps_for(stranger, now=start).is_clear


def test_steps_for_person_without_a_site_sees_nothing(meeting, db, start):
    nobody = factories.make_user("rover", Role.SERVICE_STAFF)

    assert steps_for(nobody, now=start).is_clear


def test_steps_for_private_topic_is_masked_on_the_floor(meeting, server, secretary, start):
    Booking.objects.filter(pk=meeting.pk).update(is_private=True)

    with translation.override("en"):
        topics = [steps_for(user, now=start).late[0].first.topic for user in (server, secretary)]

    assert topics == ["Reserved", "季度会"]


def test_steps_for_statements_do_not_grow_with_meetings(meeting, server, applicant, start, now, query_count):
    Step.objects.update(assignee=server)
    steps_for(server, now=start)
    one = query_count(lambda: steps_for(server, now=start))
    for minutes in (180, 300):
        later = start + minutes * MINUTE
        meetings.approved(room=meeting.room, applicant=applicant, start=later, minutes=60, now=now, tea=True)
    Step.objects.update(assignee=server)

    assert query_count(lambda: steps_for(server, now=start)) == one


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, (0, "min")), (119, (119, "min")), (120, (2, "h")), (2879, (47, "h")), (2880, (2, "d"))],
)
def test_lateness_is_said_in_a_unit_people_use(minutes, said):
    late = lateness(minutes)

    assert (late.count, late.unit) == said


def test_rooms_today_running_meeting_stands_first(meeting, applicant, server, start, now):
    early = factories.make_booking(
        room=meeting.room, applicant=applicant, start=now - HOUR, minutes=30, status=Booking.Status.ENDED
    )
    meetings.start(meeting, now=start)

    assert [each.ref for each in rooms_today(server, now=start)] == [meeting.ref, early.ref]


def test_rooms_today_counts_open_and_late_steps(meeting, server, start):
    (row,) = rooms_today(server, now=start - HOUR + MINUTE)

    late = Step.objects.filter(booking=meeting, state="open", due_at__lt=start - HOUR + MINUTE).count()
    opened = Step.objects.filter(booking=meeting, state="open", opens_at__lte=start - HOUR + MINUTE).count()
    assert (row.late_count, row.open_count) == (late, opened)
    assert late > 0


def test_meeting_steps_stand_by_phase_with_their_progress(meeting, server, start):
    meetings.tick(meetings.step_of(meeting, "P13"), server, now=start - 10 * MINUTE)

    phases = meeting_steps(meeting, user=server, now=start)

    assert [(part.phase, part.done) for part in phases] == [("before", 1), ("during", 0), ("after", 0)]
    assert not phases[0].is_over


def test_rooms_today_running_meeting_shows_its_round_and_what_comes_next(meeting, server, start, now):
    meetings.tick(meetings.step_of(meeting, "P13"), server, now=start - 10 * MINUTE)
    meetings.start(meeting, now=start)

    (row,) = rooms_today(server, now=start + MINUTE)

    assert (row.ring.code, row.ring.due_at) == ("U1", start + 5 * MINUTE)
    assert "rhythm" not in meeting.steps.get(pk=row.next.id).details
    assert row.next.due_at == min(
        meeting.steps.filter(state="open", round__lte=1)
        .exclude(details__has_key="rhythm")
        .exclude(item__code="U8")
        .values_list("due_at", flat=True)
    )


def test_rooms_today_before_it_runs_has_no_ring(meeting, server, start):
    (row,) = rooms_today(server, now=start - HOUR)

    assert row.ring is None
    assert row.next.code != "U8"


def test_rooms_today_statements_do_not_grow_with_meetings(meeting, rooms, server, applicant, start, now, query_count):
    meetings.start(meeting, now=start)
    rooms_today(server, now=start)
    one = query_count(lambda: rooms_today(server, now=start))
    for room in rooms[1:]:
        more = meetings.approved(room=room, applicant=applicant, start=start, now=now, tea=True)
        meetings.start(more, now=start)

    assert query_count(lambda: rooms_today(server, now=start)) == one


def together(user, booking, now):
    cards = [
        card for part in meeting_steps(booking, user=user, now=now) for group in part.groups for card in group.cards
    ]
    return {card.code: card.together for card in cards if card.together}


def test_plain_ticks_of_one_phase_go_together_where_the_standard_says_so(meeting, server, now):
    found = together(server, meeting, now)

    assert {"P1", "P10", "P12"} <= set(found)
    assert {"P13", "U1", "U2", "A2"}.isdisjoint(found)
    assert found["P1"] == found["P12"] != found.get("A3")


def test_steps_of_a_colleague_another_role_or_settled_do_not_go_together(meeting, server, technician, manager, now):
    other = factories.make_user("staff2", Role.SERVICE_STAFF, site=meeting.site)
    meetings.tick(meetings.step_of(meeting, "P1"), server, now=now)
    Step.objects.filter(booking=meeting, item__code="P12").update(assignee=other)

    assert {"P1", "P12"}.isdisjoint(together(server, meeting, now))
    assert together(technician, meeting, now) == {}
    # A manager who may tick them does not vouch for them all in one tap.
    assert together(manager, meeting, now) == {}


@pytest.fixture
def guest(meeting):
    found = meeting.guests.create(name="王总", seat="1", ash_tray="left", tea="strong")
    meetings.change(meeting, now=meeting.start_at - 10 * HOUR)
    return found


def habits_of(user, booking, now):
    cards = [
        card for part in meeting_steps(booking, user=user, now=now) for group in part.groups for card in group.cards
    ]
    return [card.code for card in cards if card.shown.get("guests")]


def test_habits_are_for_those_who_serve(meeting, guest, server, cleaner, technician, secretary, now):
    assert "P13" in habits_of(server, meeting, now)
    assert "P13" in habits_of(secretary, meeting, now)
    assert habits_of(cleaner, meeting, now) == []

    other = factories.make_user("staff2", Role.SERVICE_STAFF, site=meeting.site)
    meetings.serve(meeting, other, "service_staff", now=now)

    assert habits_of(server, meeting, now) == []
    assert "P13" in habits_of(other, meeting, now)
    # Who has the step serves the guest, named for the meeting or not.
    Step.objects.filter(booking=meeting, item__code="P13").update(assignee=server)
    assert habits_of(server, meeting, now) == ["P13"]
