"""Every number here was worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bookings.models import Booking
from checklists.models import Assignment, Incident, SpotCheck, SpotCheckPerson
from feedback.figures.measures import IncidentCounts, MeetingCounts, Share, Spot, StepCounts, WishCounts
from feedback.figures.people import loads_of
from feedback.figures.reading import figures_of, incidents_of, meetings_of, spot_of, step_total, steps_by, wishes_of
from tests.factories import make_room, make_site, make_user
from tests.feedback.ticked import (
    MINUTE,
    days,
    make_breach,
    make_meeting,
    make_plan,
    make_step,
    make_wish,
)

TODAY = date(2026, 11, 23)


@pytest.fixture
def seven(now):
    """07:00 in Shanghai, two hours before the present."""
    return now - timedelta(hours=2)


@pytest.fixture
def meeting(room_108, applicant, seven):
    return make_meeting(room_108, applicant, seven)


@pytest.fixture
def scope(site, now):
    return days(site, TODAY, TODAY, now)


@pytest.fixture
def morning(meeting, seven, server):
    """Five steps that fell due and two that do not count."""
    make_step(meeting, "P1", seven, late=-2, by=server)
    make_step(meeting, "P3", seven + 10 * MINUTE, late=10, by=server)
    make_step(meeting, "A1", seven + 20 * MINUTE, late=0, state="skipped", by=server)
    make_step(meeting, "A6", seven + 70 * MINUTE, state="missed")
    make_step(meeting, "A7", seven + 80 * MINUTE, assignee=server)
    make_step(meeting, "P1", seven, state="withdrawn")
    make_step(meeting, "P3", seven + 150 * MINUTE)


def test_steps_total_counts_what_fell_due(morning, scope):
    # In time: the early one and the one skipped at its minute; late by 0, 0 and 10 minutes.
    assert step_total(scope) == StepCounts(
        in_time=Share(2, 5), settled=3, missed=1, clear_up=Share(1, 2), median=0, ninetieth=pytest.approx(8)
    )


def test_steps_by_item_hour_and_room_split_the_same_steps(morning, scope, room_108, site):
    by_item, by_hour = steps_by("item", scope), steps_by("hour", scope)

    assert {code: counts.in_time for code, counts in by_item.items()} == {
        "P1": Share(1, 1),
        "P3": Share(0, 1),
        "A1": Share(1, 1),
        "A6": Share(0, 1),
        "A7": Share(0, 1),
    }
    assert {hour: counts.in_time for hour, counts in by_hour.items()} == {7: Share(2, 3), 8: Share(0, 2)}
    assert {room: counts.due for room, counts in steps_by("room", scope).items()} == {room_108.pk: 5}


def test_steps_narrowed_to_an_item_a_role_or_a_person(morning, scope, meeting, seven, server, cleaner):
    make_step(meeting, "P2", seven, late=3, by=cleaner, role="cleaner")

    assert step_total(replace(scope, item="A6")).in_time == Share(0, 1)
    assert step_total(replace(scope, role="cleaner")).in_time == Share(0, 1)
    assert step_total(replace(scope, person_id=server.pk)).in_time == Share(2, 4)
    assert step_total(replace(scope, person_id=cleaner.pk)).median == 3


def test_steps_of_another_room_or_site_stay_out(morning, scope, site, seven, server, now):
    elsewhere = make_site("HK")
    make_step(elsewhere, "P1", seven, late=0, by=server)
    other = make_room(site, "201")

    assert step_total(replace(scope, room=other)) == StepCounts()
    assert step_total(scope).due == 5
    assert step_total(days(elsewhere, TODAY, TODAY, now)).due == 1


def test_daily_steps_of_the_site_count_without_a_room(site, scope, seven, server):
    make_step(site, "D1", seven, late=1, by=server)

    assert steps_by("room", scope)[None].in_time == Share(0, 1)


def test_days_are_the_sites_around_midnight(site, server, now):
    # 00:00 and 23:59 of Sunday the 22nd in Shanghai, and the minutes beside them.
    midnight = datetime(2026, 11, 21, 16, tzinfo=UTC)
    for minutes in (-1, 0, 24 * 60 - 1, 24 * 60):
        make_step(site, "D1", midnight + minutes * MINUTE, late=0, by=server)

    by_day = steps_by("day", days(site, date(2026, 11, 20), date(2026, 11, 23), now))

    assert {on: counts.due for on, counts in by_day.items()} == {
        date(2026, 11, 21): 1,
        date(2026, 11, 22): 2,
        date(2026, 11, 23): 1,
    }


def test_clock_change_the_long_day_holds_the_hour_twice(server, db):
    berlin = make_site("BE", time_zone="Europe/Berlin")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    # 25 October 2026: 02:30 summer time, 02:30 winter time, 23:30; then 00:00 of the next day.
    for at in ("2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T22:30", "2026-10-25T23:00"):
        make_step(berlin, "D1", datetime.fromisoformat(f"{at}Z"), late=0, by=server)
    scope = days(berlin, date(2026, 10, 25), date(2026, 10, 25), now)

    assert scope.until_at - scope.from_at == timedelta(hours=25)
    assert {hour: counts.due for hour, counts in steps_by("hour", scope).items()} == {2: 2, 23: 1}


def test_leap_day_is_a_day_of_its_own(site, server):
    now = datetime(2028, 3, 1, 4, tzinfo=UTC)
    make_step(site, "D1", datetime(2028, 2, 29, 4, tzinfo=UTC), late=0, by=server)

    assert list(steps_by("day", days(site, date(2028, 2, 1), date(2028, 2, 29), now))) == [date(2028, 2, 29)]


def test_ready_never_ready_counts_as_not(rooms, applicant, seven, scope):
    due = seven - 30 * MINUTE
    for ready in (due, due + MINUTE, None):
        make_plan(make_meeting(rooms[0], applicant, seven), due, ready)
    # Without a step before it there is nothing to be ready with; cancelled and coming ones do not count.
    make_plan(make_meeting(rooms[1], applicant, seven), None, None)
    make_plan(make_meeting(rooms[1], applicant, seven, status=Booking.Status.CANCELLED), due, due)
    make_plan(make_meeting(rooms[1], applicant, seven + timedelta(hours=3), status="approved"), due, due)

    found = meetings_of(scope)

    assert found.total == MeetingCounts(meetings=4, ready=Share(1, 3))
    assert found.by_day == {TODAY: found.total}
    assert {room: counts.ready for room, counts in found.by_room.items()} == {
        rooms[0].pk: Share(1, 3),
        rooms[1].pk: Share(0, 0),
    }


def test_refill_each_round_and_the_end_close_a_gap(room_108, applicant, server, seven, scope):
    ended = make_meeting(room_108, applicant, seven, ended=seven + 60 * MINUTE)
    for minutes in (5, 20, 45):
        make_step(ended, "U1", seven + minutes * MINUTE, late=0, by=server)
    # After the end nobody's cup is empty; a round that was taken back is none.
    make_step(ended, "U1", seven + 58 * MINUTE, late=5, by=server)
    make_step(ended, "U1", seven + 50 * MINUTE, state="withdrawn")
    make_breach(ended, seven + 20 * MINUTE, until=seven + 45 * MINUTE)
    make_breach(ended, seven, until=seven + 40 * MINUTE, code="U3")

    assert meetings_of(scope).total.refill == Share(3, 4)


def test_refill_running_meeting_counts_an_open_gap_once_it_is_too_long(room_108, applicant, server, seven, scope):
    running = make_meeting(room_108, applicant, seven, minutes=180)
    for minutes in (10, 25):
        make_step(running, "U1", seven + minutes * MINUTE, late=0, by=server)
    make_step(running, "U1", seven + 40 * MINUTE)

    assert meetings_of(scope).total.refill == Share(2, 2)

    make_breach(running, seven + 25 * MINUTE)

    assert meetings_of(scope).total.refill == Share(2, 3)


def test_refill_meeting_without_rounds_has_no_gaps(room_108, applicant, seven, scope):
    make_meeting(room_108, applicant, seven, ended=seven + 60 * MINUTE)

    assert meetings_of(scope).total.refill == Share(0, 0)


def test_wishes_refused_and_waiting_ones_are_told_apart(meeting, server, seven, scope, now):
    for took in (1, 3, 8):
        make_wish(meeting, seven, took=took, by=server)
    make_wish(meeting, seven, took=2, state="skipped", by=server)
    make_wish(meeting, seven, by=server)
    make_wish(meeting, now - 2 * MINUTE, by=server)
    make_wish(meeting, seven, state="withdrawn", by=server)

    # Counted: three met, and the one that has waited since seven; 1, 3 and 8 minutes have the median 3.
    assert wishes_of(scope).total == WishCounts(raised=6, met=3, refused=1, within=Share(2, 4), median=3)


def test_spot_checks_average_leaves_empty_scores_out(meeting, manager, server, seven, scope):
    for refill, manner in ((None, 5), (4, 4), (3, 3)):
        step = make_step(meeting, "U8", seven, late=0, by=manager)
        check = SpotCheck.objects.create(
            step=step, booking=meeting, at=seven, by=manager, refill=refill, manner=manner, quietness=5
        )
        SpotCheckPerson.objects.create(spot_check=check, user=server)

    assert spot_of(scope) == Spot(3, 3.5, 4, 5, None)
    assert spot_of(scope).overall == pytest.approx(12.5 / 3)


def test_incidents_serious_and_not_over(site, room_108, manager, seven, scope):
    for gravity, over in ((1, None), (2, seven + MINUTE), (3, None)):
        Incident.objects.create(
            site=site,
            room=room_108 if gravity < 3 else None,
            kind="power",
            gravity=gravity,
            raised_at=seven,
            raised_by=manager,
            over_at=over,
            over_by=manager if over else None,
        )

    assert incidents_of(scope) == IncidentCounts(raised=3, serious=2, open=2)
    assert incidents_of(replace(scope, room=room_108)) == IncidentCounts(raised=2, serious=1, open=1)


def test_loads_steps_meetings_minutes_wishes_and_scores(room_108, applicant, server, manager, seven, scope, site):
    other = make_user("staff2", "service_staff", site=site)
    ended = make_meeting(room_108, applicant, seven, ended=seven + 50 * MINUTE)
    running = make_meeting(room_108, applicant, seven + 60 * MINUTE)
    for booking, user, role in (
        (ended, server, "service_staff"),
        (ended, server, "manager"),
        (running, server, "manager"),
        (running, other, "service_staff"),
    ):
        during = (booking.start_at, booking.end_at)
        Assignment.objects.create(booking=booking, user=user, role=role, during=during, assigned_at=seven)
    make_step(ended, "P1", seven, late=0, by=server, assignee=other)
    make_step(ended, "P3", seven, late=6, by=server)
    make_step(ended, "A5", seven, state="missed", assignee=other)
    make_step(ended, "A6", seven, late=1, state="skipped", by=server)
    make_wish(ended, seven, took=1, by=other)
    check = SpotCheck.objects.create(
        step=make_step(ended, "U8", seven, late=0, by=manager), booking=ended, at=seven, by=manager, manner=4
    )
    SpotCheckPerson.objects.create(spot_check=check, user=server)

    found = {load.name: load for load in loads_of(scope)}

    # 50 minutes once although in two roles, and the running one's hour so far.
    assert (found["Staff1"].meetings, found["Staff1"].minutes) == (2, 110)
    assert (found["Staff1"].in_time, found["Staff1"].missed, found["Staff1"].median) == (Share(1, 2), 0, 3)
    assert (found["Staff1"].spot.checks, found["Staff1"].spot.overall) == (1, 4)
    assert (found["Staff2"].in_time, found["Staff2"].missed, found["Staff2"].wishes) == (Share(1, 1), 1, 1)
    assert (found["Staff2"].meetings, found["Staff2"].minutes) == (1, 60)
    assert [load.name for load in loads_of(replace(scope, person_id=server.pk))] == ["Staff1"]
    assert list(found) == ["Staff1", "Staff2", "Manager"]


def test_statements_do_not_grow_with_rows(room_108, applicant, server, seven, scope, query_count):
    def one_more():
        meeting = make_meeting(room_108, applicant, seven, ended=seven + 50 * MINUTE)
        make_plan(meeting, seven, seven)
        make_step(meeting, "U1", seven, late=0, by=server)
        make_wish(meeting, seven, took=1, by=server)

    before = replace(scope, from_at=scope.from_at - timedelta(days=1), until_at=scope.from_at)
    one_more()
    with_one = query_count(lambda: (figures_of(scope, before), loads_of(scope)))
    one_more()
    one_more()
    with_three = query_count(lambda: (figures_of(scope, before), loads_of(scope)))

    assert with_one == with_three == 16
