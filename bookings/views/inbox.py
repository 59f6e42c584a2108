"""The secretary's inbox: the list, the request and its room's day in one page; each answer brings up the next."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from bookings.forms import InboxFilterForm, OfferForm, TextForm
from bookings.models import Booking
from bookings.services import (
    ManyResult,
    approve_booking,
    approve_many,
    decline_booking,
    offer_alternative,
    question_booking,
    undo_many,
)
from bookings.views.choices import number_in
from bookings.views.inbox_page import Page, listed, require_desk, seen
from bookings.views.inbox_steps import Asked, Verb, decide, declining, to_inbox
from bookings.wording import refusal_words

# More in one click than any page shows would only be a mistake, or an attack.
MOST_AT_ONCE = 200


@login_required
@require_GET
def inbox(request: HttpRequest, ref: str = "") -> HttpResponse:
    require_desk(request.user)
    page = Page(request, timezone.now(), ref)
    page.offer_for = number_in(request.GET, "date")
    if number_in(request.GET, "room") or page.offer_for:
        page.panel = "offer"
    return page.render()


@login_required
@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    """The list alone, so that what is being written beside it stays."""
    require_desk(request.user)
    wanted = InboxFilterForm(request.GET, user=request.user)
    items, window, _desk = seen(wanted, request.GET.get("ref", ""), request.user, timezone.now())
    return render(request, "bookings/_inbox_list.html", listed(items, window, wanted, request.GET.get("ref", "")))


@login_required
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _waiting(request, ref)
    return _decide(request, booking, approve_booking, _("%(room)s is given to %(who)s."))


@login_required
@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _waiting(request, ref)
    said = _("%(who)s reads why it was declined.")
    return _decide(request, booking, decline_booking, said, declining(request, booking))


@login_required
@require_POST
def question(request: HttpRequest, ref: str) -> HttpResponse:
    booking, asked = _waiting(request, ref), Asked("question", TextForm(request.POST))
    return _decide(request, booking, question_booking, _("The question is with %(who)s."), asked)


@login_required
@require_POST
def offer(request: HttpRequest, ref: str) -> HttpResponse:
    booking = _waiting(request, ref)
    asked = Asked("offer", OfferForm(request.POST, site=booking.site))
    return _decide(request, booking, offer_alternative, _("The offer is with %(who)s; the room is held."), asked)


@login_required
@require_POST
def approve_several(request: HttpRequest) -> HttpResponse:
    """Every chosen request that can be approved is; the page names the others with the reason of each."""
    require_desk(request.user)
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
    require_desk(request.user)
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
    return to_inbox(page.request)


def _named(request: HttpRequest, name: str) -> list[Booking]:
    """The bookings chosen by reference; those that are not the reader's to see are passed over."""
    refs = [ref for ref in request.POST.getlist(name)[:MOST_AT_ONCE] if "\x00" not in ref]
    rows = Booking.objects.visible_to(request.user).filter(ref__in=refs)
    return list(rows.select_related("site", "room", "applicant"))


def _waiting(request: HttpRequest, ref: str) -> Booking:
    """A booking of the reader's site in whatever state, so that a late click is told what happened meanwhile."""
    require_desk(request.user)
    bookings = Booking.objects.visible_to(request.user).select_related("site", "room", "applicant")
    return get_object_or_404(bookings, ref=ref)


def _decide(request: HttpRequest, booking: Booking, verb: Verb, said: str, asked: Asked | None = None) -> HttpResponse:
    page = Page(request, timezone.now(), booking.ref)
    facts = {"room": booking.room.code, "who": str(booking.applicant)}
    return decide(page, booking, partial(verb, booking_id=booking.pk), lambda: said % facts, asked)
