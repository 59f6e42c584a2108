"""Series in the HTTP API: asked for, read, decided on and called off, with the services and rights of the pages."""

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Body, Field, Path, Router, Schema
from ninja.responses import Status

from bookings import permissions
from bookings.api.calls import BOOKINGS, DECIDE, room_of
from bookings.api.schemas import UNSAID, BookingFields, Reason, one_of, service_fields
from bookings.errors import InvalidBooking
from bookings.models import Booking, Series
from bookings.recurrence import WEEKDAY_CODES, Every, Rule
from bookings.selectors import title_for
from bookings.selectors.series import SeriesRow, dates_of_series
from bookings.services import BookingData
from bookings.services.series import Instead, approve_series, cancel_dates, decline_series, request_series
from rooms.api_tools import Code, Day, Input, Moment, Text, local
from staff.api_tools import caller
from staff.models import User

router = Router(tags=["series"])

Ref = Annotated[str, Path(description="Such as HS-20261123-007.")]
Dates = Annotated[list[Day], Field(max_length=260)]
OWN_FIELDS = ("rule", "leave_out", "instead", "taken", "holidays")


class RuleIn(Input):
    """Plain choices; `until` or `count` ends it. The first date is that of `start`."""

    every: Annotated[Text, one_of(*(each.value for each in Every))]
    interval: Annotated[int, Field(ge=1, le=99)] = 1
    weekdays: Annotated[
        list[Annotated[Text, one_of(*WEEKDAY_CODES)]],
        Field(max_length=7, description="For every week; left out: the weekday of `start`."),
    ] = []
    until: Day | None = None
    count: Annotated[int, Field(ge=1, le=260)] | None = None
    dates: Annotated[Dates, Field(description="Further dates picked by hand.")] = []


class InsteadIn(Input):
    date: Day
    room: Code
    start: Moment
    end: Moment


class SeriesIn(BookingFields):
    rule: RuleIn
    leave_out: Dates = []
    instead: Annotated[
        list[InsteadIn], Field(max_length=260, description="Another room or time for a date that is taken.")
    ] = []
    taken: Annotated[
        Text,
        one_of("refuse", "leave_out", "wait"),
        Field(description="What to do with taken dates that have no other place."),
    ] = "refuse"
    holidays: Annotated[Text, one_of("keep", "leave_out")] = "keep"


class ApproveIn(Input):
    leave_out: Annotated[Dates, Field(description="Dates that are declined; every other one must be free.")] = []


class CancelIn(Input):
    first: Day = UNSAID
    last: Day = UNSAID
    reason: Text = ""


class SeriesDateOut(Schema):
    date: date
    state: Annotated[str, Field(description="That of the booking, or taken, holiday or left_out.")]
    reason: str
    booking: str | None
    room: str | None
    start: datetime | None
    end: datetime | None


class SeriesOut(Schema):
    ref: str
    site: str
    applicant: str
    title: str
    rule: Annotated[str, Field(description="RRULE of RFC 5545; empty where every date was picked by hand.")]
    picked_dates: list[date]
    first: date
    time_zone: str
    dates: list[SeriesDateOut]


@router.post("/series", response={201: SeriesOut}, summary="Ask for a series of dates at once", auth=BOOKINGS)
def create_series(request: HttpRequest, payload: SeriesIn) -> Status[dict[str, Any]]:
    """All of it or nothing: a taken date answers 409 with `dates`, unless it is left out or put elsewhere."""
    user = caller(request)
    if not permissions.can_request(user):
        raise PermissionDenied
    taken = _chosen("taken", payload.taken, ("refuse", "leave_out", "wait"))
    fields = service_fields(payload, payload.headcount)
    for name in OWN_FIELDS:
        fields.pop(name, None)
    fields["room"] = room_of(user, payload.room)
    defaults = {"host_department": user.department, "contact_name": user.display_name}
    data = BookingData(**(defaults | fields))
    series = request_series(
        data=data,
        rule=_rule(payload.rule, data.start_at.astimezone(data.room.site.zone).date()),
        left_out=payload.leave_out,
        instead={each.date: Instead(room_of(user, each.room), each.start, each.end) for each in payload.instead},
        leaves_taken=taken == "leave_out",
        waits_taken=taken == "wait",
        leaves_holidays=_chosen("holidays", payload.holidays, ("keep", "leave_out")) == "leave_out",
        actor=user,
        now=timezone.now(),
    )
    return Status(201, series_fields(series, user))


