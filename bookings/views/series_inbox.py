"""A series in the inbox: one entry with all its dates, and one decision on them."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from bookings.forms import OfferForm, TextForm
from bookings.models import Booking, Series
from bookings.permissions import decidable
from bookings.services import offer_alternative
from bookings.services.series import approve_series, decline_series, question_series
from bookings.views.choices import number_of
from bookings.views.inbox_page import Page, require_desk
from bookings.views.inbox_steps import Asked, Verb, decide, declining


@login_required
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    found = _waiting(request, ref)
    out = [number for number in map(number_of, request.POST.getlist("leave_out")) if number is not None]
    verb = partial(approve_series, series_id=found.series.pk, leave_out=out, only=found.ids)
    page = Page(request, timezone.now(), found.booking.ref)
    return decide(page, found.booking, verb, lambda: _said_of_approval(found.series, page.now))


@login_required
@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    found = _waiting(request, ref)
    said = _("%(who)s reads why it was declined.")
    return _decide(request, found, decline_series, said, declining(request, found.booking))


@login_required
@require_POST
def question(request: HttpRequest, ref: str) -> HttpResponse:
    found, asked = _waiting(request, ref), Asked("question", TextForm(request.POST))
    return _decide(request, found, question_series, _("The question is with %(who)s."), asked)


@login_required
@require_POST
def offer(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Another room or time for one date; the page stays with the series, whose other dates are still to be decided."""
    found = _waiting(request, ref)
    series, first = found.series, found.booking
    date = get_object_or_404(series.bookings.select_related("site", "room", "applicant"), pk=pk)
    asked = Asked("offer", OfferForm(request.POST, site=series.site))
    page = Page(request, timezone.now(), first.ref, offer_for=date.pk, follows=first.ref)
    said = _("The offer is with %(who)s; the room is held.")
    return decide(page, date, partial(offer_alternative, booking_id=date.pk), lambda: said % _who(series), asked)


@dataclass(frozen=True)
class Waiting:
    """A series, the booking that stands for it, and the ids of the dates this reader decides on."""

    series: Series
    booking: Booking
    ids: list[int]


def _decide(request: HttpRequest, found: Waiting, verb: Verb, said: str, asked: Asked) -> HttpResponse:
    page = Page(request, timezone.now(), found.booking.ref)
    about = partial(verb, series_id=found.series.pk, only=found.ids)
    return decide(page, found.booking, about, lambda: said % _who(found.series), asked)


def _waiting(request: HttpRequest, ref: str) -> Waiting:
    """The series in whatever state, so that a late click is told what happened."""
    require_desk(request.user)
    series = Series.objects.visible_to(request.user).named(ref).select_related("site", "applicant").first()
    if series is None:
        raise Http404
    rows = series.bookings.select_related("site", "room", "applicant").order_by("start_at", "pk")
    pending = list(rows.filter(status__in=Booking.PENDING))
    mine = decidable(request.user, pending)
    booking = next(iter(mine or pending), None) or rows.first()
    if booking is None:
        raise Http404
    return Waiting(series, booking, [each.pk for each in mine or pending])


def _said_of_approval(series: Series, now: datetime) -> str:
    count = series.bookings.filter(status=Booking.Status.APPROVED, decided_at=now).count()
    text = ngettext("%(n)s date is given to %(who)s.", "%(n)s dates are given to %(who)s.", count)
    return text % {"n": count, **_who(series)}


def _who(series: Series) -> dict[str, str]:
    return {"who": str(series.applicant)}
