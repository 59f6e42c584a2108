"""A series' own page, what its applicant does there, and a change of one date carried over to others."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings import permissions
from bookings.errors import BookingError, InvalidBooking
from bookings.forms import AnswerForm, RequestForm
from bookings.forms.decisions import CancelForm
from bookings.forms.series import CancelDatesForm, scope_in
from bookings.forms.tools import put_faults
from bookings.messages import error_text
from bookings.models import Booking, Series
from bookings.selectors import title_for
from bookings.selectors.series import SeriesRow, counts_of, dates_of_series, rule_of_series
from bookings.series_words import clock_in_words, month_in_words, rule_in_words, standing
from bookings.services.data import FIELDS
from bookings.services.series import Scope, SeriesChange, answer_series, cancel_dates, change_series
from bookings.transitions import Verb, is_allowed
from bookings.views import booking as booking_views, requests
from bookings.views.requests import Page
from staff.models import User


@login_required
@require_GET
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, _series(request, ref), timezone.now())


@login_required
@require_POST
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    series = _series(request, ref)
    if not permissions.can_cancel_series(request.user, series):
        raise PermissionDenied
    form, now = CancelDatesForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, series, now, status=422, cancel_form=form)
    try:
        cancelled = cancel_dates(series_id=series.pk, actor=request.user, now=now, **form.cleaned_data)
    except InvalidBooking as error:
        put_faults(form, error, {})
        return _page(request, series, now, status=422, cancel_form=form)
    except BookingError as error:
        return _page(request, series, now, status=409, refusal=error_text(error))
    messages.success(request, _said_of_cancelled(len(cancelled)))
    return redirect(series)


@login_required
@require_POST
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    series = _series(request, ref)
    if series.applicant_id != request.user.pk:
        raise PermissionDenied
    form, now = AnswerForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, series, now, status=422, answer_form=form)
    try:
        answer_series(series_id=series.pk, text=form.cleaned_data["text"], actor=request.user, now=now)
    except InvalidBooking as error:
        put_faults(form, error, {})
        return _page(request, series, now, status=422, answer_form=form)
    except BookingError as error:
        return _page(request, series, now, status=409, refusal=error_text(error))
    messages.success(request, _("Your answer is with the secretary."))
    return redirect(series)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """The form of one booking; of a date of a series the change may go for those that follow as well."""
    scope = scope_in(request.POST)
    if request.method == "GET" or scope == Scope.ONE:
        return requests.edit(request, ref)
    booking = get_object_or_404(Booking.objects.visible_to(request.user).with_everything(), ref=ref)
    if booking.series_id is None:
        return requests.edit(request, ref)
    if not permissions.can_change(request.user, booking):
        raise PermissionDenied
    page = Page(RequestForm(request.POST, site=booking.site), request.user, timezone.now(), booking, scope=scope)
    result = _change(page, request)
    if result is None:
        return page.render(request)
    messages.success(request, _said_of_change(result))
    return redirect("bookings:series", booking.series.ref)


@login_required
@require_POST
def cancel_booking(request: HttpRequest, ref: str) -> HttpResponse:
    """Calling off one booking; of a date of a series those that follow as well."""
    scope = scope_in(request.POST)
    booking = get_object_or_404(Booking.objects.visible_to(request.user).with_everything(), ref=ref)
    if scope == Scope.ONE or booking.series_id is None:
        return booking_views.cancel(request, ref)
    if not permissions.can_cancel(request.user, booking):
        raise PermissionDenied
    form, now = CancelForm(request.POST), timezone.now()
    if not form.is_valid():
        return booking_views.cancel(request, ref)
    first = booking.start_at.astimezone(booking.site.zone).date() if scope == Scope.FOLLOWING else date.min
    terms = {"first": first, "last": date.max, "reason": form.cleaned_data["reason"]}
    try:
        cancelled = cancel_dates(series_id=booking.series_id, actor=request.user, now=now, **terms)
    except BookingError as error:
        messages.error(request, error_text(error))
        return redirect(booking)
    messages.success(request, _said_of_cancelled(len(cancelled)))
    return redirect("bookings:series", booking.series.ref)


def _series(request: HttpRequest, ref: str) -> Series:
    rows = Series.objects.visible_to(request.user).named(ref).select_related("site", "applicant")
    series = rows.first()
    if series is None:
        raise Http404
    return series


def _change(page: Page, request: HttpRequest) -> SeriesChange | None:
    """The result, or None with the page telling what is wrong."""

    def act(data: Any) -> SeriesChange:
        changes = {name: getattr(data, name) for name in FIELDS}
        keep = [int(text) for text in request.POST.getlist("keep") if text.isdecimal() and len(text) < 19]
        terms = {"booking_id": page.booking.pk, "scope": page.scope, "changes": changes, "keep": keep}
        return change_series(actor=request.user, now=page.now, **terms)

    return requests.send(page, act)


def _said_of_cancelled(count: int) -> str:
    text = ngettext(
        "%(n)s date is cancelled; everyone concerned has been told.",
        "%(n)s dates are cancelled; everyone concerned has been told.",
        count,
    )
    return text % {"n": count}


def _said_of_change(result: SeriesChange) -> str:
    if not result.changed:
        return _("Nothing was changed.")
    said = ngettext("%(n)s date is changed.", "%(n)s dates are changed.", result.changed) % {"n": result.changed}
    if not result.reopened:
        return said
    again = ngettext("%(n)s needs a new decision.", "%(n)s need a new decision.", result.reopened)
    return f"{said} {again % {'n': result.reopened}}"


def _page(request: HttpRequest, series: Series, now: datetime, status: int = 200, **extra: Any) -> HttpResponse:
    rows = dates_of_series(series)
    bookings = [row.booking for row in rows if row.booking]
    ahead = [each for each in bookings if each.start_at > now]
    dates = [each.start_at.astimezone(series.zone).date() for each in ahead if is_allowed(each.status, Verb.CANCEL)]
    user = request.user
    context = {
        "series": series,
        "zone": series.zone,
        "topic": title_for(user, bookings[0]),
        "room": bookings[0].room,
        "rule": rule_in_words(rule_of_series(series)),
        "clock": clock_in_words(series.start_time, series.end_time),
        "counts": [(standing(name), name, count) for name, count in counts_of(rows).items()],
        "months": months_of(rows),
        "thread": _thread(bookings),
        "cancel_form": CancelDatesForm(initial={"first": min(dates), "last": max(dates)} if dates else {}),
        "answer_form": AnswerForm(),
        **_may(user, series, bookings, ahead, can_cancel_any=bool(dates)),
    }
    return render(request, "bookings/series.html", context | extra, status=status)


def months_of(rows: list[SeriesRow]) -> list[dict[str, Any]]:
    return [
        {"name": month_in_words(first), "rows": [(row, standing(row.reason)) for row in of_month]}
        for first, of_month in groupby(rows, key=lambda row: row.on.replace(day=1))
    ]


def _thread(bookings: list[Booking]) -> Any:
    """What was asked and answered stands beside every date; that of the date with the longest story is shown."""
    latest = max(bookings, key=lambda each: (each.status in Booking.PENDING, each.pk))
    return latest.messages.select_related("author")


def _may(
    user: User, series: Series, bookings: list[Booking], ahead: list[Booking], *, can_cancel_any: bool
) -> dict[str, Any]:
    may_change = permissions.can_cancel_series(user, series)
    pending = [each for each in bookings if each.status in Booking.PENDING]
    changeable = [each for each in ahead if is_allowed(each.status, Verb.CHANGE)]
    questioned = any(each.status == Booking.Status.QUESTIONED for each in pending)
    return {
        "may_cancel": may_change and can_cancel_any,
        "may_accept": series.applicant_id == user.pk,
        "may_answer": series.applicant_id == user.pk and questioned,
        "next_to_change": changeable[0] if may_change and changeable else None,
        "to_decide": next(iter(permissions.decidable(user, pending)), None),
    }
