"""What a room's door says: free, in use or soon, until when, and what follows today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from bookings.models import Booking, Occupancy
from bookings.selectors.titles import is_public, public_title
from rooms.models import Room
from rooms.selectors import day_bounds, site_today

# From then on the door speaks of the meeting that comes, and takes its check-in.
SOON = timedelta(minutes=15)
EXTENSIONS = (timedelta(minutes=15), timedelta(minutes=30))
SHOWN = ("ref", "site", "room", "status", "title", "is_private", "secrecy", "host_department", "start_at", "end_at")
COLUMNS = (*SHOWN, "applicant", "teardown_minutes")


class DoorState(StrEnum):
    FREE = "free"
    SOON = "soon"
    # Tables are set up or cleared: nobody meets, and nobody may come in.
    PREPARED = "prepared"
    USED = "used"
    CLOSED = "closed"


@dataclass(frozen=True)
class DoorMeeting:
    """A meeting as passers-by may know it; the host goes unnamed where the topic does."""

    booking: Booking

    @property
    def title(self) -> str:
        return public_title(self.booking)

    @property
    def host(self) -> str:
        return self.booking.host_department if is_public(self.booking) else ""

    @property
    def is_running(self) -> bool:
        return self.booking.status == Booking.Status.RUNNING


@dataclass(frozen=True)
class DoorDay:
    room: Room
    now: datetime
    state: DoorState
    # Until when the state lasts; none where nothing more comes today.
    until: datetime | None
    current: DoorMeeting | None
    following: tuple[DoorMeeting, ...]
    # Later ends of the current meeting with nothing in their way.
    extensions: tuple[datetime, ...]

    @property
    def to_check_in(self) -> DoorMeeting | None:
        """The meeting whose people may say now that they are here."""
        if self.current:
            return None if self.current.is_running else self.current
        first = self.following[0] if self.following else None
        return first if first and first.booking.start_at - SOON <= self.now else None

    @property
    def is_overrun(self) -> bool:
        return bool(self.current and self.current.is_running and self.current.booking.end_at <= self.now)


@dataclass(frozen=True)
class Taken:
    start: datetime
    end: datetime
    booking_id: int | None
    is_closure: bool


def door_day(*, room: Room, now: datetime) -> DoorDay:
    """In three statements, whatever the day holds. A hall's meetings stand at the doors of its parts as well."""
    _midnight, until = day_bounds(room.site, site_today(room.site, now))
    spaces = list(room.spaces.values_list("pk", flat=True))
    taken = _taken(spaces, now, until)
    meetings = _meetings(room, spaces, taken)
    current = _current(meetings, now)
    following = [each for each in meetings if each is not current and each.start_at > now]
    state, lasts_until = _state(current, following, taken, now)
    return DoorDay(
        room=room,
        now=now,
        state=state,
        until=lasts_until,
        current=DoorMeeting(current) if current else None,
        following=tuple(DoorMeeting(each) for each in following),
        extensions=_extensions(current, taken, now),
    )


def _taken(spaces: list[int], now: datetime, until: datetime) -> list[Taken]:
    rows = Occupancy.objects.filter(space_id__in=spaces, during__overlap=(now, until)).order_by("during")
    columns = rows.values_list("during", "booking_id", "closure_id").distinct()
    return [Taken(span.lower, span.upper, booking, closure is not None) for span, booking, closure in columns]


def _meetings(room: Room, spaces: list[int], taken: Iterable[Taken]) -> list[Booking]:
    """Those of the taken stretches, and one that runs on although its time is over."""
    running = Q(status=Booking.Status.RUNNING, room__spaces__in=spaces)
    wanted = Q(pk__in={each.booking_id for each in taken} - {None}, status__in=Booking.HOLDING) | running
    rows = Booking.objects.filter(wanted).select_related("room", "site").distinct().order_by("start_at", "pk")
    return list(rows.only(*COLUMNS, "room__code", "site__time_zone"))


def _current(meetings: Iterable[Booking], now: datetime) -> Booking | None:
    running = [each for each in meetings if each.status == Booking.Status.RUNNING]
    due = [each for each in meetings if each.start_at <= now < each.end_at]
    return next(iter([*reversed(running), *due]), None)


def _state(
    current: Booking | None, following: list[Booking], taken: list[Taken], now: datetime
) -> tuple[DoorState, datetime | None]:
    if current:
        return DoorState.USED, current.end_at
    held = next((each for each in taken if each.start <= now < each.end), None)
    if held and held.is_closure:
        return DoorState.CLOSED, held.end
    if following and following[0].start_at - SOON <= now:
        return DoorState.SOON, following[0].start_at
    if held:
        return DoorState.PREPARED, next((each.start_at for each in following if each.pk == held.booking_id), held.end)
    return DoorState.FREE, min((each.start for each in taken), default=None)


def _extensions(current: Booking | None, taken: Iterable[Taken], now: datetime) -> tuple[datetime, ...]:
    if current is None or current.status != Booking.Status.RUNNING:
        return ()
    others = [each.start for each in taken if each.booking_id != current.pk and each.end > now]
    limit = min(others, default=None)
    ends = [_after(current.end_at, now) + more for more in EXTENSIONS]
    clearing = timedelta(minutes=current.teardown_minutes)
    return tuple(end for end in ends if limit is None or end + clearing <= limit)


def _after(end: datetime, now: datetime) -> datetime:
    """The booked end, or where that is past the last full quarter of an hour: its extensions lie ahead."""
    if end > now:
        return end
    return now - timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
