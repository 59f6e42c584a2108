"""The hand-over of a shift on the tablet: offered, looked at with what is open, and answered."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checklists.errors import ChecklistError
from checklists.handover_forms import HandoverAnswerForm, HandoverForm
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import Handover
from checklists.permissions import can_hand_over, can_see_handover, can_withdraw_handover
from checklists.selectors.cards import cards_of
from checklists.selectors.handovers import (
    colleagues_of,
    handover_seen,
    incidents_left,
    recent_handovers,
    shown,
    steps_left,
)
from checklists.services.shift_handovers import (
    confirm_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from checklists.views.tablet import shell


def page(request: HttpRequest, name: str, now: datetime, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    facts = shell(request.user, now, "me") | context
    with timezone.override(facts["zone"]):
        return render(request, f"checklists/{name}.html", facts, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def handovers(request: HttpRequest) -> HttpResponse:
    """What would go along and to whom; below, what was handed over before."""
    if not can_hand_over(request.user):
        raise PermissionDenied
    user, now = request.user, timezone.now()
    colleagues = colleagues_of(user, now)
    form = HandoverForm(request.POST or None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            made = offer_handover(giver=user, receiver_id=data["receiver"], note=data["note"], now=now)
        except ChecklistError as exc:
            form.add_error(None, CHECKLIST_MESSAGES[exc.code])
        else:
            return redirect("checklists:handover", made.pk)
    recent = list(recent_handovers(user, now))
    context = {
        "form": form,
        "colleagues": colleagues,
        "cards": cards_of(steps_left(user, now), user=user, now=now),
        "incidents": incidents_left(user, now),
        "recent": recent,
        "waiting": next((each for each in recent if each.giver_id == user.pk and each.state == each.State.OPEN), None),
    }
    return page(request, "tablet_handovers", now, context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = handover_asked(request, pk), timezone.now()
    form = HandoverAnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return answered(request, found, form.cleaned_data, now)
            except ChecklistError as exc:
                form.add_error(None, CHECKLIST_MESSAGES[exc.code])
                found = handover_asked(request, pk)
        status = 422
    context = {
        "seen": shown(found, user=request.user, now=now),
        "handover": found,
        "form": form,
        "is_receiver": found.receiver_id == request.user.pk,
        "is_open": found.state == Handover.State.OPEN,
        "may_withdraw": can_withdraw_handover(request.user, found),
    }
    return page(request, "tablet_handover", now, context, status=status)


def handover_asked(request: HttpRequest, pk: int) -> Handover:
    """Of another site: unknown; between two others of the own one: not one's business."""
    found = handover_seen(request.user, pk)
    if found is None:
        raise Http404
    if not can_see_handover(request.user, found):
        raise PermissionDenied
    return found


def answered(request: HttpRequest, found: Handover, data: dict[str, Any], now: datetime) -> HttpResponse:
    user, pk = request.user, found.pk
    if data["act"] == "withdraw":
        if not can_withdraw_handover(user, found):
            raise PermissionDenied
        withdraw_handover(handover_id=pk, actor=user, now=now)
        messages.success(request, _("The hand-over is withdrawn."))
    elif user.pk != found.receiver_id:
        raise PermissionDenied
    elif data["act"] == "confirm":
        confirm_handover(handover_id=pk, actor=user, now=now)
        messages.success(request, _("The shift is yours now."))
    else:
        refuse_handover(handover_id=pk, reason=data["reason"], actor=user, now=now)
        messages.success(request, _("Refused; the steps stay where they were."))
    return redirect("checklists:handover", pk)
