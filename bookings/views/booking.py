"""One booking's own page, what its applicant does there, and the list of their own."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings import permissions
from bookings.errors import BookingError, InvalidBooking, RoomTaken
from bookings.forms import AnswerForm
from bookings.forms.decisions import CancelForm
from bookings.forms.tools import put_faults
from bookings.history import lines_of
from bookings.messages import EXCEPTION_TEXTS
from bookings.models import Booking
from bookings.selectors import bookings_of, conflicts_of, place_in_line, rooms_of_request, title_for
from bookings.selectors.door import SOON
from bookings.selectors.history import last_change_of, log_of, no_shows_of
from bookings.services import (
    accept_offer,
    answer_booking,
    cancel_all_rooms,
    cancel_booking,
    open_offer_of,
    submit_booking,
)
from bookings.transitions import Verb, is_allowed
from bookings.views.series_facts import date_of_series
from bookings.wording import refusal_words, state_words
from rooms.selectors import calendar_of
from staff.models import User
from staff.paging import page_of

# The newest of the log; the rest has a page of its own.
LOG_SHOWN = 8
FINISHED = (Booking.Status.ENDED, *Booking.OVER)


@login_required
@require_GET
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, _booking(request, ref), timezone.now())


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What waits and what is coming on one page, what is over in pages."""
    now = timezone.now()
    rows = bookings_of(request.user)
    current = rows.exclude(status__in=FINISHED).filter(end_at__gt=now).order_by("start_at", "pk")
    shown = list(current)
    context = {
        "series_drafts": request.user.series_drafts.select_related("site"),
        "waiting": [row for row in shown if row.status in (*Booking.PENDING, Booking.Status.DRAFT)],
        "coming": [row for row in shown if row.status in Booking.HOLDING],
        "past": page_of(request, rows.exclude(pk__in=[row.pk for row in shown]), per_page=20),
        "now": now,
    }
    return render(request, "bookings/mine.html", context)


@login_required
@require_POST
def submit(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _booking(request, ref)
    _require(permissions.can_submit(request.user, booking))
    now = timezone.now()
    try:
        submit_booking(booking_id=booking.pk, actor=request.user, now=now)
    except InvalidBooking:
        messages.error(request, _("The draft cannot be sent as it is. Please go through it once more."))
        return redirect("bookings:edit", ref)
    except BookingError as error:
        return _refused(request, booking, error, now)
    messages.success(request, _("Your request %(ref)s has been sent.") % {"ref": ref})
    return redirect(booking)


@login_required
@require_POST
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _booking(request, ref)
    _require(permissions.can_answer(request.user, booking))
    form, now = AnswerForm(request.POST), timezone.now()

    def act() -> Any:
        return answer_booking(booking_id=booking.pk, text=form.cleaned_data["text"], actor=request.user, now=now)

    if refusal := _attempt(request, booking, act, now=now, answer_form=form):
        return refusal
    messages.success(request, _("Your answer is with the secretary."))
    return redirect(booking)


@login_required
@require_POST
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _booking(request, ref)
    _require(permissions.can_accept(request.user, booking))
    now = timezone.now()
    try:
        accept_offer(booking_id=booking.pk, actor=request.user, now=now)
    except BookingError as error:
        return _refused(request, booking, error, now)
    messages.success(request, _("The offer is accepted: the room is yours."))
    return redirect(booking)


@login_required
@require_POST
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _booking(request, ref)
    _require(permissions.can_cancel(request.user, booking))
    form, now = CancelForm(request.POST), timezone.now()

    def act() -> Any:
        verb = cancel_all_rooms if form.cleaned_data["all_rooms"] else cancel_booking
        return verb(booking_id=booking.pk, reason=form.cleaned_data["reason"], actor=request.user, now=now)

    if refusal := _attempt(request, booking, act, now=now, cancel_form=form):
        return refusal
    messages.success(request, _("%(ref)s is cancelled; everyone concerned has been told.") % {"ref": ref})
    return redirect(booking)


def _booking(request: HttpRequest, ref: str) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user).with_everything(), ref=ref)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _attempt(request: HttpRequest, booking: Booking, act: Any, *, now: datetime, **forms: Any) -> HttpResponse | None:
    """None when done, else the page with what is wrong beside the field of the one form given."""
    (form,) = forms.values()
    if form.is_valid():
        try:
            act()
        except InvalidBooking as error:
            put_faults(form, error, {})
        except BookingError as error:
            return _refused(request, booking, error, now)
        else:
            return None
    return _page(request, booking, now, status=422, **forms)


