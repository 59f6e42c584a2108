"""Plans follow their bookings, as a difference by key."""

from datetime import timedelta

import pytest

from bookings.models import Booking
from checklists.models import Breach, PlanRevision, Reminder, ServicePlan, Step, StepEvent
from checklists.services.plans import plan_booking, withdraw_plan
from staff.models import Notice
from tests.checklists.meetings import HOUR, MINUTE, approved, change, codes, each, end, start, step_of, tick

START_IN = 5 * HOUR


@pytest.fixture
def booking(room_108, applicant, now):
    """14:00 to 16:00 that day, with tea; approved at 09:00."""
    return approved(room=room_108, applicant=applicant, start=now + START_IN, now=now, tea=True)


def test_plan_booking_approved_makes_the_steps_of_the_standard(booking):
    assert codes(booking) == each("P1 P3 P5 P6 P7 P8 P9 P10 P12 P13 P20 P21 P23 U1 U2 U8 A3 A5 A6 A8 A10 A11")


def test_plan_booking_gives_exact_times(booking, now):
    starts, ends = booking.start_at, booking.end_at

    due = {code: step_of(booking, code).due_at for code in ("P3", "P13", "U1", "U2", "A3")}

    assert due == {
        "P3": starts - 2 * HOUR,
        "P13": starts - 10 * MINUTE,
        "U1": starts + 5 * MINUTE,
        "U2": starts + 30 * MINUTE,
        "A3": ends + 30 * MINUTE,
    }


def test_plan_booking_twice_changes_nothing(booking, now):
    before = list(Step.objects.order_by("pk").values())
    reminders = list(Reminder.objects.order_by("pk").values())

    assert plan_booking(booking_id=booking.pk, now=now + MINUTE) is None

    assert list(Step.objects.order_by("pk").values()) == before
    assert list(Reminder.objects.order_by("pk").values()) == reminders
    assert PlanRevision.objects.count() == 1


def test_plan_booking_moved_retimes_open_steps_and_leaves_ticked_ones(booking, secretary, now):
    tick(step_of(booking, "P3"), secretary, now=now)
    done_due = step_of(booking, "P3").due_at

    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    assert step_of(booking, "P3").due_at == done_due
    assert step_of(booking, "P13").due_at == booking.start_at - 10 * MINUTE
    assert step_of(booking, "A3").due_at == booking.end_at + 30 * MINUTE


def test_plan_booking_moved_records_the_difference(booking, now):
    old_due = step_of(booking, "P13").due_at

    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    revision = PlanRevision.objects.last()
    assert (revision.added, revision.withdrawn, revision.changed) == ([], [], [])
    assert [each for each in revision.moved if each["key"] == "P13:1:"] == [
        {"key": "P13:1:", "from": old_due.isoformat(), "to": (old_due + HOUR).isoformat()}
    ]
    assert {each["key"] for each in revision.moved} == set(booking.steps.values_list("key", flat=True))


def test_plan_booking_service_dropped_withdraws_its_steps_and_adding_it_brings_them_back(booking, now):
    with_tea = codes(booking)
    change(booking, now=now, tea=False)
    assert codes(booking, Step.State.WITHDRAWN) == each("A3 P10 P12 P13 P20 P21 U1")

    change(booking, now=now, tea=True)

    assert codes(booking) == with_tea
    assert Step.objects.filter(booking=booking).count() == len(with_tea)


def test_plan_booking_head_count_changed_changes_quantities_alone(booking, now):
    change(booking, now=now, water=True)
    before = step_of(booking, "P11")

    change(booking, now=now, headcount=12)

    after, revision = step_of(booking, "P11"), PlanRevision.objects.last()
    assert before.details["quantities"] != after.details["quantities"]
    assert after.due_at == before.due_at
    assert (revision.added, revision.moved, revision.withdrawn) == ([], [], [])
    assert [each for each in revision.changed if each["key"] == "P11:1:"] == [
        {"key": "P11:1:", "field": "quantities.reserve", "from": 10, "to": 12},
        {"key": "P11:1:", "field": "quantities.table", "from": 10, "to": 12},
        {"key": "P11:1:", "field": "headcount", "from": 10, "to": 12},
    ]


def test_plan_booking_room_changed_takes_the_steps_along(booking, rooms, now):
    change(booking, now=now, room=rooms[1])

    assert set(booking.steps.values_list("room", flat=True)) == {rooms[1].pk}


def test_plan_booking_cancelled_withdraws_what_is_open_and_keeps_what_was_ticked(booking, secretary, now):
    tick(step_of(booking, "P3"), secretary, now=now)

    change(booking, now=now, status=Booking.Status.CANCELLED)

    assert codes(booking) == []
    assert codes(booking, Step.State.DONE) == ["P3"]
    assert not Reminder.objects.filter(state=Reminder.State.PENDING).exists()


def test_plan_booking_reopened_and_approved_again_revives_the_same_steps(booking, now):
    first = codes(booking)
    change(booking, now=now, status=Booking.Status.REQUESTED)
    assert codes(booking) == []

    change(booking, now=now, status=Booking.Status.APPROVED)

    assert codes(booking) == first


def test_withdraw_plan_twice_says_so_once(booking, now):
    Booking.objects.filter(pk=booking.pk).update(status=Booking.Status.CANCELLED)

    assert withdraw_plan(booking_id=booking.pk, now=now) is not None
    assert withdraw_plan(booking_id=booking.pk, now=now) is None


def test_plan_booking_of_a_request_makes_nothing(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + HOUR, now=now)
    waiting = approved(room=room_108, applicant=applicant, start=now + HOUR, now=now)
    ServicePlan.objects.filter(booking=waiting).delete()
    waiting.steps.all().delete()

    change(waiting, now=now, status=Booking.Status.REQUESTED)

    assert codes(waiting) == []
    assert codes(booking) != []


