"""What an app above knows of bookings and the board shows at their blocks: whether the room stands ready.

The providers are registered when their apps are ready, so that this app imports nothing from above.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from rooms.dates import format_clock


class Readiness(StrEnum):
    READY = "ready"
    # Ready, but only after the time it should have been.
    READY_LATE = "ready_late"
    LATE = "late"
    # It should be ready within the hour.
    SOON = "soon"


class Mark(NamedTuple):
    readiness: Readiness
    due_at: datetime | None
    ready_at: datetime | None = None


WORDS = {
    Readiness.READY: _("ready %(ready)s, should be by %(due)s"),
    Readiness.READY_LATE: _("ready only at %(ready)s, should have been by %(due)s"),
    Readiness.LATE: _("not ready yet, should have been by %(due)s"),
    Readiness.SOON: _("not ready yet, should be by %(due)s"),
}


def mark_in_words(mark: Mark, zone: ZoneInfo, on: date) -> str:
    """The date stands only with a moment of another day than the one shown."""
    moments = {"ready": mark.ready_at, "due": mark.due_at}
    return str(WORDS[mark.readiness]) % {name: format_clock(at, zone, on) if at else "" for name, at in moments.items()}


Provider = Callable[[Sequence[int], datetime], Mapping[int, Mark]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called with the ids of all bookings of a page at once and the moment; one statement at most is its share."""
    if provider not in _providers:
        _providers.append(provider)


def marks_for(bookings: Iterable[Booking], now: datetime) -> dict[int, Mark]:
    """By the booking's id; those of which there is nothing to say are left out."""
    return marks_of([booking.pk for booking in bookings if booking.status in Booking.HOLDING], now)


def marks_of(booking_ids: Sequence[int], now: datetime) -> dict[int, Mark]:
    """The same for ids of meetings that are still to be held or run."""
    found: dict[int, Mark] = {}
    if booking_ids:
        for provider in _providers:
            found |= provider(booking_ids, now)
    return found
