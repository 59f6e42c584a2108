"""Asking for a series: the dates of the rule, each with its room and time, written all together or not at all."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from bookings.errors import Fault, InvalidBooking, SeriesTaken, TakenDate
from bookings.models import AgendaItem, Booking, Guest, Series, SeriesDate
from bookings.recurrence import Occurrence, Rule, WallClock, dates_of, faults_of, rule_text, wall_clock_of
from bookings.selectors.claims import Claim, clashes_among, conflicts_at
from bookings.selectors.remarks import remarks_on
from bookings.selectors.series import is_holiday
from bookings.services import occupancy
from bookings.services.data import BookingData, shifted_agenda, tidied, with_changes, write
from bookings.services.record import booking_verb
from bookings.services.series.record import log_all, secretaries_at, tell_of_series
from bookings.services.validation import FURTHEST, check_data
from bookings.transitions import Verb
from rooms.models import Room, Site
from rooms.selectors import calendar_of
from staff.models import User

Reason = SeriesDate.Reason
PLACE_RULES = ("room", "start_at", "end_at", "layout", "equipment", "agenda")
COUNT_REFS = """
    INSERT INTO bookings_refcounter ("on", last)
    SELECT * FROM unnest(%s::date[], %s::int[])
    ON CONFLICT ("on") DO UPDATE SET last = bookings_refcounter.last + EXCLUDED.last
    RETURNING "on", last
