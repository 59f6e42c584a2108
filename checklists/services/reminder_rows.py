"""Reminders read and written many at once: a moved meeting has hundreds, and Django takes three times as long."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from checklists.models import Reminder, Step
from staff.models import User

STANDING = """
    SELECT id, state, step_id, recipient_id, kind, due_at FROM checklists_reminder
    WHERE step_id = ANY (%s::bigint[]) AND (state <> %s OR due_at = ANY (%s::timestamptz[])) ORDER BY id
"""
INSERT = """
    INSERT INTO checklists_reminder (step_id, recipient_id, kind, due_at, state, reason)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::varchar[], %s::timestamptz[], %s::varchar[], %s::varchar[])
    ON CONFLICT DO NOTHING
"""
CHANGE = """
    UPDATE checklists_reminder SET state = %s, reason = %s WHERE id = ANY (%s::bigint[]) AND state = %s
"""


@dataclass(slots=True)
class NewReminder:
    """A row to be written."""

    step: Step
    recipient: User
    kind: str
    due_at: datetime
    state: str = Reminder.State.PENDING
    reason: str = ""


def standing(steps: Iterable[Step], times: Collection[datetime]) -> list[tuple[Any, ...]]:
    """The rows of the steps, oldest first: id, state, step, recipient, kind, due time.

    Withdrawn ones at the `times` alone: those of earlier moves of a meeting can never stand again.
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [[step.pk for step in steps], str(Reminder.State.WITHDRAWN), list(times)])
        return cursor.fetchall()


def insert(reminders: Sequence[NewReminder]) -> None:
    """What is there already under its key stays as it is."""
    if not reminders:
        return
    columns = zip(
        *(
            (each.step.pk, each.recipient.pk, str(each.kind), each.due_at, str(each.state), each.reason)
            for each in reminders
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [list(column) for column in columns])


def change_state(pks: Sequence[int], *, before: str, after: str, reason: str) -> None:
    """Those alone that still stand as they were read."""
    if not pks:
        return
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [str(after), reason, list(pks), str(before)])
