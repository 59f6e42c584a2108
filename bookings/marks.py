"""What an app above knows of bookings and the board shows at their blocks: whether the room stands ready.

Its source is registered when that app is ready, so that this one imports nothing from above.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

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


class Source(NamedTuple):
    """Two columns of another table, read along with the bookings: a statement of their own would cost as much again."""

    # To the booking that is `b` in the statement.
    join: str
    due_at: str
    ready_at: str
    # From when it was ready, when it should be, and now; none as long as there is nothing to say.
    judge: Callable[[datetime | None, datetime | None, datetime], Readiness | None]

    def mark_at(self, due_at: datetime | None, ready_at: datetime | None, now: datetime) -> Mark | None:
        readiness = self.judge(ready_at, due_at, now)
        return Mark(readiness, due_at, ready_at) if readiness else None


def _never(ready_at: datetime | None, due_at: datetime | None, now: datetime) -> None:
    """Without such an app there is nothing to say."""


NOTHING = Source("", "NULL::timestamptz", "NULL::timestamptz", _never)

_sources: list[Source] = []


def register(source: Source) -> None:
    _sources[:] = [source]


def source() -> Source:
    return _sources[0] if _sources else NOTHING
