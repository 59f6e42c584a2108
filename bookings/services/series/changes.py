"""A change of one date carried over to those that follow, or to all of the series."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bookings.errors import BookingError, SeriesTaken
from bookings.models import AgendaItem, Booking, Guest, Series, WaitingPlace
from bookings.policy import bounds_of_rooms
from bookings.recurrence import wall_clock_of
from bookings.services import occupancy
from bookings.services.data import (
    COLUMNS,
    FIELDS,
    BookingData,
    data_of,
    difference,
    is_substantial,
    shifted_agenda,
    with_changes,
    write,
)
from bookings.services.policy import check_policy
from bookings.services.record import booking_verb
from bookings.services.requests import MEASURE, PLACE
from bookings.services.series.record import (
    announce,
    deciders_of_dates,
    lock_bookings,
    lock_series,
    log_all,
    take_steps,
    tell_of_series,
    withdraw_offers,
)
from bookings.services.series.spaces import lock_rooms_of, release_all, take_all, taken_among
from bookings.services.validation import check_data
from bookings.signals import booking_changed, booking_released
from bookings.transitions import Verb, is_allowed
from staff.models import User

Status = Booking.Status
TIMES = ("start_at", "end_at")


class Scope(StrEnum):
    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class SeriesChange:
    """How many dates changed, and of those how many need a new decision."""

    changed: int
    reopened: int


@dataclass(frozen=True)
class Draft:
    """One date of the series as it is and as it is to be."""

    booking: Booking
    new: BookingData
    stored: dict[str, list[Any]]
    # An approval of the old does not cover the new.
    reopens: bool
    # In which respects it goes beyond the policy of its room.
    exceptions: list[str]

    @property
    def moves(self) -> bool:
        return bool(PLACE & self.stored.keys())


@booking_verb
def change_series(
    *,
    booking_id: int,
    scope: Scope,
    changes: Mapping[str, Any],
    actor: User,
    now: datetime,
    keep: Collection[int] = (),
) -> SeriesChange:
    """Carry over what the changes say of one date to those that follow it, or to all; raises `SeriesTaken`.

    Dates that have begun never change. A date that was set apart keeps what sets it apart: its own time, room or
    layout. Bookings in `keep` stay as they are. All dates change or none; only those that move are checked for
    conflicts, with each other as well.
    """
    if unknown := set(changes) - set(FIELDS):
        raise ValueError(f"not fields of a booking: {sorted(unknown)}")
    series = lock_series(Booking.objects.values_list("series_id", flat=True).get(pk=booking_id))
    bookings = lock_bookings(series)
    edited = next(each for each in bookings if each.pk == booking_id)
    targets = [each for each in bookings if each.pk not in keep and _is_meant(each, edited, scope, now)]
    if not targets:
        raise BookingError("no_open_dates")
    drafts = _drafts(edited, targets, changes, now)
    if not drafts:
        return SeriesChange(0, 0)
    rest = [each for each in bookings if each.pk not in {draft.booking.pk for draft in drafts}]
    _move(drafts, rest)
    _write(drafts)
    _log_and_tell(series, drafts, actor, now)
    return SeriesChange(len(drafts), sum(each.reopens for each in drafts))


def _is_meant(booking: Booking, edited: Booking, scope: Scope, now: datetime) -> bool:
    if booking.start_at <= now or booking.status == Status.RUNNING or not is_allowed(booking.status, Verb.CHANGE):
        return False
    if scope == Scope.ONE:
        return booking.pk == edited.pk
    return scope == Scope.ALL or _order(booking) >= _order(edited)


def _order(booking: Booking) -> datetime:
    """By the rule, so that a date that was moved still follows where it belongs."""
    return booking.recurrence_at or booking.start_at


def _drafts(edited: Booking, targets: Sequence[Booking], changes: Mapping[str, Any], now: datetime) -> list[Draft]:
    """What the change means to each date, checked; dates it leaves as they are do not appear."""
    old = data_of(edited)
    new = with_changes(old, changes)
    stored = difference(old, new)
    bounds = bounds_of_rooms([new.room, *(each.room for each in targets)])
    drafts = []
    for each in targets:
        own = data_of(each)
        wanted = with_changes(own, _changes_for(own, old, new, stored))
        if each_stored := difference(own, wanted):
            check_data(wanted, now=now, changed=each_stored)
            reopens = each.status in Booking.HOLDING and is_substantial(own, wanted)
            within = {"old": own, "known": each.exceptions, "bounds": bounds[wanted.room.pk]}
            exceptions = check_policy(wanted, now=now, is_sent=each.status != Status.DRAFT, **within)
            drafts.append(Draft(each, wanted, each_stored, reopens, exceptions))
    return drafts


def _changes_for(own: BookingData, old: BookingData, new: BookingData, stored: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: getattr(new, name) for name in stored if name not in {*TIMES, "agenda", "room", "layout"}}
    for name in {"room", "layout"} & stored.keys():
        if getattr(own, name) == getattr(old, name):
            changes[name] = getattr(new, name)
    start = own.start_at
    if set(TIMES) & stored.keys() and _clock(own) == _clock(old):
        zone = own.room.site.zone
        shift = new.start_at.astimezone(zone).date() - old.start_at.astimezone(zone).date()
        moved = _clock(new).on(own.start_at.astimezone(zone).date() + shift)
        start = moved.start
        changes |= {"start_at": moved.start, "end_at": moved.end}
    if _relative(old) != _relative(new):
        changes["agenda"] = shifted_agenda(new.agenda, start - new.start_at)
    return changes


def _clock(data: BookingData) -> Any:
    return wall_clock_of(data.start_at, data.end_at, data.room.site.zone)


def _relative(data: BookingData) -> Any:
    """The agenda counted from the start: what does not change when a meeting moves."""
    return [(item.title, item.starts_at - data.start_at, item.ends_at - data.start_at) for item in data.agenda]


def _move(drafts: Sequence[Draft], rest: Sequence[Booking]) -> None:
    """Put the new values onto the bookings, and have the occupancy say what they say; raises `SeriesTaken`."""
    reopened = [each for each in drafts if each.reopens]
    for each in drafts:
        write(each.booking, each.new)
        each.booking.version += 1
        each.booking.exceptions = each.exceptions
        if {"room", "layout"} & each.stored.keys():
            occupancy.freeze_minutes(each.booking)
    withdraw_offers([each.booking for each in drafts if MEASURE & each.stored.keys()])
    moving = [each for each in drafts if each.moves]
    bookings = [each.booking for each in moving]
    # The place in line was for the former room and time.
    WaitingPlace.objects.filter(booking__in=bookings, state__in=WaitingPlace.OPEN).update(state=WaitingPlace.State.LEFT)
    spaces = lock_rooms_of(bookings)
    release_all([*bookings, *(each.booking for each in reopened)])
    others = [each for each in rest if each.status in (*Booking.PENDING, *Booking.HOLDING)]
    wanted = [each.booking for each in moving if each.booking.status in (*Booking.PENDING, *Booking.HOLDING)]
    if taken := taken_among(wanted, spaces, others=others):
        raise SeriesTaken([taken[each.pk] for each in wanted if each.pk in taken])
    kept = [each.booking for each in moving if each.booking.status == Status.APPROVED and not each.reopens]
    take_all(kept, spaces)


def _write(drafts: Sequence[Draft]) -> None:
    bookings = [each.booking for each in drafts]
    names = {name for each in drafts for name in each.stored}
    columns = {name for name in names if name in COLUMNS} | {"version", "exceptions"}
    if {"room", "layout"} & names:
        columns |= {"site", "setup_minutes", "teardown_minutes"}
    Booking.objects.bulk_update(bookings, sorted(columns))
    if "guests" in names:
        Guest.objects.filter(booking__in=bookings).delete()
        Guest.objects.bulk_create(
            Guest(booking=each.booking, position=position, **asdict(guest))
            for each in drafts
            for position, guest in enumerate(each.new.guests)
        )
    if "agenda" in names:
        AgendaItem.objects.filter(booking__in=bookings).delete()
        AgendaItem.objects.bulk_create(
            AgendaItem(booking=each.booking, **asdict(item)) for each in drafts for item in each.new.agenda
        )


def _log_and_tell(series: Series, drafts: Sequence[Draft], actor: User, now: datetime) -> None:
    stored = {each.booking.pk: each.stored for each in drafts}
    before = {each.booking.pk: each.booking.status for each in drafts}
    reopened = [each.booking for each in drafts if each.reopens]
    others = [each.booking for each in drafts if not each.reopens]
    columns: dict[str, Any] = {"requested_at": now, "decided_at": None, "decided_by": None}
    entries = take_steps(reopened, Verb.REOPEN, actor=actor, now=now, changes=stored, **columns)
    entries += log_all(others, Verb.CHANGE, actor=actor, now=now, before=before, changes=stored)
    facts: dict[str, Any] = {"actor": actor, "now": now, "changes_of": stored.get}
    announce(booking_released, reopened, **facts)
    announce(booking_changed, others, **facts)
    if reopened:
        people = deciders_of_dates(reopened)
        tell_of_series(people, "series_reopened", series=series, bookings=reopened, entry=entries[0])
    bookings = [each.booking for each in drafts]
    about: dict[str, Any] = {"series": series, "bookings": bookings, "entry": entries[0]}
    tell_of_series([series.applicant], "series_changed", mail=True, actor=str(actor), **about)
