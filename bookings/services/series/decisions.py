"""One decision for a series: approve it but for some dates, decline it, ask about it; and the applicant's answer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from bookings.errors import BookingError, SeriesTaken, StateConflict
from bookings.models import Booking, BookingLog, BookingMessage, Series, SeriesDate
from bookings.selectors.series import places_and_offers, rivals_of
from bookings.services.decisions import REASON_LIMIT, TEXT_LIMIT, UNDO_WITHIN
from bookings.services.offers import tell_losers
from bookings.services.record import booking_verb
from bookings.services.series.record import (
    announce,
    deciders_of_dates,
    lock_bookings,
    lock_series,
    take_steps,
    tell_of_series,
    withdraw_offers,
)
from bookings.services.series.spaces import Spaces, lock_rooms_of, take_all, taken_among
from bookings.services.validation import check_text
from bookings.signals import booking_approved
from bookings.transitions import Verb, is_allowed
from staff.models import User

Reason = SeriesDate.Reason


@booking_verb
def approve_series(
    *,
    series_id: int,
    actor: User,
    now: datetime,
    leave_out: Collection[int] = (),
    leaves_taken: bool = False,
    only: Collection[int] | None = None,
) -> Series:
    """Give the rooms to every waiting date but those in `leave_out`, ids of bookings, which are declined.

    With `only`, ids too, every other date goes on waiting for whoever decides on it.

    A taken date that is not left out raises `SeriesTaken` and nothing is written; `leaves_taken` leaves such dates
    out by themselves. One that stands in line for its slot, or whose applicant has another offered, goes on waiting.
    Dates that are over by now are left out. Whoever else asked for the rooms is told.
    """
    series = lock_series(series_id)
    bookings = _waiting(lock_bookings(series), Verb.APPROVE, only)
    over = {each.pk for each in bookings if each.end_at <= now}
    spaces = lock_rooms_of(bookings)
    open_dates = [each for each in bookings if each.pk not in over]
    wanted = [each for each in open_dates if each.pk not in leave_out]
    on = _waiting_on(wanted, spaces)
    offers = withdraw_offers([each for each in bookings if each.pk not in on])
    wanted = [each for each in wanted if each.pk not in on]
    taken = taken_among(wanted, spaces)
    if taken and not leaves_taken:
        raise SeriesTaken([taken[each.pk] for each in wanted if each.pk in taken])
    given = [each for each in wanted if each.pk not in taken]
    if not given:
        raise BookingError("too_late" if not open_dates else "no_dates_left")
    take_all(given, spaces)
    losers = rivals_of(given)
    entry = _approve(given, offers, actor, now)
    left = [each for each in bookings if each not in given and each.pk not in on]
    still_taken = taken.keys() | taken_among([each for each in left if each.pk in leave_out], spaces).keys()
    _leave_out(left, still_taken, offers, actor, now)
    facts: dict[str, Any] = {"series": series, "bookings": given, "entry": entry, "left_out": len(left)}
    tell_of_series([series.applicant], "series_approved", mail=True, not_before=now + UNDO_WITHIN, **facts)
    _tell_losers(losers, entry)
    return series


@booking_verb
def decline_series(
    *, series_id: int, reason: str, actor: User, now: datetime, only: Collection[int] | None = None
) -> Series:
    """Decline every date that waits, or `only` those; what was decided before stays."""
    series = lock_series(series_id)
    bookings = _waiting(lock_bookings(series), Verb.DECLINE, only)
    text = check_text("reason", reason, limit=REASON_LIMIT)
    changes = as_one(bookings, withdraw_offers(bookings))
    columns: dict[str, Any] = {"decline_reason": text, "decided_at": now, "decided_by": actor}
    entries = take_steps(bookings, Verb.DECLINE, actor=actor, now=now, changes=changes, **columns)
    SeriesDate.objects.filter(booking__in=[each.pk for each in bookings]).update(reason=Reason.DECLINED)
    facts: dict[str, Any] = {"series": series, "bookings": bookings, "entry": entries[0]}
    terms: dict[str, Any] = {"mail": True, "not_before": now + UNDO_WITHIN}
    tell_of_series([series.applicant], "series_declined", reason=text, **terms, **facts)
    return series


@booking_verb
def question_series(
    *, series_id: int, text: str, actor: User, now: datetime, only: Collection[int] | None = None
) -> Series:
    series, bookings, entry, tidy = _say(
        series_id, Verb.QUESTION, BookingMessage.Kind.QUESTION, text, actor=actor, now=now, only=only
    )
    facts: dict[str, Any] = {"series": series, "bookings": bookings, "entry": entry}
    tell_of_series([series.applicant], "series_questioned", mail=True, text=tidy, **facts)
    return series


@booking_verb
def answer_series(*, series_id: int, text: str, actor: User, now: datetime) -> Series:
    series, bookings, entry, tidy = _say(series_id, Verb.ANSWER, BookingMessage.Kind.ANSWER, text, actor=actor, now=now)
    questions = BookingMessage.objects.filter(booking=bookings[0], kind=BookingMessage.Kind.QUESTION)
    people = [*User.objects.filter(pk__in=questions.values("author")), *deciders_of_dates(bookings)]
    tell_of_series(people, "series_answered", series=series, bookings=bookings, entry=entry, text=tidy)
    return series


def _waiting(bookings: Sequence[Booking], verb: Verb, only: Collection[int] | None = None) -> list[Booking]:
    """Those the verb may be said of; when there is none, the state of the first says why."""
    meant = [each for each in bookings if only is None or each.pk in only]
    waiting = [each for each in meant if is_allowed(each.status, verb)]
    if not waiting:
        raise StateConflict((meant or bookings)[0].status)
    return waiting


def _waiting_on(bookings: Sequence[Booking], spaces: Spaces) -> set[int]:
    """Taken dates that need no decision now: they wait in line, or for the applicant's word on an offer."""
    taken = taken_among(bookings, spaces)
    in_line, offers = places_and_offers([each for each in bookings if each.pk in taken])
    return in_line | offers.keys()


