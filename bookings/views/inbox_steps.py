"""What every decision of the inbox does around its own verb: read the form, say it, correct, refuse, go on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from bookings.common_reasons import common_reasons, reason_for
from bookings.errors import BookingError, InvalidBooking
from bookings.forms import InboxFilterForm, OfferForm, ReasonForm
from bookings.forms.tools import put_faults
from bookings.models import Booking
from bookings.permissions import can_decide
from bookings.views.inbox_page import Page
from bookings.wording import refusal_words

Verb = Callable[..., Any]


@dataclass(frozen=True)
class Asked:
    """What was filled in with a decision, and the panel of the page it stands in."""

    panel: str
    form: Any


def decide(
    page: Page, booking: Booking, verb: Verb, said: Callable[[], str], asked: Asked | None = None
) -> HttpResponse:
    """Say the verb; `booking` is the one decided on, or stands for its series."""
    if not can_decide(page.request.user, booking):
        raise PermissionDenied
    form = asked.form if asked else None
    if asked and not form.is_valid():
        return _corrected(page, asked)
    try:
        verb(actor=page.request.user, now=page.now, **_arguments(form))
    except InvalidBooking as error:
        if asked is None:
            return _refused(page, error, booking)
        form.put_faults(error) if isinstance(form, OfferForm) else put_faults(form, error, {})
        return _corrected(page, asked)
    except BookingError as error:
        return _refused(page, error, booking)
    return _done(page, said())


def declining(request: HttpRequest, booking: Booking) -> Asked:
    """The reason, one of the common ones or in own words."""
    reasons = common_reasons(booking)
    return Asked("decline", ReasonForm(request.POST, reasons=reasons, wording=lambda key: reason_for(booking, key)))


def to_inbox(request: HttpRequest, ref: str = "") -> HttpResponse:
    query = InboxFilterForm(request.GET, user=request.user).query
    address = reverse("bookings:inbox_request", args=[ref]) if ref else reverse("bookings:inbox")
    return redirect(f"{address}?{query}" if query else address)


def _arguments(form: Any) -> dict[str, Any]:
    if form is None:
        return {}
    if isinstance(form, OfferForm):
        room = form.cleaned_data["room"]
        return {"room_id": room.pk, "start": form.at("on", "start"), "end": form.at("on", "end")}
    return dict(form.cleaned_data)


def _done(page: Page, said: str) -> HttpResponse:
    """Straight on to the next request, which the page had named."""
    page.ref, page.said, page.offer_for = page.follows or page.request.POST.get("next", ""), said, None
    if page.request.htmx:
        return page.render()
    messages.success(page.request, said)
    return to_inbox(page.request, page.follows)


def _corrected(page: Page, asked: Asked) -> HttpResponse:
    page.status, page.panel, page.forms = 422, asked.panel, {f"{asked.panel}_form": asked.form}
    return page.render()


def _refused(page: Page, error: BookingError, booking: Booking) -> HttpResponse:
    page.status, page.refusal = 409, refusal_words(error, booking)
    return page.render()
