"""Compiling plans and sending reminders, against the least that the same result takes."""

import copy
from datetime import timedelta
from itertools import islice, product

from checklists.models import Reminder, Step
from checklists.planner import Facts, compile_plan
from checklists.services import dispatch_due, plan_booking
from checklists.standards import shipped_standard
from rooms.selectors import calendar_of
from staff.models import Notice
from staff.roles import Role
from tests.factories import make_booking, make_user

MEETINGS, REMINDERS, PEOPLE = 1000, 1000, 100


def test_a_thousand_plans_compiled(site, now, compare):
    standard, calendar = shipped_standard(), calendar_of(site)
    facts = Facts(
        start_at=now + timedelta(days=1),
        end_at=now + timedelta(days=1, hours=2),
        headcount=24,
        room_code="108",
        kind="exchange",
        layout="u_shape",
        standing_layout="board_room",
        has_movable_tables=True,
        tea=True,
        water=True,
        equipment=("projector",),
        seed="HW-20261124-001",
    )
    steps = compile_plan(standard, facts, calendar)
    assert len(steps) > 20

    compare(
        lambda: [compile_plan(standard, facts, calendar) for _ in range(MEETINGS)],
        lambda: [[copy.copy(step) for step in steps] for _ in range(MEETINGS)],
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
