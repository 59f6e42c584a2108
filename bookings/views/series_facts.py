"""What the inbox shows of a series: its rule, every waiting date with what stands in its way, and who would lose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bookings.deciders import Deciders
from bookings.forms.series import SCOPES
from bookings.models import Booking
from bookings.permissions import can_view_series, decidable
from bookings.selectors.series import place_in_series, rivals_of, rule_of_series, waiting_dates
from bookings.selectors.sharing import short_among
from bookings.series_words import clock_in_words, rule_in_words
from bookings.services.series import Scope
from bookings.views.inbox_facts import day_of, free_instead, offer_form_of
from staff.models import User


def date_of_series(booking: Booking, user: User) -> dict[str, Any]:
    """What a booking's page says of the series it is a date of; nothing for a single one."""
    series = booking.series
    if series is None:
        return {}
    return {
        "place": place_in_series(booking),
        "series_rule": rule_in_words(rule_of_series(series)),
        "may_see_series": can_view_series(user, series),
        "scopes": [(value, label, value == Scope.ONE) for value, label in SCOPES],
    }


def series_facts(
    booking: Booking, user: User, now: datetime, deciders: Deciders, offer_for: int | None = None
) -> dict[str, Any]:
    """Nothing for a booking that is of no series; `offer_for` is the date another room or time is looked for."""
    series = booking.series
    if series is None:
        return {}
    every = waiting_dates(series, now)
    mine = {each.pk for each in decidable(user, [each.booking for each in every], deciders)}
    # Whoever decides on none sees them all.
    dates = [each for each in every if each.booking.pk in mine] or every
    chosen = next((each.booking for each in dates if each.booking.pk == offer_for and not each.is_over), None)
    free = [each.booking for each in dates if not each.is_taken and not each.is_over]
    return {
        "series": series,
        "series_rule": rule_in_words(rule_of_series(series)),
        "series_clock": clock_in_words(series.start_time, series.end_time),
        "series_dates": dates,
        "series_elsewhere": len(every) - len(dates),
        "may_decide": bool(mine),
        "series_short": _short(free),
        "series_taken": sum(each.is_taken and not each.goes_on_waiting for each in dates),
        "series_waiting": sum(each.goes_on_waiting for each in dates),
        "series_exceptions": sum(bool(each.booking.exceptions) for each in dates),
        "series_free": len(free),
        "series_rivals": rivals_of(free),
        **(_offer_facts(chosen, now) if chosen else {}),
    }


def _short(bookings: Sequence[Booking]) -> set[int]:
    """Ids of the dates that cannot have the shared equipment they want."""
    return {booking.pk for lost in short_among(bookings).values() for booking in lost}


def _offer_facts(date: Booking, now: datetime) -> dict[str, Any]:
    """The date in place of the series' first where another room or time is looked for."""
    # A date of a series keeps its day: on others the series may meet already.
    alternatives = [each for each in free_instead(date, now) if each["on"] == day_of(date)]
    return {"offer_date": date, "alternatives": alternatives, "offer_form": offer_form_of(date)}
