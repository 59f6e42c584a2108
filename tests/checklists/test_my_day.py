"""One person's day: what is theirs in the order of time, breaks between, the days ahead, and nothing of others."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from checklists.models import Step
from checklists.selectors.my_day import my_day
from staff.models import Course, CourseRun, Enrolment, Leave, RunSession, Shift, WorkingTimeRules
from staff.roles import Role
from staff.services.notices import notify
from tests import factories
from tests.checklists import meetings
from tests.checklists.pages import signed_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def start(now):
    """Monday, 12:00 in Shanghai."""
    return now + 3 * HOUR


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(room=room_108, applicant=applicant, start=start, now=now - 24 * 3 * HOUR, tea=True)


@pytest.fixture
def served(meeting, server, now):
    meetings.serve(meeting, server, "service_staff", now=now - HOUR)
    return meeting


def shift_of(user, now, begins, ends, **facts):
    during = DateTimeTZRange(now + begins * HOUR, now + ends * HOUR)
    return Shift.objects.create(user=user, site=user.site, during=during, **facts)


def clocks(day):
    return [
        (f"{each.at.astimezone():%H:%M}", each.meeting.ref if each.meeting else "break" if each.pause else "steps")
        for each in day.entries
    ]


def test_a_day_shows_shift_meetings_and_what_was_done(served, server, start, now):
    shift = meetings.on_shift(server, now - HOUR)
    meetings.tick(meetings.step_of(served, "P13"), server, now=start - 10 * MINUTE)

    day = my_day(server, now=start)

    assert day.shifts == (shift,)
    assert [each.meeting.ref for each in day.entries if each.meeting] == [served.ref]
    assert day.done_count == 1
    assert day.open_count == sum(len(each.steps) for each in day.entries)
    assert day.late_count > 0


def test_a_meeting_says_how_many_of_its_steps_are_the_readers_and_which_comes_first(served, server, now):
    entry = next(each for each in my_day(server, now=now).entries if each.meeting)
    own = Step.objects.filter(booking=served, assignee=server, state="open").order_by("due_at")

    assert entry.open_count == len(entry.steps) > 0
    assert entry.first.due_at == own.filter(due_at__gte=now - HOUR).first().due_at


def test_the_day_stands_in_the_order_of_time(served, server, site, now):
    Step.objects.filter(booking=served, item__code="P1").update(assignee=server, due_at=now + HOUR)
    day = my_day(server, now=now)

    assert [each.at for each in day.entries] == sorted(each.at for each in day.entries)


def test_work_of_others_and_spot_checks_are_not_on_it(served, server, secretary, manager, now):
    assert my_day(secretary, now=now).entries == ()
    Step.objects.filter(booking=served, item__code="U8").update(assignee=manager)
    titles = [step.title for each in my_day(manager, now=now).entries for step in each.steps]
    assert not any("抽查" in title for title in titles)


def test_breaks_stand_where_the_server_is_in_no_room(served, server, start, now):
    shift_of(server, now, 0, 8)

    day = my_day(server, now=now)

    pauses = [each.pause for each in day.entries if each.pause]
    assert pauses
    assert all(pause.end <= start or pause.start >= served.end_at or pause.is_missing for pause in pauses)


def test_a_site_without_a_rule_of_breaks_has_none(served, server, site, now):
    shift_of(server, now, 0, 8)
    WorkingTimeRules.objects.create(site=site, break_after_hours=None)

    assert not any(each.pause for each in my_day(server, now=now).entries)


def test_on_call_is_a_shift_without_breaks(server, now):
    shift_of(server, now, 0, 9, is_on_call=True)

    day = my_day(server, now=now)
    assert ([each.kind for each in day.bar], day.entries) == (["call"], ())


def test_the_next_days_show_published_shifts_and_leave(server, manager, now):
    shift = shift_of(server, now, 24, 32)
    shift_of(server, now, 48, 56, is_draft=True)
    during = DateTimeTZRange(now + 72 * HOUR, now + 80 * HOUR)
    Leave.objects.create(
        user=server, during=during, kind="sick", state="granted", asked_by=manager, asked_at=now, decided_by=manager,
        decided_at=now, note="偏头痛",
    )  # fmt: skip

    week = my_day(server, now=now).week

    assert [each.shifts for each in week[:4]] == [(), (shift,), (), ()]
    assert [each.is_away for each in week[:5]] == [False, False, False, True, False]


def test_a_night_shift_is_of_the_day_it_begins_on(server, now):
    shift = shift_of(server, now, 10, 18)

    assert [each.shifts for each in my_day(server, now=now).week[:2]] == [(shift,), ()]
    assert [each.shifts for each in my_day(server, now=now + 15 * HOUR).week[:2]] == [(shift,), ()]


def test_a_break_that_is_over_is_in_the_picture_alone(server, now):
    shift_of(server, now, 0, 8)
    later = now + 4 * HOUR

    day = my_day(server, now=later)

    assert [each.kind for each in day.bar].count("break") == 2
    assert [each.pause.start > later for each in day.entries if each.pause] == [True]


def test_the_picture_spans_shift_and_meetings(served, server, now):
    shift_of(server, now, 0, 8)
    day = my_day(server, now=now)

    assert {each.kind for each in day.bar} == {"shift", "meeting", "break"}
    assert all(each.left >= 0 and each.left + each.width <= 100.001 for each in day.bar)
    assert day.now_left == 0


def test_a_person_without_a_site_has_an_empty_day(db, now):
    assert my_day(factories.make_user("nowhere", Role.SERVICE_STAFF), now=now).entries == ()


def test_statements_do_not_grow_with_the_day(served, server, applicant, room_108, start, now, query_count):
    shift_of(server, now, 0, 8)
    my_day(server, now=now)
    one = query_count(lambda: my_day(server, now=now))
    for hours in (4, 7):
        booking = meetings.approved(
            room=room_108, applicant=applicant, start=start + hours * HOUR, minutes=60, now=now, tea=True
        )
        meetings.serve(booking, server, "service_staff", now=now)
    # Shifts and notices of theirs too.
    shift_of(server, now, 24, 32)

    assert query_count(lambda: my_day(server, now=now)) == one


def test_the_page_says_it_in_words(served, server, now, time_machine):
    time_machine.move_to(now, tick=False)
    shift_of(server, now, 0, 8)
    notify(recipient=server, code="assigned", params={
        "ref": served.ref, "room": "108", "start": now.isoformat(), "end": now.isoformat(), "person": "S",
    }, url="/tablet/", key="k1", now=timezone.now())  # fmt: skip
    server.language = "en"
    server.save()

    page = signed_in(server).get("/tablet/me/").content.decode()

    assert "09:00–17:00" in page
    assert "Break, nothing of yours falls due" in page
    assert "steps of yours" in page
    assert "Messages" in page


def test_the_page_of_a_free_day_says_what_to_do(server, now, time_machine):
    time_machine.move_to(now, tick=False)
    server.language = "en"
    server.save()

    page = signed_in(server).get("/tablet/me/").content.decode()

    assert "No shift today." in page
    assert "Nothing is assigned to you today." in page


def test_a_training_session_stands_in_the_day_and_is_no_time_for_a_break(server, site, manager, now):
    shift_of(server, now, 0, 5)
    course = Course.objects.create(name_zh_hans="新员工")
    run = CourseRun.objects.create(course=course, site=site, trainer=manager, made_by=manager, made_at=now)
    Enrolment.objects.create(run=run, user=server, added_by=manager, added_at=now)
    session = RunSession.objects.create(
        run=run, name_zh_hans="会场布置", starts_at=now + 2 * HOUR, ends_at=now + 3.5 * HOUR
    )

    day = my_day(server, now=now)

    assert [each.lesson for each in day.entries if each.lesson] == [session]
    (pause,) = [each.pause for each in day.entries if each.pause]
    assert pause.end <= session.starts_at or pause.start >= session.ends_at
    assert [each.lesson for each in my_day(manager, now=now).entries if each.lesson] == [session]
    assert not any(each.lesson for each in my_day(server, now=now + 24 * HOUR).entries)
