"""Reminders written many at once: a moved meeting has hundreds, and Django's own way takes three times as long."""

from collections.abc import Sequence

from django.db import connection

from checklists.models import Reminder

INSERT = """
    INSERT INTO checklists_reminder (step_id, recipient_id, kind, due_at, state, reason)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::varchar[], %s::timestamptz[], %s::varchar[], %s::varchar[])
    ON CONFLICT DO NOTHING
"""
CHANGE = """
    UPDATE checklists_reminder SET state = %s, reason = %s WHERE id = ANY (%s::bigint[]) AND state = %s
"""


def insert(reminders: Sequence[Reminder]) -> None:
    """What is there already under its key stays as it is."""
    if not reminders:
        return
    columns = zip(
        *((each.step_id, each.recipient_id, each.kind, each.due_at, each.state, each.reason) for each in reminders),
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
