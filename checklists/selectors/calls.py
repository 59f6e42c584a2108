"""What the page behind the card shows a guest: the room, the time, and how far their calls are; nothing else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bookings.models import Booking
from checklists.models import Step, Wish
from checklists.selectors.wishes import is_served_now

Status = Booking.Status
# The newest calls of a long meeting are enough on a telephone.
CALLS_SHOWN = 6


class Door(StrEnum):
    OPEN = "open"
    EARLY = "early"
    OVER = "over"
    OFF = "off"
    MOVED = "moved"


@dataclass(frozen=True)
class CallShown:
    kind: str
    label: str
    raised_at: datetime
    due_at: datetime
    state: str
    done_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == Step.State.OPEN


def door_of(booking: Booking, room_id: int, now: datetime) -> Door:
    if booking.status in {Status.CANCELLED, Status.DECLINED}:
        return Door.OFF
    if booking.room_id != room_id:
        return Door.MOVED
    if is_served_now(booking, now):
        return Door.OPEN
    is_over = booking.status in {Status.ENDED, Status.CLOSED} or now >= booking.end_at
    return Door.OVER if is_over else Door.EARLY


def calls_shown(booking: Booking) -> list[CallShown]:
    """The newest first; a guest's words are not read back to whoever picks up the card."""
    rows = Wish.objects.filter(step__booking=booking, source=Wish.Source.CARD).select_related("step")
    return [
        CallShown(
            kind=wish.kind,
            label=wish.get_kind_display(),
            raised_at=wish.raised_at,
            due_at=wish.step.due_at,
            state=wish.step.state,
            done_at=wish.step.done_at,
        )
        for wish in rows.order_by("-raised_at", "-pk")[:CALLS_SHOWN]
    ]
