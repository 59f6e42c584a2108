"""Columns of many steps in one statement: every kind of column keeps what the object holds, and no other changes."""

import pytest

from checklists.models import Step
from checklists.services.writing import write_columns
from tests.checklists.meetings import HOUR, approved

COLUMNS = ("opens_at", "due_at", "limit_at", "details", "role", "helpers", "subject", "round", "room", "escalated_at")


@pytest.fixture
def steps(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    return list(booking.steps.order_by("pk"))


def test_write_columns_keeps_what_the_objects_hold(steps, rooms, now, query_count):
    odd = {"note": "引号'\"%s 100%", "list": [1, None, {"a": True}]}
    for number, step in enumerate(steps):
        step.opens_at, step.due_at = now + number * HOUR, now + (number + 1) * HOUR
        step.limit_at = None if number % 2 else now + (number + 2) * HOUR
        step.details, step.role, step.subject, step.round = odd | {"n": number}, "cleaner", f"x{number}", number + 3
        step.helpers, step.room, step.escalated_at = ["manager"] * (number % 3), rooms[1], None
        step.note = "not among the columns"

    statements = query_count(lambda: write_columns(steps, COLUMNS))

    written = list(Step.objects.filter(pk__in=[step.pk for step in steps]).order_by("pk"))
    assert [[getattr(row, name) for name in COLUMNS] for row in written] == [
        [getattr(step, name) for name in COLUMNS] for step in steps
    ]
    assert {row.note for row in written} == {""}
    assert statements == 1


def test_write_columns_of_nothing_asks_nothing(steps, query_count):
    assert query_count(lambda: write_columns([], COLUMNS)) == 0
    assert query_count(lambda: write_columns(steps, [])) == 0
