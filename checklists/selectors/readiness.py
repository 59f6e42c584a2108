"""Ready or not: whether the room of a meeting stands as it should, as the plan's own columns tell it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bookings.marks import Mark, Readiness, register
from checklists.models import ServicePlan
from rooms.ranges import AmongIds

# Before that nobody asks yet.
SOON = timedelta(hours=1)


def is_ready_late(ready_at: datetime | None, due_at: datetime | None) -> bool:
    """Ready on time means: not later than the last step before the meeting was due."""
    return ready_at is not None and due_at is not None and ready_at > due_at


def readiness_at(ready_at: datetime | None, due_at: datetime | None, now: datetime) -> Readiness | None:
    """None as long as there is nothing to say."""
    if ready_at is not None:
        return Readiness.READY_LATE if is_ready_late(ready_at, due_at) else Readiness.READY
    if due_at is None or due_at > now + SOON:
        return None
    return Readiness.LATE if due_at < now else Readiness.SOON


def readiness_marks(booking_ids: Sequence[int], now: datetime) -> Mapping[int, Mark]:
    """The provider of the board's marks; one statement."""
    plans = ServicePlan.objects.filter(AmongIds("booking_id", booking_ids), ready_due_at__isnull=False)
    marks = {}
    for booking_id, ready_at, due_at in plans.values_list("booking", "ready_at", "ready_due_at"):
        readiness = readiness_at(ready_at, due_at, now)
        if readiness:
            marks[booking_id] = Mark(readiness, due_at, ready_at)
    return marks


register(readiness_marks)
