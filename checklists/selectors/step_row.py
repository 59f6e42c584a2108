"""One step with all that a tick has to know of it, in a statement that is written out.

Hundreds may be asked for one after the other when a tablet is back on line; putting the same statement together
each time took a third of what a tick costs.
"""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from bookings.models import Booking
from checklists.models import ServiceStandard, StandardItem, Step
from rooms.models import Room
from rooms.rows import columns_of, instance_of, width_of

STATEMENT = """
    SELECT {columns}, st.id, st.site_id, st.state, st.number, st.published_at
    FROM checklists_step s
    JOIN checklists_standarditem i ON i.id = s.item_id
    JOIN checklists_servicestandard st ON st.id = i.standard_id
    LEFT JOIN bookings_booking b ON b.id = s.booking_id
    LEFT JOIN rooms_room r ON r.id = s.room_id
    WHERE s.id = %s
"""
PARTS: tuple[tuple[type[Model], str], ...] = ((Step, "s"), (StandardItem, "i"), (Booking, "b"), (Room, "r"))
# Of the standard without its document, which is large and read once for each version.
OF_STANDARD = ["id", "site_id", "state", "number", "published_at"]


def load_step(step_id: int) -> Step:
    """With its item and standard, booking and room; raises `Step.DoesNotExist`."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [step_id])
        row = cursor.fetchone()
    if row is None:
        raise Step.DoesNotExist
    parts: list[Any] = []
    begins = 0
    for model, _alias in PARTS:
        values = row[begins : begins + width_of(model)]
        parts.append(instance_of(model, values) if values[0] is not None else None)
        begins += width_of(model)
    step: Step = parts[0]
    step.item, step.booking, step.room = parts[1:]
    step.item.standard = ServiceStandard.from_db(connection.alias, OF_STANDARD, row[begins:])
    return step


@cache
def _statement() -> str:
    return STATEMENT.format(columns=", ".join(columns_of(model, alias) for model, alias in PARTS))


def rounds_of(step: Step, among: QuerySet[Step] | None = None) -> QuerySet[Step]:
    """All of a repeating step, the settled ones included."""
    rows = Step.objects.all() if among is None else among
    return rows.filter(booking=step.booking_id, item=step.item_id, subject=step.subject)