def as_one(bookings: Sequence[Booking], offers: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """What the entries of one decision on many dates say, so that it can be taken back as one."""
    return {each.pk: {"series": True} | ({"offer": offers[each.pk]} if each.pk in offers else {}) for each in bookings}


def _approve(bookings: Sequence[Booking], offers: Mapping[int, int], actor: User, now: datetime) -> BookingLog:
    terms: dict[str, Any] = {"changes": as_one(bookings, offers), "decided_at": now, "decided_by": actor}
    entries = take_steps(bookings, Verb.APPROVE, actor=actor, now=now, **terms)
    announce(booking_approved, bookings, actor=actor, now=now)
    return entries[0]


def _leave_out(
    bookings: Sequence[Booking], taken: Collection[int], offers: Mapping[int, int], actor: User, now: datetime
) -> None:
    if not bookings:
        return
    terms: dict[str, Any] = {"changes": as_one(bookings, offers), "decided_at": now, "decided_by": actor}
    take_steps(bookings, Verb.DECLINE, actor=actor, now=now, **terms)
    for reason in (Reason.TAKEN, Reason.LEFT_OUT):
        ids = [each.pk for each in bookings if (each.pk in taken) == (reason == Reason.TAKEN)]
        SeriesDate.objects.filter(booking__in=ids).update(reason=reason)


def _tell_losers(losers: Sequence[Booking], entry: BookingLog) -> None:
    """One notice for each request that loses, and one for all dates of a series that does."""
    by_series: dict[int, list[Booking]] = defaultdict(list)
    not_before = entry.at + UNDO_WITHIN
    tell_losers([each for each in losers if not each.series_id], entry, not_before)
    for loser in losers:
        if loser.series_id:
            by_series[loser.series_id].append(loser)
    known = Series.objects.select_related("site", "applicant").in_bulk(by_series)
    for pk, bookings in by_series.items():
        series = known[pk]
        facts: dict[str, Any] = {"series": series, "bookings": bookings, "entry": entry}
        tell_of_series([series.applicant], "series_outbid", mail=True, not_before=not_before, **facts)


def _say(
    series_id: int,
    verb: Verb,
    kind: str,
    text: str,
    *,
    actor: User,
    now: datetime,
    only: Collection[int] | None = None,
) -> tuple[Series, list[Booking], BookingLog, str]:
    """A message beside each date's request, so that its own page tells the whole story."""
    series = lock_series(series_id)
    bookings = _waiting(lock_bookings(series), verb, only)
    tidy = check_text("text", text, limit=TEXT_LIMIT)
    BookingMessage.objects.bulk_create(
        BookingMessage(booking=each, author=actor, at=now, kind=kind, text=tidy) for each in bookings
    )
    entries = take_steps(bookings, verb, actor=actor, now=now)
    return series, bookings, entries[0], tidy
