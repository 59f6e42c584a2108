"""Dates of a new series that a rule of their site approves at once, and those that line up for a taken slot."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bookings.models import Booking, Series, WaitingPlace
from bookings.selectors.claims import claim_of, rivals_by_claim
from bookings.services.policy import rule_fitting, rules_at
from bookings.services.series.record import announce, log_all, take_steps, tell_of_series
from bookings.services.series.spaces import lock_rooms_of, take_all, taken_among
from bookings.services.sharing import lacking
from bookings.signals import booking_approved
from bookings.transitions import Verb
from staff.models import User


def line_up_all(bookings: Sequence[Booking], *, actor: User, now: datetime) -> None:
    """A place in the waiting list for each; they are new, or locked by the caller."""
    if bookings:
        WaitingPlace.objects.bulk_create(WaitingPlace(booking=each, since_at=now) for each in bookings)
        log_all(bookings, Verb.WAIT, actor=actor, now=now, before={each.pk: each.status for each in bookings})


def approve_by_rule(
    series: Series, bookings: Sequence[Booking], *, in_line: Collection[int], now: datetime
) -> list[Booking]:
    """Those approved: what a single request would be refused this for is left to a person, date by date."""
    rules = rules_at(series.site_id)
    open_dates = [each for each in bookings if not each.exceptions and each.pk not in in_line]
    fitting = {each.pk: rule for each in open_dates if (rule := rule_fitting(each, rules))}
    if not fitting:
        return []
    wanted = [each for each in open_dates if each.pk in fitting]
    spaces = lock_rooms_of(wanted)
    claims = [claim_of(each, spaces) for each in wanted]
    in_the_way = rivals_by_claim(claims, exclude=[each.pk for each in bookings]).keys() | taken_among(wanted, spaces)
    given = [each for each in wanted if each.pk not in in_the_way]
    short = {each.pk for lost in lacking(given).values() for each in lost}
    given = [each for each in given if each.pk not in short]
    if not given:
        return []
    take_all(given, spaces)
    changes = {each.pk: {"rule": fitting[each.pk].pk} for each in given}
    entries = take_steps(given, Verb.APPROVE, actor=None, now=now, changes=changes, decided_at=now)
    announce(booking_approved, given, actor=None, now=now)
    waiting = len(bookings) - len(given)
    people, code = [series.applicant], "series_approved_by_rule"
    tell_of_series(people, code, series=series, bookings=given, entry=entries[0], mail=True, waiting=waiting)
    return given
