"""Spot checks: scored once, kept for those on duty, unknown to them before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from checklists.errors import ChecklistError, InvalidTick
from checklists.models import Assignment, SpotCheck, Step
from checklists.selectors.spot_checks import people_on_duty, refill_gaps
from checklists.services.spot_checks import record_spot_check
from staff.models import Notice
from staff.notice_texts import render_notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, end, start, step_of, tick

GOOD = {"refill": 4, "manner": 5, "quietness": 4, "dress": 3}


@pytest.fixture
def begins(now):
    return now + 5 * HOUR


@pytest.fixture
def booking(room_108, applicant, now, begins):
    booking = approved(room=room_108, applicant=applicant, start=begins, now=now, tea=True)
    start(booking, now=begins)
    return booking


@pytest.fixture
def planned(booking):
    return step_of(booking, "U8")


def serve(booking, user):
    during = DateTimeTZRange(booking.start_at, booking.end_at)
    Assignment.objects.create(
        booking=booking, user=user, role="service_staff", during=during, assigned_at=booking.start_at
    )


def record(booking, actor, now, **fields) -> SpotCheck:
    given = {"op": uuid4(), "scores": GOOD, "lapses": [], "text": ""}
    return record_spot_check(booking_id=booking.pk, actor=actor, now=now, **(given | fields))


def refused(call) -> str:
    with pytest.raises(ChecklistError) as caught:
        call()
    return caught.value.code


def test_record_settles_the_planned_step_and_is_of_those_on_duty(booking, planned, manager, server):
    serve(booking, server)

    check = record(booking, manager, planned.due_at, lapses=["badge"], text=" brisk ")

    planned.refresh_from_db()
    assert (planned.state, planned.done_by, planned.result) == ("done", manager, {"value": 4.0, "unit": "points"})
    assert (check.step, check.by, check.at, check.text) == (planned, manager, planned.due_at, "brisk")
    assert (check.refill, check.manner, check.quietness, check.dress, check.lapses) == (4, 5, 4, 3, ["badge"])
    assert list(check.people.all()) == [server]


def test_record_same_op_is_one_check(booking, planned, manager):
    op = uuid4()

    checks = [record(booking, manager, planned.due_at + number * MINUTE, op=op) for number in range(2)]

    assert checks[0] == checks[1]
    assert (SpotCheck.objects.count(), Step.objects.filter(booking=booking, item__code="U8").count()) == (1, 1)


def test_record_op_of_somebody_else_is_refused(booking, planned, manager, administrator):
    op = uuid4()
    record(booking, manager, planned.due_at, op=op)

    assert refused(lambda: record(booking, administrator, planned.due_at, op=op)) == "op_used"


def test_record_op_of_a_tick_is_refused(booking, planned, manager):
    op = uuid4()
    tick(step_of(booking, "P23"), manager, now=planned.due_at, op=op)

    assert refused(lambda: record(booking, manager, planned.due_at, op=op)) == "op_used"


def test_record_before_its_moment_is_an_extra_check(booking, planned, manager):
    check = record(booking, manager, planned.due_at - MINUTE)

    planned.refresh_from_db()
    assert (planned.state, check.step.is_on_demand, check.step.state) == ("open", True, "done")


def test_record_again_is_an_extra_check(booking, planned, manager):
    record(booking, manager, planned.due_at)

    second = record(booking, manager, planned.due_at + MINUTE)

    assert second.step != planned
    assert SpotCheck.objects.count() == 2


def test_record_a_moment_after_the_end_makes_good_what_was_missed(booking, planned, manager):
    over_at = booking.end_at
    end(booking, now=over_at)
    planned.refresh_from_db()
    assert planned.state == "missed"

    check = record(booking, manager, over_at + 5 * MINUTE)

    planned.refresh_from_db()
    assert (check.step, planned.state) == (planned, "done")


def test_record_long_after_the_end_is_refused(booking, manager):
    end(booking, now=booking.end_at)
    booking.refresh_from_db()

    assert refused(lambda: record(booking, manager, booking.end_at + 31 * MINUTE)) == "meeting_not_running"


def test_record_before_the_meeting_is_refused(room_108, applicant, manager, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 48 * HOUR, now=now)

    assert refused(lambda: record(booking, manager, now)) == "meeting_not_running"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"scores": {}}, {"scores": ["score_needed"]}),
        ({"scores": dict.fromkeys(GOOD)}, {"scores": ["score_needed"]}),
        ({"scores": {"manner": 0}}, {"manner": ["score_out_of_range"]}),
        ({"scores": {"manner": 6}}, {"manner": ["score_out_of_range"]}),
        ({"scores": {"manner": 3, "speed": 3}}, {"speed": ["unknown"]}),
        ({"lapses": ["badge", "socks"]}, {"lapses": ["unknown_choice"]}),
        ({"text": "x" * 501}, {"text": ["too_long"]}),
    ],
)
def test_record_that_is_wrong_names_the_field_and_writes_nothing(fields, errors, booking, planned, manager):
    with pytest.raises(InvalidTick) as caught:
        record(booking, manager, planned.due_at, **fields)

    planned.refresh_from_db()
    assert (caught.value.errors, planned.state, SpotCheck.objects.count()) == (errors, "open", 0)


def test_record_tells_those_on_duty_without_the_scores(booking, planned, manager, server, site):
    serve(booking, server)

    record(booking, manager, planned.due_at, scores={"manner": 1}, text="rude", lapses=["smile"])

    notice = Notice.objects.get(recipient=server, code="spot_checked")
    title, body = render_notice(notice, "en", site.zone)
    assert (title, notice.url) == ("Spot check in room 108", "/me/record/")
    assert body.startswith(f"Meeting {booking.ref}, checked ")
    assert {"score", "manner", "rude", "lapses"} & set(notice.params) == set()


def test_people_on_duty_are_assigned_or_were_seen_within_the_hour(booking, server, technician, site, begins):
    seen, gone = (factories.make_user(f"staff{number}", "service_staff", site=site) for number in (2, 3))
    serve(booking, server)
    tick(step_of(booking, "P12"), gone, now=begins)
    tick(step_of(booking, "P13"), seen, now=begins + 20 * MINUTE)

    assert people_on_duty(booking, begins + 70 * MINUTE) == [server, seen]


def test_manager_who_ticked_there_does_not_score_himself(booking, planned, manager):
    tick(step_of(booking, "P13"), manager, now=planned.due_at - MINUTE)

    check = record(booking, manager, planned.due_at)

    assert check.people.count() == 0


def test_undo_of_a_scored_check_is_kept_beside_it(booking, planned, manager):
    record(booking, manager, planned.due_at)

    outcome = tick(planned, manager, now=planned.due_at + MINUTE, wanted="open")

    planned.refresh_from_db()
    assert (outcome.verdict, planned.state) == ("added", "done")


def test_refill_gaps_run_from_pouring_to_now(booking, server, begins):
    tick(step_of(booking, "P13"), server, now=begins)
    for number, minutes in ((1, 15), (2, 40)):
        tick(step_of(booking, "U1", number), server, now=begins + minutes * MINUTE)

    gaps = refill_gaps(booking, begins + 50 * MINUTE)

    assert [(gap.minutes, gap.is_over, gap.is_open) for gap in gaps] == [
        (15, False, False),
        (25, True, False),
        (10, False, True),
    ]


def test_refill_gaps_end_with_the_meeting(booking, server, begins):
    tick(step_of(booking, "P13"), server, now=begins)
    end(booking, now=begins + 10 * MINUTE)
    booking.refresh_from_db()

    assert [(gap.minutes, gap.is_open) for gap in refill_gaps(booking, begins + HOUR)] == [(10, False)]


def test_refill_gaps_without_tea_are_none(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now, now=now)
    start(booking, now=now)

    assert refill_gaps(booking, now + HOUR) == []


def test_gaps_are_kept_as_they_were_then(booking, server, planned, manager, begins):
    tick(step_of(booking, "P13"), server, now=begins)

    check = record(booking, manager, begins + 7 * MINUTE)

    assert check.gaps == [timedelta(minutes=7).total_seconds()]


def test_meeting_of_an_hour_has_no_check_and_a_longer_one_has_one(room_108, applicant, now):
    for minutes, count in ((60, 0), (61, 1)):
        booking = approved(
            room=room_108, applicant=applicant, start=now + timedelta(days=minutes), minutes=minutes, now=now
        )
        assert booking.steps.filter(item__code="U8").count() == count
