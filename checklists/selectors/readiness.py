"""Ready or not: whether the room of a meeting stands as it should, as the plan's own columns tell it."""

from datetime import datetime, timedelta

from bookings.marks import Readiness, Source, register

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


register(
    Source(
        join="LEFT JOIN checklists_serviceplan p ON p.booking_id = b.id AND p.ready_due_at IS NOT NULL",
        due_at="p.ready_due_at",
        ready_at="p.ready_at",
        judge=readiness_at,
    )
)
