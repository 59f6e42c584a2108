"""The secretary's inbox: the list, the request and its room's day in one page; each answer brings up the next."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from bookings.drawing import Mine, strip
from bookings.errors import BookingError, InvalidBooking, RoomTaken
from bookings.forms import OfferForm, ReasonForm, TextForm
from bookings.forms.tools import put_faults
from bookings.messages import BOOKING_MESSAGES, error_text
from bookings.models import Booking, Occupancy
from bookings.permissions import can_decide, can_use_inbox
from bookings.selectors import (
    InboxItem,
    alternatives_for,
    competing_with,
    conflicts_of,
    inbox_of,
    remarks_on,
    room_day,
    title_for,
)
from bookings.selectors.history import earlier_meetings
from bookings.services import approve_booking, decline_booking, offer_alternative, open_offer_of, question_booking
from bookings.services.occupancy import wanted_by
from bookings.transitions import Verb, is_allowed
from bookings.views.choices import number_in
from rooms.models import RoomLayout
from staff.models import User


@dataclass
class Page:
    """What is open in the inbox, and what an action left to say."""

    request: HttpRequest
    now: datetime
    ref: str = ""
    status: int = 200
    said: str = ""
    refusal: str = ""
    forms: dict[str, Any] = field(default_factory=dict)
    # The panel that stays open because its form has to be corrected.
    panel: str = ""

    def render(self) -> HttpResponse:
        template = "bookings/_inbox.html" if self.request.htmx else "bookings/inbox.html"
        items = inbox_of(self.request.user, self.now)
        chosen = next((item for item in items if item.booking.ref == self.ref), None)
        chosen = chosen or (None if self.refusal else next(iter(items), None))
        context = {
            "items": [{"item": item, "age": age_in_words(item.age)} for item in items],
            "chosen": chosen.booking if chosen else None,
            "following": _following(items, chosen),
            "refusal": self.refusal,
            "panel": self.panel,
        }
        if chosen:
            context |= request_facts(chosen.booking, self.request.user, self.now)
            context |= _forms(chosen.booking, number_in(self.request.GET, "room")) | self.forms
        return self._answer(render(self.request, template, context, status=self.status), chosen)

    def _answer(self, response: HttpResponse, chosen: InboxItem | None) -> HttpResponse:
        if not self.request.htmx:
            return response
        if self.said:
            response["HX-Trigger"] = json.dumps({"toast": {"text": self.said, "level": "success"}})
        url = reverse("bookings:inbox_request", args=[chosen.booking.ref]) if chosen else reverse("bookings:inbox")
        response["HX-Push-Url"] = url
        return response


@login_required
@require_GET
def inbox(request: HttpRequest, ref: str = "") -> HttpResponse:
    _require_desk(request.user)
    page = Page(request, timezone.now(), ref)
    if number_in(request.GET, "room"):
        page.panel = "offer"
    return page.render()


@login_required
@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    """The list alone, so that what is being written beside it stays."""
    _require_desk(request.user)
    items = inbox_of(request.user, timezone.now())
    chosen = Booking(ref=request.GET.get("ref", ""))
    context = {"items": [{"item": item, "age": age_in_words(item.age)} for item in items], "chosen": chosen}
    return render(request, "bookings/_inbox_list.html", context)


@login_required
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    return _decide(
        request, ref, None, approve_booking, lambda booking: _("%(room)s is given to %(who)s.") % _who(booking)
    )


@login_required
@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    return _decide(
        request,
        ref,
        ("decline", form),
        decline_booking,
        lambda booking: _("%(who)s reads why it was declined.") % _who(booking),
    )


@login_required
@require_POST
def question(request: HttpRequest, ref: str) -> HttpResponse:
    form = TextForm(request.POST)
    return _decide(
        request,
        ref,
        ("question", form),
        question_booking,
        lambda booking: _("The question is with %(who)s.") % _who(booking),
    )


@login_required
@require_POST
def offer(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _waiting(request, ref)
    form = OfferForm(request.POST, site=booking.site)
    return _decide(
        request,
        ref,
        ("offer", form),
        offer_alternative,
        lambda booking: _("The offer is with %(who)s; the room is held.") % _who(booking),
    )


def _decide(
    request: HttpRequest,
    ref: str,
    asked: tuple[str, Any] | None,
    act: Callable[..., Any],
    said: Callable[[Booking], str],
) -> HttpResponse:
    booking = _waiting(request, ref)
    if not can_decide(request.user, booking):
        raise PermissionDenied
    page = Page(request, timezone.now(), ref)
    panel, form = asked or ("", None)
    if form is not None and not form.is_valid():
        return _corrected(page, panel, form)
    try:
        act(booking_id=booking.pk, actor=request.user, now=page.now, **_arguments(form))
    except InvalidBooking as error:
        if form is None:
            return _refused(page, error)
        form.put_faults(error) if isinstance(form, OfferForm) else put_faults(form, error, {})
        return _corrected(page, panel, form)
    except RoomTaken as error:
        return _refused(page, error)
    except BookingError as error:
        return _refused(page, error)
    return _done(page, said(booking))


def _arguments(form: Any) -> dict[str, Any]:
    if form is None:
        return {}
    if isinstance(form, OfferForm):
        room = form.cleaned_data["room"]
        return {"room_id": room.pk, "start": form.at("on", "start"), "end": form.at("on", "end")}
    return dict(form.cleaned_data)


def _done(page: Page, said: str) -> HttpResponse:
    """Straight on to the next request, which the page had named."""
    page.ref, page.said = page.request.POST.get("next", ""), said
    if page.request.htmx:
        return page.render()
    messages.success(page.request, said)
    return redirect("bookings:inbox")


def _corrected(page: Page, panel: str, form: Any) -> HttpResponse:
    page.status, page.panel, page.forms = 422, panel, {f"{panel}_form": form}
    return page.render()


def _refused(page: Page, error: BookingError) -> HttpResponse:
    page.status, page.refusal = 409, error_text(error)
    return page.render()


def _require_desk(user: User) -> None:
    if not can_use_inbox(user):
        raise PermissionDenied


def _waiting(request: HttpRequest, ref: str) -> Booking:
    """A booking of the reader's site in whatever state, so that a late click is told what happened meanwhile."""
    _require_desk(request.user)
    bookings = Booking.objects.visible_to(request.user).select_related("site", "room", "applicant")
    return get_object_or_404(bookings, ref=ref)


