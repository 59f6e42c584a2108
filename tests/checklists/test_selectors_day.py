from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.utils import translation

from checklists.models import Assignment, Breach, Step
from checklists.selectors.day import day_overview, initials_of
from checklists.services.days import plan_day
from staff.models import User
from staff.roles import Role
from tests.checklists import meetings
from tests.factories import make_booking

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ON = date(2026, 11, 23)


@pytest.fixture
def start(now):
    """Monday, 12:00 in Shanghai."""
    return now + 3 * HOUR


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(room=room_108, applicant=applicant, start=start, now=now - 72 * HOUR, tea=True)


def overview(user, now, site):
    with translation.override("en"):
        return day_overview(site=site, on=ON, user=user, now=now)


def settle_before(meeting, server, at):
    for step in Step.objects.filter(booking=meeting, item__phase="before", state="open"):
        meetings.tick(step, server, now=at)


def serve(meeting, user, now):
    during = (meeting.start_at, meeting.end_at)
    Assignment.objects.create(booking=meeting, user=user, role=Role.SERVICE_STAFF, during=during, assigned_at=now)


def test_day_overview_quiet_day_is_all_zeros(manager, site, now):
    day = overview(manager, now, site)

    assert (day.meetings, day.ready_on_time, day.ready_due, day.late_now, day.breaches, day.alerts) == (
        0,
        0,
        0,
        0,
        0,
        (),
    )


def test_day_overview_room_ready_by_its_last_step_counts_as_on_time(meeting, manager, server, site, start):
    settle_before(meeting, server, start - 10 * MINUTE)

    day = overview(manager, start - MINUTE, site)

    (lane,) = day.lanes
    assert (day.ready_on_time, day.ready_due, lane.is_ready_late) == (1, 1, False)
    assert (lane.ready_at, lane.ready_due_at) == (start - 10 * MINUTE, start - 10 * MINUTE)


def test_day_overview_room_ready_after_its_last_step_does_not(meeting, manager, server, site, start):
    settle_before(meeting, server, start - 9 * MINUTE)

    day = overview(manager, start - MINUTE, site)

    assert (day.ready_on_time, day.ready_due, day.lanes[0].is_ready_late) == (0, 1, True)


@pytest.mark.parametrize(("minutes", "due", "late"), [(-11, 0, False), (-10, 1, False), (-9, 1, True)])
def test_day_overview_room_not_ready_counts_from_when_it_should_be(minutes, due, late, meeting, manager, site, start):
    day = overview(manager, start + minutes * MINUTE, site)

    assert (day.ready_on_time, day.ready_due, day.lanes[0].is_ready_late) == (0, due, late)


def test_day_overview_room_not_ready_at_its_start_is_due_all_the_same(meeting, manager, site, start):
    day = overview(manager, start, site)

    assert (day.ready_on_time, day.ready_due, day.lanes[0].is_ready) == (0, 1, False)


def test_day_overview_late_steps_are_counted_and_rise_to_the_top(meeting, manager, server, site, start, now):
    serve(meeting, server, now)
    late = Step.objects.filter(booking=meeting, state="open", due_at__lt=start - 5 * MINUTE)

    day = overview(manager, start - 5 * MINUTE, site)

    assert day.late_now == late.count() > 0
    assert {alert.kind for alert in day.alerts} == {"late"}
    assert [alert.since for alert in day.alerts] == sorted(late.values_list("due_at", flat=True))


def test_day_overview_late_daily_steps_count_too(manager, site, room_108, now):
    plan_day(site=site, on=ON, now=now - 4 * HOUR)

    day = overview(manager, now + HOUR, site)

    assert day.daily.total > 0
    assert day.late_now == day.daily.late > 0


def test_day_overview_one_action_for_each_alert(meeting, manager, server, site, start, now):
    serve(meeting, server, now)
    Step.objects.filter(booking=meeting, item__code="P1").update(assignee=manager)

    day = overview(manager, start - 5 * MINUTE, site)

    actions = {alert.title: alert.action for alert in day.alerts}
    assert actions["Set tables and chairs, check water"] == "open"
    assert actions["Boil water and set out cups"] == "take_over"


def test_day_overview_person_to_call_is_who_has_the_step(meeting, manager, server, site, start, now):
    User.objects.filter(pk=server.pk).update(phone="6101")
    serve(meeting, server, now)
    Step.objects.filter(booking=meeting, item__code="P12").update(assignee=server)

    (alert,) = [
        each
        for each in overview(manager, start - 5 * MINUTE, site).alerts
        if each.title == "Boil water and set out cups"
    ]

    assert (alert.person.name, alert.person.phone) == ("Staff1", "6101")


@pytest.mark.parametrize(("hours", "told"), [(4, False), (3, True), (1, True)])
def test_day_overview_meeting_without_people_is_told_in_time(hours, told, meeting, manager, site, start):
    kinds = [alert.kind for alert in overview(manager, start - hours * HOUR, site).alerts]

    assert ("unstaffed" in kinds) is told