def _refused(request: HttpRequest, booking: Booking, error: BookingError, now: datetime) -> HttpResponse:
    """The page as things stand now, with the reason on top."""
    booking = _booking(request, booking.ref)
    alternatives = error.alternatives if isinstance(error, RoomTaken) else []
    return _page(request, booking, now, status=409, refusal=refusal_words(error, booking), alternatives=alternatives)


def _page(request: HttpRequest, booking: Booking, now: datetime, status: int = 200, **extra: Any) -> HttpResponse:
    user = request.user
    offer = open_offer_of(booking) if booking.status in Booking.PENDING else None
    offer = offer if offer and offer.held_until > now else None
    number = place_in_line(booking) if booking.status in Booking.PENDING else None
    calendar = calendar_of(booking.site)
    context = {
        "booking": booking,
        "zone": booking.site.zone,
        "offer": offer,
        "words": state_words(booking, calendar=calendar, now=now, offer=offer, line_number=number),
        "line_number": number,
        "exceptions": [EXCEPTION_TEXTS[code] for code in booking.exceptions if code in EXCEPTION_TEXTS],
        "may_wait": not number and _may_wait(booking, user, now),
        "topic": title_for(user, booking),
        "together": rooms_of_request(booking, user),
        "answer_form": AnswerForm(),
        "cancel_form": CancelForm(),
        **_log_of(booking, user),
        **_may(booking, user),
        **date_of_series(booking, user),
        "no_shows": no_shows_of(booking, now)
        if permissions.works_at(user, booking.site_id, *permissions.OFFICE)
        else 0,
        "may_run": permissions.can_run_from_door(user, booking) and _is_on(booking, now),
    }
    return render(request, "bookings/detail.html", context | extra, status=status)


def _may_wait(booking: Booking, user: User, now: datetime) -> bool:
    """Somebody else has the room, and it is not too late."""
    may = permissions.can_wait(user, booking) and is_allowed(booking.status, Verb.WAIT)
    return may and booking.start_at > now and conflicts_of(booking).exists()


def _log_of(booking: Booking, user: User) -> dict[str, Any]:
    seen = {
        "may_see_guests": permissions.can_see_guests(user, booking),
        "may_see_title": permissions.can_see_title(user, booking),
    }
    entries, last = log_of(booking), last_change_of(booking)
    changed = lines_of([last], booking, user) if last else []
    # What was asked and answered is about the request, which a hidden topic is a part of.
    thread = booking.messages.select_related("author") if seen["may_see_title"] else ()
    return {
        "log": lines_of(entries[:LOG_SHOWN], booking, user),
        "log_count": entries.count(),
        "last_change": next((line for line in changed if line.differences), None),
        "thread": thread,
        **seen,
    }


def _is_on(booking: Booking, now: datetime) -> bool:
    """Whether there is something to do at its door."""
    is_due = booking.start_at - SOON <= now < booking.end_at
    return booking.status == Booking.Status.RUNNING or (booking.status == Booking.Status.APPROVED and is_due)


def _may(booking: Booking, user: User) -> dict[str, bool]:
    status = booking.status
    return {
        "may_change": permissions.can_change(user, booking) and is_allowed(status, Verb.CHANGE),
        "may_cancel": permissions.can_cancel(user, booking) and is_allowed(status, Verb.CANCEL),
        "may_submit": permissions.can_submit(user, booking) and is_allowed(status, Verb.SUBMIT),
        "may_answer": permissions.can_answer(user, booking) and is_allowed(status, Verb.ANSWER),
        "may_leave": permissions.can_wait(user, booking) and is_allowed(status, Verb.LEAVE_LINE),
        "may_accept": permissions.can_accept(user, booking) and is_allowed(status, Verb.ACCEPT),
        "may_decide": permissions.can_decide(user, booking) and status in Booking.PENDING,
        "may_repeat": permissions.can_change(user, booking) and permissions.can_request(user),
        "may_see_plan": status in Booking.PLANNED,
        "may_see_people": permissions.works_at(user, booking.site_id, *permissions.OFFICE),
        "is_over": status in FINISHED,
    }
