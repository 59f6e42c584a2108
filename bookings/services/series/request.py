"""Asking for a series: the dates of the rule, each with its room and time, written all together or not at all."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from bookings.errors import InvalidBooking, SeriesTaken
from bookings.models import AgendaItem, Booking, Guest, Series, SeriesDate
from bookings.recurrence import Occurrence, Rule, WallClock, rule_text
from bookings.selectors.remarks import remarks_on
from bookings.services import occupancy
from bookings.services.data import BookingData, tidied, write
from bookings.services.policy import check_policy_of_dates
from bookings.services.record import booking_verb
from bookings.services.series.drafts import use_up
from bookings.services.series.planning import (
    Instead,
    Planned,
    holidays_among,
    occurrences_of,
    plan_date,
    taken_dates,
)
from bookings.services.series.record import deciders_of_dates, log_all, tell_of_series
from bookings.services.series.rules import approve_by_rule, line_up_all
from bookings.transitions import Verb
from rooms.models import Site
from rooms.rows import insert_alike
from staff.models import User

Reason = SeriesDate.Reason
COUNT_REFS = """
    INSERT INTO bookings_refcounter ("on", last)
    SELECT * FROM unnest(%s::date[], %s::int[])
    ON CONFLICT ("on") DO UPDATE SET last = bookings_refcounter.last + EXCLUDED.last
    RETURNING "on", last
"""


@booking_verb
def request_series(
    *,
    data: BookingData,
    rule: Rule,
    actor: User,
    now: datetime,
    left_out: Collection[date] = (),
    instead: Mapping[date, Instead] | None = None,
    waiting: Collection[date] = (),
    leaves_taken: bool = False,
    waits_taken: bool = False,
    leaves_holidays: bool = False,
    draft_id: int | None = None,
) -> Series:
    """A request for each date of the rule that can be had; raises `InvalidBooking` or `SeriesTaken`.

    A date that is taken must be left out, have another room or time in `instead`, or be among those `waiting`, which
    line up for their slot; with `leaves_taken` such dates are left out by themselves, with `waits_taken` they all wait.
    Dates without a booking are kept with the reason. Those that fit a rule of the site are approved at once.
    The draft it was made from is gone with it.
    """
    use_up(draft_id, actor)
    # Read once, however many dates there are.
    prefetch_related_objects([data.room], "layouts", "equipment", "spaces")
    data = tidied(data)
    clock, occurrences = occurrences_of(data, rule, now)
    instead = instead or {}
    _check_choices(occurrences, {"leave_out": left_out, "instead": instead, "wait": waiting})
    holidays = holidays_among(data.room.site, occurrences)
    skipped = set(left_out) | (holidays - instead.keys() if leaves_holidays else set())
    planned = [plan_date(data, each, instead.get(each.on), now) for each in occurrences]
    asked = [each for each in planned if each.on not in skipped]
    taken = taken_dates(asked)
    # A date that runs into another one of the series would wait for its own series.
    in_line = {on for on, each in taken.items() if each.conflicts and (waits_taken or on in waiting)}
    lost = taken.keys() - in_line
    if lost and not leaves_taken:
        raise SeriesTaken([taken[each.on] for each in asked if each.on in lost])
    wanted = [each for each in asked if each.on not in lost]
    if not wanted:
        raise InvalidBooking.of("rule.dates", "no_dates_left")
    exceptions = check_policy_of_dates([each.data for each in wanted], now=now)
    reasons = dict.fromkeys(lost, Reason.TAKEN) | _reasons(planned, skipped, holidays)
    refs = next_refs([each.data.start_at.astimezone(clock.zone).date() for each in wanted])
    series = _series_of(clock, rule, ref=refs[0], site=data.room.site, actor=actor, now=now)
    rows = [_booking(series, each, ref, codes) for each, ref, codes in zip(wanted, refs, exceptions, strict=True)]
    bookings = _write(series, wanted, rows, reasons)
    waits = [row for each, row in zip(wanted, bookings, strict=True) if each.on in in_line]
    _follow_up(series, bookings, waits, left_out=len(reasons), now=now)
    return series


def _check_choices(occurrences: Sequence[Occurrence], chosen: Mapping[str, Collection[date]]) -> None:
    known = {each.on for each in occurrences}
    for name, dates in chosen.items():
        if unknown := sorted(set(dates) - known):
            raise InvalidBooking.of(name, "not_a_series_date", dates=[on.isoformat() for on in unknown])


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
    series: Series, wanted: Sequence[Planned], rows: Sequence[Booking], reasons: Mapping[date, Reason]
) -> list[Booking]:
    bookings = insert_alike(rows)
    _write_lists(bookings, [each.data for each in wanted])
    dates = [SeriesDate(series=series, on=on, reason=reason) for on, reason in reasons.items()]
    dates += [SeriesDate(series=series, on=each.on, booking=row) for each, row in zip(wanted, bookings, strict=True)]
    SeriesDate.objects.bulk_create(dates)
    return bookings


def _booking(series: Series, planned: Planned, ref: str, exceptions: list[str]) -> Booking:
    booking = Booking(
        ref=ref,
        applicant=series.applicant,
        status=Booking.Status.REQUESTED,
        requested_at=series.created_at,
        series=series,
        recurrence_at=planned.recurrence_at,
        exceptions=exceptions,
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


def _follow_up(
    series: Series, bookings: Sequence[Booking], waits: Sequence[Booking], *, left_out: int, now: datetime
) -> None:
    """Logged, lined up or approved by rule; what is left is told to those who decide."""
    actor, remarks = series.applicant, remarks_on(bookings[0])
    changes = {each.pk: {"remarks": remarks} for each in bookings} if remarks else None
    entries = log_all(bookings, Verb.REQUEST, actor=actor, now=now, before={}, changes=changes)
    line_up_all(waits, actor=actor, now=now)
    given = {each.pk for each in approve_by_rule(series, bookings, in_line={each.pk for each in waits}, now=now)}
    if rest := [each for each in bookings if each.pk not in given]:
        facts: dict[str, Any] = {"applicant": str(actor), "headcount": rest[0].headcount, "left_out": left_out}
        people = deciders_of_dates(rest)
        tell_of_series(people, "series_requested", series=series, bookings=rest, entry=entries[0], **facts)