def test_day_overview_meeting_not_started_is_told_after_ten_minutes(meeting, manager, site, start):
    kinds = [[alert.kind for alert in overview(manager, start + minutes * MINUTE, site).alerts] for minutes in (9, 10)]

    assert ["not_started" in each for each in kinds] == [False, True]


def test_day_overview_meeting_over_its_end_is_told(meeting, manager, site, start):
    meetings.start(meeting, now=start)

    kinds = [alert.kind for alert in overview(manager, meeting.end_at + MINUTE, site).alerts]

    assert "not_ended" in kinds


def test_day_overview_round_past_its_limit_is_a_breach_and_comes_first(meeting, manager, server, site, start):
    meetings.start(meeting, now=start)
    limit = meetings.step_of(meeting, "U1").limit_at

    day = overview(manager, limit + MINUTE, site)

    assert (day.alerts[0].kind, day.alerts[0].title, day.breaches) == ("breach", "Refill cups", 1)


def test_day_overview_recorded_open_breach_is_counted_once(meeting, manager, site, start):
    meetings.start(meeting, now=start)
    step = meetings.step_of(meeting, "U1")
    Breach.objects.get_or_create(
        booking=meeting,
        item=step.item,
        gap_from=step.due_at - 15 * MINUTE,
        defaults={"limit_at": step.limit_at, "recorded_at": step.limit_at},
    )

    assert overview(manager, step.limit_at + MINUTE, site).breaches == 1


def test_day_overview_marks_of_one_moment_stand_together(meeting, manager, site, start):
    (lane,) = overview(manager, start - 2 * HOUR, site).lanes

    (mark,) = [mark for mark in lane.marks if mark.at == start - HOUR]
    due = Step.objects.filter(booking=meeting, due_at=start - HOUR)
    assert (mark.total, mark.done, mark.state) == (due.count(), 0, "open")


def test_day_overview_mark_shows_the_worst_of_its_steps(meeting, manager, secretary, site, start):
    meetings.tick(meetings.step_of(meeting, "P5"), secretary, now=start - HOUR)

    (lane,) = overview(manager, start - 30 * MINUTE, site).lanes

    (mark,) = [mark for mark in lane.marks if mark.at == start - HOUR]
    assert (mark.state, mark.done) == ("late", 1)


def test_day_overview_progress_stands_by_phase(meeting, manager, server, site, start):
    settle_before(meeting, server, start - 5 * MINUTE)

    (lane,) = overview(manager, start, site).lanes

    assert [(part.phase, part.is_complete) for part in lane.progress] == [
        ("before", True),
        ("during", False),
        ("after", False),
    ]


def test_day_overview_coverage_names_the_half_hours_that_are_short(meeting, manager, server, site, start):
    meetings.on_shift(server, start - HOUR, hours=2)

    short = overview(manager, start, site).short_hours

    assert [each.at for each in short] == [start + HOUR, start + HOUR + 30 * MINUTE]
    assert {(each.people, each.meetings) for each in short} == {(0, 1)}


def test_day_overview_technicians_do_not_serve(meeting, manager, technician, site, start):
    meetings.on_shift(technician, start - HOUR, hours=9)

    assert {each.people for each in overview(manager, start, site).coverage} == {0}


def test_day_overview_statements_do_not_grow_with_meetings(meeting, manager, applicant, site, start, now, query_count):
    overview(manager, start, site)
    one = query_count(lambda: overview(manager, start, site))
    for hours in (4, 7):
        meetings.approved(room=meeting.room, applicant=applicant, start=start + hours * HOUR, now=now, tea=True)

    assert query_count(lambda: overview(manager, start, site)) == one


@pytest.mark.parametrize(
    ("name", "initials"), [("李娟", "李娟"), ("欧阳秀英", "秀英"), ("Jean Dupont", "JD"), ("manager", "M")]
)
def test_initials_of_names_in_both_scripts(name, initials):
    assert initials_of(User(display_name=name)) == initials


def test_day_overview_many_meetings_show_the_page_of_now_and_count_the_whole_day(
    manager, applicant, site, room_108, now
):
    for hour in range(3):
        make_booking(room=room_108, applicant=applicant, start=now + hour * HOUR, minutes=30, status="approved")
    with patch("checklists.selectors.day.LANES_SHOWN", 1), patch("checklists.selectors.meetings.LANES_SHOWN", 1):
        pages = [day_overview(site=site, on=ON, user=manager, now=now + HOUR, page=page) for page in (None, 1, 9)]
    starts = [[lane.start for lane in day.lanes] for day in pages]
    assert starts == [[now + HOUR], [now], [now + 2 * HOUR]]
    assert {(day.meetings, day.pages, day.ready_due) for day in pages} == {(3, 3, 2)}
