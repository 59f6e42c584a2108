"""Spot checks of service under way: made by a manager on the tablet or a phone."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.errors import ChecklistError, InvalidTick
from checklists.gap_strip import WIDTH, gap_strip
from checklists.messages import CHECKLIST_MESSAGES, TICK_MESSAGES
from checklists.models.spotcheck import SCORES
from checklists.selectors.spot_checks import can_be_checked, people_on_duty, refill_gaps, spot_checks_of
from checklists.services.spot_checks import record_spot_check
from checklists.spot_check_forms import SpotCheckForm
from checklists.unannounced import knows_spot_checks
from rooms.dates import format_date
from rooms.selectors import day_bounds, site_today
from staff.conduct import CONDUCT, SCORE_WORDS


@login_required
@require_http_methods(["GET", "POST"])
def spot_check(request: HttpRequest, ref: str) -> HttpResponse:
    bookings = Booking.objects.visible_to(request.user).planned().select_related("site", "room")
    booking, now = get_object_or_404(bookings, ref=ref), timezone.now()
    if not knows_spot_checks(request.user, booking.site_id):
        raise PermissionDenied
    if request.method == "GET":
        return page(request, booking, now, SpotCheckForm(), {})
    form = SpotCheckForm(request.POST)
    faults = saved(form, booking, request, now)
    if faults:
        return page(request, booking, now, form, faults)
    messages.success(request, _("The spot check is in the records of those on duty."))
    return redirect("checklists:spot_check", booking.ref)


def saved(form: SpotCheckForm, booking: Booking, request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What is wrong by field; empty once it is recorded."""
    if not form.is_valid():
        return {name: texts[0] for name, texts in form.errors.items()}
    facts = {"scores": form.scores, "lapses": form.cleaned_data["lapses"], "text": form.cleaned_data["text"]}
    try:
        record_spot_check(op=form.cleaned_data["op"], booking_id=booking.pk, actor=request.user, now=now, **facts)
    except InvalidTick as exc:
        return {name: TICK_MESSAGES[codes[0]] for name, codes in exc.errors.items()}
    except ChecklistError as exc:
        return {"": CHECKLIST_MESSAGES[exc.code]}
    return {}


def page(
    request: HttpRequest, booking: Booking, now: datetime, form: SpotCheckForm, faults: dict[str, Any]
) -> HttpResponse:
    gaps, on = refill_gaps(booking, now), site_today(booking.site, now)
    context = {
        "tab": "rooms",
        "now": now,
        "zone": booking.site.zone,
        "day_label": format_date(on),
        "day_until": day_bounds(booking.site, on)[1],
        "booking": booking,
        "topic": title_for(request.user, booking),
        "is_open": can_be_checked(booking, now),
        "gaps": gaps,
        "bars": gap_strip(gaps),
        "strip_width": WIDTH,
        "people": [user for user in people_on_duty(booking, now) if user.pk != request.user.pk],
        "criteria": criteria(form, with_refill=bool(gaps)),
        "conduct": CONDUCT,
        "ticked": form.data.getlist("lapses") if form.is_bound else [],
        "text": form.chosen("text"),
        "op": form.sent_op or uuid4(),
        "faults": faults,
        "checks": spot_checks_of(booking),
    }
    with timezone.override(booking.site.zone):
        return render(request, "checklists/spot_check.html", context, status=422 if faults else 200)


def criteria(form: SpotCheckForm, *, with_refill: bool) -> list[dict[str, Any]]:
    words = list(enumerate(SCORE_WORDS, start=1))
    names = [name for name in SCORES if with_refill or name != "refill"]
    return [
        {"name": name, "label": form.fields[name].label, "words": words, "chosen": form.chosen(name)} for name in names
    ]
