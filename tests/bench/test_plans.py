"""Compiling plans, moving a meeting and sending reminders, against the least that the same result takes."""

import copy
import time
from dataclasses import replace
from datetime import timedelta
from itertools import count, islice, product

import pytest
from django.db import connection

from bookings.models import Booking
from checklists.models import Reminder, Step
from checklists.planner import compile_plan
from checklists.services import assign_staff, dispatch_due, plan_booking
from checklists.services.standards import load_shipped
from checklists.standards import shipped_standard
from staff.models import Notice
from staff.roles import Role
from tests.bench.conftest import median_ms
from tests.checklists.meetings import on_shift
from tests.checklists.sample_meetings import HQ, everything
from tests.factories import make_booking, make_user

MEETINGS, REMINDERS, PEOPLE = 1000, 1000, 100
COMPILE_AIM_SECONDS, MOVE_AIM_MS = 5.0, 100.0
# The rows that moving a meeting changes, without asking which or why.
BARE_MOVE = (
    (
        "UPDATE checklists_step SET due_at = due_at + interval '15 min', opens_at = opens_at + interval '15 min' "
        "WHERE booking_id = %(booking)s"
    ),
    (
        "UPDATE checklists_reminder r SET state = 'withdrawn' FROM checklists_step s "
        "WHERE s.id = r.step_id AND s.booking_id = %(booking)s AND r.state = 'pending'"
    ),
    (
        "INSERT INTO checklists_reminder (step_id, recipient_id, kind, due_at, state, reason) "
        "SELECT r.step_id, r.recipient_id, r.kind, r.due_at + %(after)s * interval '1 year', 'pending', '' "
        "FROM checklists_reminder r JOIN checklists_step s ON s.id = r.step_id WHERE r.id = ANY(%(rows)s)"
    ),
)


def test_a_thousand_plans_compiled(compare, report):
    """Of the whole standard, each a meeting of its own that asks for all there is."""
    standard, first = shipped_standard(), everything()
    meetings = [
        replace(first, seed=f"HW-{number}", start_at=first.start_at + day, end_at=first.end_at + day)
        for number in range(MEETINGS)
        for day in [timedelta(days=number % 250)]
    ]
    steps = compile_plan(standard, first, HQ)
    assert len({step.item for step in steps}) > 30

    def compiled():
        return [compile_plan(standard, each, HQ) for each in meetings]

    begun = time.perf_counter()
    plans = compiled()
    seconds = round(time.perf_counter() - begun, 2)
    report(
        {"meetings": MEETINGS, "steps": sum(map(len, plans)), "seconds": seconds}
        | {"aim_seconds": COMPILE_AIM_SECONDS, "aim_reached": seconds <= COMPILE_AIM_SECONDS}
    )
    compare(compiled, lambda: [[copy.copy(step) for step in steps] for _ in range(MEETINGS)])


@pytest.fixture(autouse=True)
def standard(db, now):
    """The houses of other files leave an emptied database behind."""
    return load_shipped(now=now)


@pytest.fixture
def staffed(site, room_108, applicant, now):
    """A meeting two days ahead that asks for much, with its server named and a house full of people on shift."""
    booking = make_booking(
        room=room_108,
        applicant=applicant,
        start=now + timedelta(days=2),
        status=Booking.Status.APPROVED,
        **dict.fromkeys(("tea", "coffee", "water", "fruit", "flowers", "stationery", "materials", "sign_in"), True),
        equipment=["projector"],
        microphones=2,
        name_plates=12,
    )
    roles = (Role.SERVICE_STAFF, Role.CLEANER, Role.TECHNICIAN, Role.SECRETARY, Role.MANAGER)
    people = [make_user(f"{role}{number}", role, site=site) for role in roles for number in range(6)]
    for user in people:
        on_shift(user, now, 72)
    assign_staff(booking_id=booking.pk, user_id=people[0].pk, role=Role.SERVICE_STAFF, actor=None, now=now)
    plan_booking(booking_id=booking.pk, now=now)
    return booking


def test_a_moved_meeting_planned_again(staffed, now, report):
    """With all its writes: steps, reminders, the difference, and who is asked to acknowledge it."""
    pk = staffed.pk
    times = (staffed.start_at + timedelta(minutes=15 * number) for number in count(1))

    def move():
        start = next(times)
        Booking.objects.filter(pk=pk).update(start_at=start, end_at=start + timedelta(hours=2))
        assert plan_booking(booking_id=pk, now=now) is not None

    moved_ms = median_ms(move)
    begun = time.process_time()
    move()
    own_ms = (time.process_time() - begun) * 1000
    waiting = Reminder.objects.filter(step__booking=pk, state=Reminder.State.PENDING)
    values, after = {"booking": pk, "rows": list(waiting.values_list("pk", flat=True))}, count(1)
    steps = Step.objects.filter(booking=pk, state=Step.State.OPEN).count()

    def bare():
        with connection.cursor() as cursor:
            for statement in BARE_MOVE:
                cursor.execute(statement, values | {"after": next(after)})

    floor_ms = median_ms(bare)
    report(
        {
            "steps": steps,
            "reminders": len(values["rows"]),
            "moved_ms": round(moved_ms, 1),
            "of_the_process": round(own_ms),
        }
        | {"floor_ms": round(floor_ms, 1), "ratio": round(moved_ms / floor_ms, 1)}
        | {"aim_ms": MOVE_AIM_MS, "aim_reached": moved_ms <= MOVE_AIM_MS}
    )


def test_a_thousand_reminders_due_at_once(site, room_108, applicant, now, compare):
    booking = make_booking(room=room_108, applicant=applicant, start=now + timedelta(hours=3), status="approved")
    plan_booking(booking_id=booking.pk, now=now)
    steps = list(Step.objects.filter(booking=booking, state=Step.State.OPEN).exclude(item__phase="after"))
    people = [make_user(f"server{number}", Role.SERVICE_STAFF, site=site) for number in range(PEOPLE)]

    def due() -> list[Reminder]:
        Reminder.objects.all().delete()
        Notice.objects.all().delete()
        pairs = islice(product(people, steps), REMINDERS)
        rows = [Reminder(step=step, recipient=who, kind=Reminder.Kind.DUE, due_at=now) for who, step in pairs]
        return Reminder.objects.bulk_create(rows)

    def sent() -> None:
        due()
        while dispatch_due(now=now).is_full:
            pass

    sent()
    assert Reminder.objects.filter(state=Reminder.State.SENT).count() == REMINDERS
    compare(sent, due)
