"""A series in the inbox: one entry with all its dates, and one decision on them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from bookings.common_reasons import common_reasons, reason_for
from bookings.errors import BookingError, InvalidBooking
from bookings.forms import ReasonForm, TextForm
from bookings.forms.tools import put_faults
from bookings.messages import error_text
from bookings.models import Booking, Series
from bookings.permissions import can_decide, can_use_inbox
from bookings.services.series import approve_series, decline_series, question_series
from bookings.views.inbox import Page


@login_required
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    out = [int(text) for text in request.POST.getlist("leave_out") if text.isdecimal() and len(text) < 19]

    def act(**facts: Any) -> Series:
        return approve_series(leave_out=out, **facts)

    return _decide(request, ref, None, act, _said_of_approval)


@login_required
@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    _series, booking = _waiting(request, ref)
    form = ReasonForm(request.POST, reasons=common_reasons(booking), wording=lambda key: reason_for(booking, key))
    return _decide(
        request,
        ref,
        ("decline", form),
        decline_series,
        lambda series: _("%(who)s reads why it was declined.") % _who(series),
    )


@login_required
@require_POST
def question(request: HttpRequest, ref: str) -> HttpResponse:
    form = TextForm(request.POST)
    return _decide(
        request,
        ref,
        ("question", form),
        question_series,
        lambda series: _("The question is with %(who)s.") % _who(series),
    )


def _decide(
    request: HttpRequest,
    ref: str,
    asked: tuple[str, Any] | None,
    act: Callable[..., Any],
    said: Callable[[Series], str],
) -> HttpResponse:
    series, booking = _waiting(request, ref)
    if not can_decide(request.user, booking):
        raise PermissionDenied
    page = Page(request, timezone.now(), booking.ref)
    panel, form = asked or ("", None)
    if form is not None and not form.is_valid():
        return _corrected(page, panel, form)
    try:
        act(series_id=series.pk, actor=request.user, now=page.now, **(form.cleaned_data if form else {}))
    except InvalidBooking as error:
        if form is None:
            return _refused(page, error)
        put_faults(form, error, {})
        return _corrected(page, panel, form)
    except BookingError as error:
        return _refused(page, error)
    return _done(page, said(series))


def _done(page: Page, said: str) -> HttpResponse:
    """Straight on to the next request, as after any other decision."""
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


def _waiting(request: HttpRequest, ref: str) -> tuple[Series, Booking]:
    """The series in whatever state, so that a late click is told what happened; and the booking that stands for it."""
    if not can_use_inbox(request.user):
        raise PermissionDenied
    series = Series.objects.visible_to(request.user).named(ref).select_related("site", "applicant").first()
    if series is None:
        raise Http404
    rows = series.bookings.select_related("site", "room", "applicant").order_by("start_at", "pk")
    booking = rows.filter(status__in=Booking.PENDING).first() or rows.first()
    if booking is None:
        raise Http404
    return series, booking


def _said_of_approval(series: Series) -> str:
    count = series.bookings.filter(status=Booking.Status.APPROVED).count()
    text = ngettext("%(n)s date is given to %(who)s.", "%(n)s dates are given to %(who)s.", count)
    return text % {"n": count, **_who(series)}


def _who(series: Series) -> dict[str, str]:
    return {"who": str(series.applicant)}