@router.get("/series/{ref}", response=SeriesOut, summary="One series with every date")
def read_series(request: HttpRequest, ref: Ref) -> dict[str, Any]:
    user = caller(request)
    return series_fields(_find(ref, user), user)


@router.post(
    "/series/{ref}/approve",
    response=SeriesOut,
    summary="Approve every waiting date, but for those left out",
    auth=DECIDE,
)
def approve_all(request: HttpRequest, ref: Ref, payload: Annotated[ApproveIn | None, Body()] = None) -> dict[str, Any]:
    """A taken date that is not left out answers 409 with `dates`, and nothing is approved.

    Dates in rooms that others decide on go on waiting for them.
    """
    user = caller(request)
    series, only = _decided_by(ref, user)
    dates = series.dates.filter(on__in=payload.leave_out if payload else [])
    out = [pk for pk in dates.values_list("booking", flat=True) if pk]
    approve_series(series_id=series.pk, leave_out=out, only=only, actor=user, now=timezone.now())
    return series_fields(series, user)


@router.post(
    "/series/{ref}/decline", response=SeriesOut, summary="Decline every waiting date, with a reason", auth=DECIDE
)
def decline_all(request: HttpRequest, ref: Ref, payload: Reason) -> dict[str, Any]:
    user = caller(request)
    series, only = _decided_by(ref, user)
    decline_series(series_id=series.pk, reason=payload.reason, only=only, actor=user, now=timezone.now())
    return series_fields(series, user)


@router.post(
    "/series/{ref}/cancel", response=SeriesOut, summary="Cancel the dates of a range that lie ahead", auth=BOOKINGS
)
def cancel_range(request: HttpRequest, ref: Ref, payload: Annotated[CancelIn | None, Body()] = None) -> dict[str, Any]:
    """Without `first` and `last` all dates that lie ahead."""
    user, asked = caller(request), payload or CancelIn()
    series = _find(ref, user)
    if not permissions.can_cancel_series(user, series):
        raise PermissionDenied
    span = {"first": asked.first or date.min, "last": asked.last or date.max}
    cancel_dates(series_id=series.pk, reason=asked.reason, actor=user, now=timezone.now(), **span)
    return series_fields(series, user)


def series_fields(series: Series, user: User) -> dict[str, Any]:
    rows = dates_of_series(series)
    booking = next(row.booking for row in rows if row.booking)
    return {
        "ref": series.ref,
        "site": series.site.code,
        "applicant": series.applicant.username,
        "title": title_for(user, booking),
        "rule": series.rule,
        "picked_dates": series.picked_dates,
        "first": series.starts_on,
        "time_zone": series.time_zone,
        "dates": [_date_fields(row, series) for row in rows],
    }


def _date_fields(row: SeriesRow, series: Series) -> dict[str, Any]:
    booking = row.booking
    return {
        "date": row.on,
        "state": booking.status if booking else row.reason,
        "reason": row.reason,
        "booking": booking.ref if booking else None,
        "room": booking.room.code if booking else None,
        "start": local(booking.start_at, series.zone) if booking else None,
        "end": local(booking.end_at, series.zone) if booking else None,
    }


def _rule(payload: RuleIn, first: date) -> Rule:
    every = _chosen("rule.every", payload.every, tuple(each.value for each in Every))
    weekdays = tuple(WEEKDAY_CODES.index(_chosen("rule.weekdays", code, WEEKDAY_CODES)) for code in payload.weekdays)
    picked = {*payload.dates, first} if every == Every.DATES else {*payload.dates}
    return Rule(
        every=Every(every),
        first=first,
        interval=payload.interval,
        weekdays=weekdays,
        until=payload.until,
        count=payload.count,
        dates=tuple(sorted(picked)),
    )


def _chosen(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise InvalidBooking.of(name, "unknown_choice")
    return value


def _find(ref: str, user: User) -> Series:
    """404 whether it does not exist or is not the caller's to see."""
    series = Series.objects.visible_to(user).named(ref).select_related("site", "applicant").first()
    if series is None:
        raise Http404
    return series


def _decided_by(ref: str, user: User) -> tuple[Series, list[int]]:
    """The series, and the ids of the dates the caller decides on; where none waits, all of them, to be told why."""
    series = _find(ref, user)
    rows = list(series.bookings.select_related("site", "room"))
    waiting = [each for each in rows if each.status in Booking.PENDING]
    mine = permissions.decidable(user, waiting or rows)
    if not mine:
        raise PermissionDenied
    return series, [each.pk for each in mine]