def test_plan_booking_started_late_counts_rounds_from_the_actual_start(booking, now):
    late = booking.start_at + 10 * MINUTE

    start(booking, now=late)

    assert step_of(booking, "U2").due_at == late + 30 * MINUTE
    assert step_of(booking, "P13").due_at == booking.start_at - 10 * MINUTE


def test_plan_booking_extended_moves_what_follows(booking, now):
    start(booking, now=booking.start_at)

    change(booking, now=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    assert step_of(booking, "A5").due_at == booking.end_at + 30 * MINUTE


def test_plan_booking_running_over_expects_the_end_a_quarter_later(booking, now):
    start(booking, now=booking.start_at)
    booked_end = booking.end_at

    plan_booking(booking_id=booking.pk, now=booked_end + MINUTE)

    assert step_of(booking, "A5").due_at == booked_end + 45 * MINUTE
    assert step_of(booking, "U8").due_at < booked_end


def test_plan_booking_ended_counts_from_the_actual_end_and_misses_what_was_open(booking, server, now):
    start(booking, now=booking.start_at)
    ended_at = booking.start_at + 35 * MINUTE

    end(booking, now=ended_at)

    assert step_of(booking, "A3").due_at == ended_at + 30 * MINUTE
    assert step_of(booking, "P13").state == Step.State.MISSED
    assert step_of(booking, "U1").state == Step.State.MISSED
    assert step_of(booking, "U2").state == Step.State.MISSED
    assert codes(booking) == each("A3 A5 A6 A8 A10 A11")


def test_plan_booking_ended_withdraws_a_round_that_was_not_yet_due(booking, server, now):
    start(booking, now=booking.start_at)
    tick(step_of(booking, "U1"), server, now=booking.start_at + 5 * MINUTE)

    end(booking, now=booking.start_at + 12 * MINUTE)

    assert step_of(booking, "U1", 2).state == Step.State.WITHDRAWN


def test_plan_booking_ended_twice_misses_once(booking, now):
    end(booking, now=booking.end_at)
    events = StepEvent.objects.filter(verb="missed").count()

    plan_booking(booking_id=booking.pk, now=booking.end_at + MINUTE)

    assert events > 0
    assert StepEvent.objects.filter(verb="missed").count() == events


def test_plan_booking_ended_after_close_moves_the_clearing_to_the_next_opening(room_108, applicant, now):
    # 17:00 to 19:00 on Monday; the house closes at 18:00 and opens at 08:30 on Tuesday.
    evening = approved(room=room_108, applicant=applicant, start=now + 8 * HOUR, now=now, tea=True)

    end(evening, now=evening.end_at)

    tuesday = evening.end_at + 13 * HOUR
    assert {code: step_of(evening, code).due_at for code in ("A3", "A5", "A9")} == dict.fromkeys(
        ("A3", "A5", "A9"), tuesday
    )
    assert step_of(evening, "A8").due_at == evening.end_at + 30 * MINUTE


def test_plan_booking_approved_late_tells_each_person_once_instead_of_reminding(
    room_108, applicant, secretary, manager, server, now
):
    late = approved(room=room_108, applicant=applicant, start=now + 15 * MINUTE, now=now, tea=True)

    missed = Reminder.objects.filter(state=Reminder.State.MISSED)
    assert set(missed.values_list("reason", flat=True)) == {"planned_late"}
    assert step_of(late, "P3").state == Step.State.OPEN
    told = Notice.objects.filter(code="plan_late").values_list("recipient__username", flat=True)
    assert sorted(told) == ["manager", "secretary", "staff1"]


def test_plan_booking_previous_meeting_in_the_room_asks_for_moving_the_tables(rooms, applicant, now):
    approved(room=rooms[0], applicant=applicant, start=now + HOUR, minutes=60, now=now, layout="theatre")

    after = approved(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, now=now)
    elsewhere = approved(room=rooms[1], applicant=applicant, start=now + 5 * HOUR, now=now)

    assert step_of(after, "P2").details["previous_layout"] == "theatre"
    assert "P2" not in codes(elsewhere)


def test_plan_booking_keeps_steps_of_the_host_with_the_applicant(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, name_plates=4)

    assert step_of(booking, "P17").assignee == applicant
    assert step_of(booking, "P3").assignee is None


def test_plan_booking_with_guests_makes_one_ash_tray_step_for_each_smoker(room_108, applicant, now):
    room_108.allows_smoking = True
    room_108.save()
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now)
    booking.guests.create(name="王先生", ash_tray="left")
    booking.guests.create(name="李先生", ash_tray="right")
    plan_booking(booking_id=booking.pk, now=now)

    trays = booking.steps.filter(item__code="P14").order_by("subject")
    assert sorted(step.subject for step in trays) == ["李先生", "王先生"]

    # Editing a request writes its guests anew; the steps find theirs by name.
    booking.guests.all().delete()
    booking.guests.create(name="王先生", ash_tray="left")
    plan_booking(booking_id=booking.pk, now=now)

    assert list(booking.steps.filter(item__code="P14", state="open").values_list("subject", flat=True)) == ["王先生"]


def test_plan_booking_closed_is_left_alone(booking, now):
    end(booking, now=booking.end_at)
    change(booking, now=booking.end_at, status=Booking.Status.CLOSED)

    assert plan_booking(booking_id=booking.pk, now=booking.end_at + timedelta(days=1)) is None
    assert Breach.objects.filter(gap_until=None).count() == 0
