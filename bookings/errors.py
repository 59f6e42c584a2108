"""Refusals of the bookings services, by code; their wording stands in `bookings/messages.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bookings.alternatives import Cost, Kind
from rooms.models import EquipmentPool, Room

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field: a code of `BOOKING_MESSAGES` and the facts its wording needs."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Alternative:
    """A room and time that are free instead, and at what cost; `shift_minutes` is how far the start moves."""

    room: Room
    start: datetime
    end: datetime
    shift_minutes: int = 0
    kind: str = Kind.OTHER_ROOM.value
    cost: Cost = field(default_factory=Cost)

    @property
    def is_less(self) -> bool:
        """Whether it can only be had with fewer people or less equipment."""
        return self.kind == Kind.LESS


@dataclass(frozen=True)
class Wanted:
    """What was asked for when a room turned out to be taken."""

    room: Room
    start: datetime
    end: datetime
    headcount: int
    layout: str
    equipment: tuple[str, ...] = ()
    microphones: int = 0
    exclude_booking: int | None = None


class BookingError(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class RoomTaken(BookingError):  # noqa: N818 - the names say what happened
    """Somebody has the room: when, without saying who, and what is free instead."""

    def __init__(self, conflicts: list[Span], wanted: Wanted | None = None) -> None:
        super().__init__("room_taken")
        self.conflicts = conflicts
        self.wanted = wanted
        self.alternatives: list[Alternative] = []


class EquipmentTaken(BookingError):  # noqa: N818 - the same
    """Others have all of some shared equipment then; `dates` are those of a series that cannot have it."""

    def __init__(self, pools: Sequence[EquipmentPool | str], dates: Sequence[date] = ()) -> None:
        facts = {"dates": list(dates)} if dates else {}
        super().__init__("equipment_taken_on" if dates else "equipment_taken", names=list(pools), **facts)
        self.codes = [pool if isinstance(pool, str) else pool.code for pool in pools]
        self.dates = list(dates)


@dataclass(frozen=True)
class TakenDate:
    """A date of a series that cannot be had: when the room is taken; no span where the series clashes with itself."""

    start: datetime
    end: datetime
    room: Room
    conflicts: tuple[Span, ...] = ()
    booking_id: int | None = None


class SeriesTaken(BookingError):  # noqa: N818 - the same
    """Some dates of a series are taken; nothing was written."""

    def __init__(self, dates: list[TakenDate]) -> None:
        super().__init__("series_taken", count=len(dates))
        self.dates = dates


class StateConflict(BookingError):  # noqa: N818 - the same
    """The booking is no longer in the state the action needs."""

    def __init__(self, status: str) -> None:
        super().__init__("wrong_state", status=status)
        self.status = status


class NeedsNewDecision(BookingError):  # noqa: N818 - the same
    """The change would give an approval back, and whoever makes it has not agreed to that yet."""

    def __init__(self) -> None:
        super().__init__("needs_new_decision")


class InvalidBooking(BookingError):  # noqa: N818 - the same
    def __init__(self, errors: Mapping[str, list[Fault]]) -> None:
        super().__init__("invalid")
        self.errors = dict(errors)

    @classmethod
    def of(cls, name: str, code: str, **params: Any) -> "InvalidBooking":
        return cls({name: [Fault(code, params)]})
