"""The secretary's inbox: the list, the request and its room's day in one page; each answer brings up the next."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
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

from bookings.common_reasons import common_reasons, reason_for
from bookings.errors import BookingError, InvalidBooking
from bookings.forms import InboxFilterForm, OfferForm, ReasonForm, TextForm
from bookings.forms.tools import put_faults
from bookings.inbox_window import InboxWindow, window_of
from bookings.models import Booking
from bookings.permissions import can_decide, can_use_inbox
from bookings.selectors import InboxItem, inbox_of, inbox_refs, undoable
from bookings.selectors.inbox import UNDO_SHOWN, Undoable
from bookings.services import (
    ManyResult,
    approve_booking,
    approve_many,
    decline_booking,
    mark_read,
    offer_alternative,
    question_booking,
    undo_many,
)
from bookings.views.choices import number_in
from bookings.views.inbox_facts import age_in_words, request_facts, request_forms
from bookings.views.series_facts import series_facts
from bookings.wording import refusal_words
from rooms.text import listed
from staff.models import User

# More in one click than any page shows would only be a mistake, or an attack.
MOST_AT_ONCE = 200


@dataclass
class Page:
    """What is open in the inbox, and what an action left to say."""

    request: HttpRequest
    now: datetime
    ref: str = ""
    status: int = 200
    said: str = ""
    refusal: str = ""
    # Of several decided at once: which could not be, and why.
    refused: list[dict[str, Any]] = field(default_factory=list)
    forms: dict[str, Any] = field(default_factory=dict)
    # The panel that stays open because its form has to be corrected.
    panel: str = ""

    def render(self) -> HttpResponse:
        template = "bookings/_inbox.html" if self.request.htmx else "bookings/inbox.html"
        wanted = InboxFilterForm(self.request.GET, user=self.request.user)
        items, window = _seen(wanted, self.ref, self.request.user, self.now)
        # After a refusal nothing else opens in the place of what was refused.
        ref = self.ref if self.refusal else window.chosen
        chosen = next((item for item in items if item.booking.ref == ref), None)
        context = {
            **_listed(items, window, wanted),
            "filter": wanted,
            "chosen": chosen.booking if chosen else None,
            "following": window.following if chosen else "",
            "refusal": self.refusal,
            "refused": self.refused,
            "panel": self.panel,
            "undoable": [_undo_row(each, self.now) for each in undoable(self.request.user, self.now)],
        }
        if chosen:
            context |= request_facts(chosen.booking, self.request.user, self.now)
            context |= series_facts(chosen.booking, self.now)
            context |= request_forms(chosen.booking, number_in(self.request.GET, "room")) | self.forms
            if chosen.is_unread and chosen.may_decide:
                mark_read(booking_id=chosen.booking.pk, now=self.now)
        return self._answer(render(self.request, template, context, status=self.status), chosen, wanted.query)

    def _answer(self, response: HttpResponse, chosen: InboxItem | None, query: str) -> HttpResponse:
        if not self.request.htmx:
            return response
        if self.said:
            response["HX-Trigger"] = json.dumps({"toast": {"text": self.said, "level": "success"}})
        url = reverse("bookings:inbox_request", args=[chosen.booking.ref]) if chosen else reverse("bookings:inbox")
        response["HX-Push-Url"] = f"{url}?{query}" if query else url
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
    wanted = InboxFilterForm(request.GET, user=request.user)
    items, window = _seen(wanted, request.GET.get("ref", ""), request.user, timezone.now())
    context = {**_listed(items, window, wanted), "chosen": Booking(ref=request.GET.get("ref", ""))}
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
    booking = _waiting(request, ref)
    form = ReasonForm(request.POST, reasons=common_reasons(booking), wording=lambda key: reason_for(booking, key))
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


@login_required
@require_POST
def approve_several(request: HttpRequest) -> HttpResponse:
    """Every chosen request that can be approved is; the page names the others with the reason of each."""
    _require_desk(request.user)
    bookings = _named(request, "chosen")
    page = Page(request, timezone.now(), request.POST.get("ref", ""))
    result = approve_many(bookings=bookings, actor=request.user, now=page.now)
    number = len(result.done)
    said = ngettext("%(n)s request is approved.", "%(n)s requests are approved.", number) % {"n": number}
    return _done_several(page, result, said)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back one's own decisions of the last seconds."""
    _require_desk(request.user)
    bookings = _named(request, "ref")
    page = Page(request, timezone.now(), next((each.ref for each in bookings), ""))
    result = undo_many(bookings=bookings, actor=request.user, now=page.now)
    number = len(result.done)
    said = ngettext("Taken back: %(n)s decision.", "Taken back: %(n)s decisions.", number) % {"n": number}
    return _done_several(page, result, said)


def _done_several(page: Page, result: ManyResult, said: str) -> HttpResponse:
    page.refused = [{"booking": booking, "why": refusal_words(error, booking)} for booking, error in result.refused]
    page.status = 200 if result.done or not result.refused else 409
    if page.request.htmx or result.refused:
        page.said = said if result.done else ""
        return page.render()
    messages.success(page.request, said)
    return _to_inbox(page.request)


def _named(request: HttpRequest, name: str) -> list[Booking]:
    """The bookings chosen by reference; those that are not the reader's to see are passed over."""
    refs = [ref for ref in request.POST.getlist(name)[:MOST_AT_ONCE] if "\x00" not in ref]
    rows = Booking.objects.visible_to(request.user).filter(ref__in=refs)
    return list(rows.select_related("site", "room", "applicant"))


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
            return _refused(page, error, booking)
        form.put_faults(error) if isinstance(form, OfferForm) else put_faults(form, error, {})
        return _corrected(page, panel, form)
    except BookingError as error:
        return _refused(page, error, booking)
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
    return _to_inbox(page.request)


def _to_inbox(request: HttpRequest) -> HttpResponse:
    query = InboxFilterForm(request.GET, user=request.user).query
    address = reverse("bookings:inbox")
    return redirect(f"{address}?{query}" if query else address)


def _corrected(page: Page, panel: str, form: Any) -> HttpResponse:
    page.status, page.panel, page.forms = 422, panel, {f"{panel}_form": form}
    return page.render()


def _refused(page: Page, error: BookingError, booking: Booking) -> HttpResponse:
    page.status, page.refusal = 409, refusal_words(error, booking)
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


def _seen(wanted: InboxFilterForm, ref: str, user: User, now: datetime) -> tuple[list[InboxItem], InboxWindow]:
    """The requests around the open one. What only the requests themselves can tell is asked of all that wait."""
    wish = wanted.wish
    if wish.is_told_by_columns:
        window = window_of(inbox_refs(user, wish), ref)
        return inbox_of(user, now, wish, window.shown), window
    items = inbox_of(user, now, wish)
    window = window_of([item.booking.ref for item in items], ref)
    shown = set(window.shown)
    return [item for item in items if item.booking.ref in shown], window


def _listed(items: list[InboxItem], window: InboxWindow, wanted: InboxFilterForm) -> dict[str, Any]:
    rows = [{"item": item, "age": age_in_words(item.age)} for item in items]
    return {"items": rows, "window": window, "query": wanted.query}


def _undo_row(each: Undoable, now: datetime) -> dict[str, Any]:
    """A request of several rooms stands there once, with all of them."""
    bookings = sorted(each.bookings, key=lambda booking: booking.pk)
    seconds = ceil((each.entry.at + UNDO_SHOWN - now).total_seconds())
    rooms = listed(booking.room.code for booking in bookings)
    return {"verb": each.entry.verb, "booking": bookings[0], "rooms": rooms, "seconds": seconds}