def _who(booking: Booking) -> dict[str, str]:
    return {"room": booking.room.code, "who": str(booking.applicant)}


def _following(items: list[InboxItem], chosen: InboxItem | None) -> str:
    """The request that opens when this one is dealt with: the one below, else the one above."""
    refs = [item.booking.ref for item in items]
    if chosen is None or len(refs) < 2:
        return ""
    place = refs.index(chosen.booking.ref)
    return refs[place + 1] if place + 1 < len(refs) else refs[place - 1]


def age_in_words(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def request_facts(booking: Booking, user: User, now: datetime) -> dict[str, Any]:
    """Everything the decision needs, beside the request itself."""
    layouts = {each.layout: each for each in RoomLayout.objects.filter(room=booking.room_id)}
    capacity = layouts[booking.layout].capacity if booking.layout in layouts else 0
    on = booking.start_at.astimezone(booking.site.zone).date()
    day = room_day(room=booking.room, on=on, user=user, now=now)
    mine = Mine(booking.start_at, booking.end_at, booking.setup_minutes, booking.teardown_minutes)
    conflicts = [_conflict(row, user) for row in conflicts_of(booking).distinct("during")]
    return {
        "booking": booking,
        "zone": booking.site.zone,
        "on": on,
        "capacity": capacity,
        "is_over_capacity": booking.headcount > capacity,
        "drawing": strip(day, mine=mine, scale=True),
        "conflicts": conflicts,
        "losers": list(competing_with(booking)),
        "alternatives": _alternatives(booking, now),
        "remarks": [BOOKING_MESSAGES[code] for code in remarks_on(booking)],
        "earlier": earlier_meetings(booking),
        "open_offer": open_offer_of(booking),
        "thread": booking.messages.select_related("author"),
        "may_decide": can_decide(user, booking),
        "may_question": is_allowed(booking.status, Verb.QUESTION),
        "is_late": booking.end_at <= now,
    }


def _conflict(row: Occupancy, user: User) -> dict[str, Any]:
    if row.booking:
        words = title_for(user, row.booking)
    elif row.closure:
        words = _("Out of use: %(reason)s") % {"reason": row.closure.reason}
    else:
        words = _("Held for an offer")
    return {"start": row.during.lower, "end": row.during.upper, "words": words, "booking": row.booking}


def _alternatives(booking: Booking, now: datetime) -> list[dict[str, Any]]:
    zone = booking.site.zone
    return [
        {
            "room": each.room,
            "on": each.start.astimezone(zone).date(),
            "start": each.start,
            "end": each.end,
            "shift_minutes": each.shift_minutes,
            "earlier_minutes": -each.shift_minutes,
        }
        for each in alternatives_for(wanted=wanted_by(booking), now=now)
    ]


def _forms(booking: Booking, room: int | None = None) -> dict[str, Any]:
    """`room` is one that an address offers, such as that of an incident in the booked one."""
    zone = booking.site.zone
    start, end = booking.start_at.astimezone(zone), booking.end_at.astimezone(zone)
    initial = {"room": room or booking.room_id, "on": start.date(), "start": start.time(), "end": end.time()}
    return {
        "question_form": TextForm(),
        "decline_form": ReasonForm(),
        "offer_form": OfferForm(site=booking.site, initial=initial),
    }