"""


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


@booking_verb
def request_series(
    *,
    data: BookingData,
    rule: Rule,
    actor: User,
    now: datetime,
    left_out: Collection[date] = (),
    instead: Mapping[date, Instead] | None = None,
    leaves_taken: bool = False,
    leaves_holidays: bool = False,
) -> Series:
    """A request for each date of the rule that can be had; raises `InvalidBooking` or `SeriesTaken`.

    A date that is taken must be left out or have another room or time in `instead`; with `leaves_taken` such dates
    are left out by themselves. Dates without a booking are kept with the reason.
    """
    # Read once, however many dates there are.
    prefetch_related_objects([data.room], "layouts", "equipment", "spaces")
    data = tidied(data)
    clock, occurrences = occurrences_of(data, rule, now)
    instead = instead or {}
    _check_choices(occurrences, left_out, instead)
    holidays = _holidays(data.room, occurrences)
    skipped = set(left_out) | (holidays - instead.keys() if leaves_holidays else set())
    planned = [plan_date(data, each, instead.get(each.on), now) for each in occurrences]
    taken = taken_dates([each for each in planned if each.on not in skipped])
    if taken and not leaves_taken:
        raise SeriesTaken([taken[each.on] for each in planned if each.on in taken])
    wanted = [each for each in planned if each.on not in skipped and each.on not in taken]
    if not wanted:
        raise InvalidBooking.of("rule.dates", "no_dates_left")
    reasons = dict.fromkeys(taken, Reason.TAKEN) | _reasons(planned, skipped, holidays)
    refs = next_refs([each.data.start_at.astimezone(clock.zone).date() for each in wanted])
    series = _series_of(clock, rule, ref=refs[0], site=data.room.site, actor=actor, now=now)
    bookings = _write(series, wanted, refs, reasons)
    _log_and_tell(series, bookings, reasons, actor, now)
    return series


def occurrences_of(data: BookingData, rule: Rule, now: datetime) -> tuple[WallClock, list[Occurrence]]:
    """The dates of the rule at the wall clock of the data; raises `InvalidBooking` for the rule and the data alike."""
    zone = data.room.site.zone
    clock = wall_clock_of(data.start_at, data.end_at, zone)
    latest = (now + FURTHEST).astimezone(zone).date()
    faults = list(faults_of(rule, today=now.astimezone(zone).date(), latest=latest))
    errors = {f"rule.{each.name}": [Fault(each.code, each.params)] for each in faults}
    occurrences = [] if faults else [clock.on(on) for on in dates_of(rule, latest)]
    first = moved_to(data, occurrences[0].start, occurrences[0].end) if occurrences else data
    try:
        check_data(first, now=now)
    except InvalidBooking as error:
        errors |= error.errors
    if occurrences and occurrences[-1].start > now + FURTHEST:
        errors.setdefault("rule.until", []).append(Fault("too_far_ahead", {"days": FURTHEST.days}))
    if errors:
        raise InvalidBooking(errors)
    return clock, occurrences


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
    layout = next(each for each in wanted.room.layouts.all() if each.layout == wanted.layout)
    setup, teardown = timedelta(minutes=layout.setup_minutes), timedelta(minutes=layout.teardown_minutes)
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


def _check_choices(
    occurrences: Sequence[Occurrence], left_out: Collection[date], instead: Mapping[date, Instead]
) -> None:
    known = {each.on for each in occurrences}
    for name, dates in (("leave_out", left_out), ("instead", instead)):
        if unknown := sorted(set(dates) - known):
            raise InvalidBooking.of(name, "not_a_series_date", dates=[on.isoformat() for on in unknown])


def _holidays(room: Room, occurrences: Sequence[Occurrence]) -> set[date]:
    calendar = calendar_of(room.site)
    return {each.on for each in occurrences if is_holiday(calendar, each.on)}


def _reasons(planned: Sequence[Planned], skipped: Collection[date], holidays: Collection[date]) -> dict[date, Reason]:
    """Why each skipped date has no booking: what the applicant left out because it is taken reads as taken."""
    taken = taken_dates([each for each in planned if each.on in skipped])
    return {
        on: Reason.TAKEN if on in taken else Reason.HOLIDAY if on in holidays else Reason.LEFT_OUT for on in skipped
    }


def _series_of(clock: WallClock, rule: Rule, *, ref: str, site: Site, actor: User, now: datetime) -> Series:
    return Series.objects.create(
        ref=f"HS{ref.removeprefix('HW')}",
        site=site,
        applicant=actor,
        rule=rule_text(rule, clock),
        picked_dates=sorted(set(rule.dates)),
        starts_on=rule.first,
        start_time=clock.start,
        end_time=clock.end,
        ends_after_days=clock.days,
        time_zone=site.time_zone,
        created_at=now,
    )


def _write(
    series: Series, wanted: Sequence[Planned], refs: Sequence[str], reasons: Mapping[date, Reason]
) -> list[Booking]:
    rows = [_booking(series, each, ref) for each, ref in zip(wanted, refs, strict=True)]
    bookings = Booking.objects.bulk_create(rows)
    _write_lists(bookings, [each.data for each in wanted])
    dates = [SeriesDate(series=series, on=on, reason=reason) for on, reason in reasons.items()]
    dates += [SeriesDate(series=series, on=each.on, booking=row) for each, row in zip(wanted, bookings, strict=True)]
    SeriesDate.objects.bulk_create(dates)
    return bookings


def _booking(series: Series, planned: Planned, ref: str) -> Booking:
    booking = Booking(
        ref=ref,
        applicant=series.applicant,
        status=Booking.Status.REQUESTED,
        requested_at=series.created_at,
        series=series,
        recurrence_at=planned.recurrence_at,
    )
    write(booking, planned.data)
    occupancy.freeze_minutes(booking)
    return booking


def _write_lists(bookings: Sequence[Booking], data: Sequence[BookingData]) -> None:
    Guest.objects.bulk_create(
        Guest(booking=booking, position=position, **asdict(guest))
        for booking, each in zip(bookings, data, strict=True)
        for position, guest in enumerate(each.guests)
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(booking=booking, **asdict(item))
        for booking, each in zip(bookings, data, strict=True)
        for item in each.agenda
    )


def next_refs(days: Sequence[date]) -> list[str]:
    """A reference for each of the days; counters are taken in the order of days, so that two series never deadlock."""
    counts = Counter(days)
    ordered = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_REFS, [ordered, [counts[on] for on in ordered]])
        following = {on: last - counts[on] + 1 for on, last in cursor.fetchall()}
    refs = []
    for on in days:
        refs.append(f"HW-{on:%Y%m%d}-{following[on]:03}")
        following[on] += 1
    return refs


def _log_and_tell(
    series: Series, bookings: Sequence[Booking], reasons: Mapping[date, Reason], actor: User, now: datetime
) -> None:
    remarks = remarks_on(bookings[0])
    changes = {each.pk: {"remarks": remarks} for each in bookings} if remarks else None
    entries = log_all(bookings, Verb.REQUEST, actor=actor, now=now, before={}, changes=changes)
    facts: dict[str, Any] = {"applicant": str(actor), "headcount": bookings[0].headcount, "left_out": len(reasons)}
    people = secretaries_at(series.site)
    tell_of_series(people, "series_requested", series=series, bookings=bookings, entry=entries[0], **facts)
