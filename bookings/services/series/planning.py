"""The dates of a rule as they would be asked for: each with its room and time, and whether it is taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.errors import Fault, InvalidBooking, TakenDate
from bookings.recurrence import Occurrence, Rule, WallClock, dates_of, faults_of, wall_clock_of
from bookings.selectors.claims import Claim, clashes_among, conflicts_at
from bookings.selectors.series import is_holiday
from bookings.services.data import BookingData, shifted_agenda, with_changes
from bookings.services.validation import FURTHEST, check_data
from rooms.models import Room, Site
from rooms.selectors import calendar_of

PLACE_RULES = ("room", "start_at", "end_at", "layout", "equipment", "agenda")


@dataclass(frozen=True)
class Instead:
    """Another room or time for one date."""

    room: Room
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Planned:
    """One date as it is to be asked for."""

    on: date
    recurrence_at: datetime
    data: BookingData
    setup: timedelta
    teardown: timedelta

    @property
    def claim(self) -> Claim:
        spaces = tuple(space.pk for space in self.data.room.spaces.all())
        return Claim(self.on, spaces, self.data.start_at - self.setup, self.data.end_at + self.teardown)


def occurrences_of(data: BookingData, rule: Rule, now: datetime) -> tuple[WallClock, list[Occurrence]]:
    """The dates of the rule at the wall clock of the data; raises `InvalidBooking` for the rule and the data alike."""
    zone = data.room.site.zone
    clock = wall_clock_of(data.start_at, data.end_at, zone)
    errors, occurrences = dates_by(rule, clock, zone, now)
    first = moved_to(data, occurrences[0].start, occurrences[0].end) if occurrences else data
    try:
        check_data(first, now=now)
    except InvalidBooking as error:
        errors |= error.errors
    if errors:
        raise InvalidBooking(errors)
    return clock, occurrences


def dates_by(
    rule: Rule, clock: WallClock, zone: ZoneInfo, now: datetime
) -> tuple[dict[str, list[Fault]], list[Occurrence]]:
    """What is wrong with the rule, by field, and its dates; none where it is not a rule at all."""
    today, latest = (moment.astimezone(zone).date() for moment in (now, now + FURTHEST))
    faults = faults_of(rule, today=today, latest=latest)
    errors = {f"rule.{each.name}": [Fault(each.code, each.params)] for each in faults}
    occurrences = [] if errors else [clock.on(on) for on in dates_of(rule, latest)]
    if occurrences and occurrences[-1].start > now + FURTHEST:
        errors["rule.until"] = [Fault("too_far_ahead", {"days": FURTHEST.days})]
    return errors, occurrences


def holidays_among(site: Site, occurrences: Iterable[Occurrence]) -> set[date]:
    calendar = calendar_of(site)
    return {each.on for each in occurrences if is_holiday(calendar, each.on)}


def moved_to(data: BookingData, start: datetime, end: datetime) -> BookingData:
    """The same meeting on another date, its agenda along with it."""
    return replace(data, start_at=start, end_at=end, agenda=shifted_agenda(data.agenda, start - data.start_at))


def plan_date(data: BookingData, occurrence: Occurrence, instead: Instead | None, now: datetime) -> Planned:
    if instead is None:
        wanted = moved_to(data, occurrence.start, occurrence.end)
    else:
        place = {"room": instead.room, "start_at": instead.start, "end_at": instead.end}
        wanted = with_changes(data, place)
        _check_instead(wanted, now)
    setup, teardown = (timedelta(minutes=number) for number in wanted.room.minutes_by_layout[wanted.layout])
    return Planned(occurrence.on, occurrence.start, wanted, setup, teardown)


def taken_dates(planned: Sequence[Planned]) -> dict[date, TakenDate]:
    """The dates that others have, or that run into another date of the same series."""
    claims = [each.claim for each in planned]
    conflicts = conflicts_at(claims)
    clashes = clashes_among(claim for claim in claims if claim.key not in conflicts)
    return {
        each.on: TakenDate(each.data.start_at, each.data.end_at, each.data.room, tuple(conflicts.get(each.on, ())))
        for each in planned
        if each.on in conflicts or each.on in clashes
    }


def _check_instead(data: BookingData, now: datetime) -> None:
    try:
        check_data(data, now=now, changed=PLACE_RULES)
    except InvalidBooking as error:
        raise InvalidBooking({"instead": [fault for faults in error.errors.values() for fault in faults]}) from error
