"""Wishes and notes from the tablet: raised from the meeting, followed on the page of calls."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.errors import ChecklistError, InvalidTick
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import PassedNote, Wish
from checklists.on_demand_forms import NoteActForm, NoteForm, WishForm, put_faults
from checklists.permissions import can_handle_note, can_raise_wish, can_see_notes, can_work_on_plan
from checklists.selectors.wishes import (
    asked_at,
    calls_for,
    calls_just_settled,
    facts_of_note,
    open_call_count,
    with_note_relations,
)
from checklists.services.passed_notes import bring_answer, mark_passed, take_note, want_no_answer
from checklists.services.wishes import raise_wish
from checklists.views.tablet import reader_of, shell, show

ICONS = {
    "more_tea": "cup-hot",
    "water": "droplet",
    "stronger_tea": "cup",
    "too_warm": "thermometer-high",
    "too_cold": "thermometer-low",
    "sound": "mic-mute",
    "object": "box-arrow-in-down",
    "other": "chat-dots",
}


@login_required
@require_GET
def tablet_calls(request: HttpRequest) -> HttpResponse:
    user, now = reader_of(request), timezone.now()
    calls = {"calls": calls_for(user, now), "settled": calls_just_settled(user, now)}
    return show(request, "tablet_calls", shell(user, now, "calls") | calls)


@login_required
@require_GET
def call_count(request: HttpRequest) -> HttpResponse:
    """The figure beside the tab, read again by itself."""
    user = reader_of(request)
    return render(request, "checklists/_call_count.html", {"call_count": open_call_count(user)})


def meeting_asked(request: HttpRequest, ref: str) -> Booking:
    """A planned meeting that the reader may serve; of another site: unknown."""
    bookings = Booking.objects.visible_to(request.user).planned().with_everything()
    booking = get_object_or_404(bookings, ref=ref)
    if not can_raise_wish(request.user, booking):
        raise PermissionDenied
    return booking


def shown(request: HttpRequest, page: str, booking: Booking, now: datetime, **extra: Any) -> HttpResponse:
    """A page of a meeting in the tablet's shell; the reader may be an administrator of no site."""
    user, status = request.user, extra.pop("status", 200)
    facts = {"tab": "rooms", "now": now, "zone": booking.site.zone, "booking": booking}
    facts |= {"topic": title_for(user, booking), "call_count": open_call_count(user)}
    with timezone.override(booking.site.zone):
        return render(request, f"checklists/{page}.html", facts | extra, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest, ref: str) -> HttpResponse:
    """Big buttons by kind: one tap asks."""
    booking, now = meeting_asked(request, ref), timezone.now()
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and raised(request, form, booking, now):
        messages.success(request, _("Asked for; whoever serves the meeting has been told."))
        return redirect("checklists:tablet_meeting", ref)
    kinds = [(value, label, ICONS[value]) for value, label in Wish.Kind.choices]
    status = 422 if request.method == "POST" else 200
    return shown(request, "tablet_wish", booking, now, form=form, kinds=kinds, status=status)


def raised(request: HttpRequest, form: WishForm, booking: Booking, now: datetime) -> Wish | None:
    try:
        return raise_wish(booking=booking, source=Wish.Source.STAFF, actor=request.user, now=now, **form.cleaned_data)
    except InvalidTick as exc:
        put_faults(form, exc.errors)
    except ChecklistError as exc:
        form.add_error(None, CHECKLIST_MESSAGES[exc.code])
    return None


@login_required
@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, ref: str) -> HttpResponse:
    booking, now = meeting_asked(request, ref), timezone.now()
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_note(booking=booking, actor=request.user, now=now, **form.cleaned_data)
        except InvalidTick as exc:
            put_faults(form, exc.errors)
        except ChecklistError as exc:
            form.add_error(None, CHECKLIST_MESSAGES[exc.code])
        else:
            return redirect("checklists:note", ref, taken.pk)
    status = 422 if request.method == "POST" else 200
    return shown(request, "tablet_note_new", booking, now, form=form, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One note and its next tap: passed in, told outside, told inside, or no answer wanted."""
    booking, now = meeting_asked(request, ref), timezone.now()
    found = note_of(booking, pk)
    if not can_handle_note(request.user, found):
        raise PermissionDenied
    form = NoteActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            follow_note(form, found, request, now)
        except ChecklistError as exc:
            form.add_error(None, CHECKLIST_MESSAGES[exc.code])
        else:
            return redirect("checklists:note", ref, pk)
    status = 422 if request.method == "POST" else 200
    return shown(request, "tablet_note", booking, now, form=form, facts=facts_of_note(found), status=status)


def note_of(booking: Booking, pk: int) -> PassedNote:
    found = with_note_relations(PassedNote.objects.filter(step__booking=booking, pk=pk)).first()
    if found is None:
        raise Http404
    return found


def follow_note(form: NoteActForm, found: PassedNote, request: HttpRequest, now: datetime) -> None:
    who = {"note_id": found.pk, "actor": request.user, "now": now}
    act, answer = form.cleaned_data["act"], form.cleaned_data["answer"]
    if act == "passed":
        mark_passed(**who)
    elif act == "no_answer":
        want_no_answer(**who)
    else:
        bring_answer(answer=answer, **{act: True}, **who)


@login_required
@require_GET
def booking_calls(request: HttpRequest, ref: str) -> HttpResponse:
    """What came up at one meeting, for those who work on it; notes only for those they concern."""
    bookings = Booking.objects.visible_to(request.user).select_related("site", "room").prefetch_related("assignments")
    booking = get_object_or_404(bookings, ref=ref)
    user = request.user
    if not can_work_on_plan(user, booking):
        raise PermissionDenied
    context = {"booking": booking, "asked": asked_at(booking), "may_see_notes": can_see_notes(user, booking)}
    with timezone.override(booking.site.zone):
        return render(request, "checklists/_booking_calls.html", context)
