"""What is done with one step: ticked, taken back, skipped with a reason, taken over."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from checklists.errors import ChecklistError, InvalidTick
from checklists.forms import SkipForm, TickForm
from checklists.messages import CHECKLIST_MESSAGES, TICK_MESSAGES
from checklists.models import Step, Tick
from checklists.permissions import can_skip, can_take_over, can_tick
from checklists.selectors.cards import card_of, with_card_relations
from checklists.services.evidence_files import keep_file
from checklists.services.handover import skip_step, take_over_step
from checklists.services.ticks import tick_step
from staff.models import User


def step_for(request: HttpRequest, pk: int, may: Callable[[User, Step], bool]) -> Step:
    """A step of another site is unknown; one of the own site may still be another role's business."""
    step = get_object_or_404(with_card_relations(Step.objects.filter(site=request.user.site)), pk=pk)
    if not may(request.user, step):
        raise PermissionDenied
    return step


@login_required
@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    step, now, form = step_for(request, pk, can_tick), timezone.now(), TickForm(request.POST, request.FILES)
    is_valid, kept = form.is_valid(), None
    try:
        # First of all, and by itself: a picture once taken is not lost to a fault in another field.
        kept = kept_picture(step, form, request.user, now)
        if not is_valid:
            return answer(request, step.pk, now, faults=form.faults(), op=form.sent_op, kept=kept)
        facts = form.facts() | {"result": form.proved(kept)}
        outcome = tick_step(step_id=step.pk, actor=request.user, now=now, **facts)
    except InvalidTick as exc:
        return answer(request, step.pk, now, faults=tick_faults(exc.errors), op=form.sent_op, kept=kept)
    except ChecklistError as exc:
        return answer(request, step.pk, now, faults={"": CHECKLIST_MESSAGES[exc.code]})
    return answer(request, step.pk, now, is_addition=outcome.verdict == Tick.Verdict.ADDED)


def kept_picture(step: Step, form: TickForm, actor: User, now: datetime) -> UUID | None:
    if form.picture is None:
        return form.cleaned_data.get("file")
    kind, picture = form.picture
    name = form.cleaned_data.get("signed_name", "")
    op = form.picture_op or uuid4()
    row = keep_file(op=op, step_id=step.pk, kind=kind, picture=picture, actor=actor, now=now, signed_name=name)
    return row.op


@login_required
@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    step, now, form = step_for(request, pk, can_skip), timezone.now(), SkipForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        skip_step(step_id=step.pk, reason=reason, actor=request.user, now=now)
    except InvalidTick as exc:
        return answer(request, step.pk, now, faults=tick_faults(exc.errors))
    except ChecklistError as exc:
        return answer(request, step.pk, now, faults={"": CHECKLIST_MESSAGES[exc.code]})
    return answer(request, step.pk, now)


@login_required
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    step, now = step_for(request, pk, can_take_over), timezone.now()
    try:
        take_over_step(step_id=step.pk, actor=request.user, now=now)
    except ChecklistError as exc:
        return answer(request, step.pk, now, faults={"": CHECKLIST_MESSAGES[exc.code]})
    return answer(request, step.pk, now)


def tick_faults(errors: Mapping[str, list[str]]) -> dict[str, Any]:
    return {name: TICK_MESSAGES.get(codes[0], CHECKLIST_MESSAGES["invalid_tick"]) for name, codes in errors.items()}


def answer(
    request: HttpRequest,
    pk: int,
    now: datetime,
    *,
    faults: dict[str, Any] | None = None,
    op: UUID | None = None,
    kept: UUID | None = None,
    is_addition: bool = False,
) -> HttpResponse:
    """The step's row as it is now; without JavaScript, the page it was tapped on."""
    if not request.htmx:
        return back(request, faults, is_addition)
    step = with_card_relations(Step.objects.filter(pk=pk)).get()
    context = row_context(request, step, request.user, now) | {"faults": faults, "is_addition": is_addition}
    # What was typed, under the op it was first sent with, is there to be sent again.
    typed = {"typed": request.POST, "op": op, "kept": kept} if faults else {}
    with timezone.override(step.site.zone):
        return render(request, "checklists/_step.html", context | typed, status=422 if faults else 200)


def row_context(request: HttpRequest, step: Step, user: User, now: datetime) -> dict[str, Any]:
    return {
        "card": card_of(step, user=user, now=now),
        "now": now,
        "is_inside": request.POST.get("inside") == "1",
        "back": request.POST.get("back", ""),
    }


def back(request: HttpRequest, faults: dict[str, Any] | None, is_addition: bool) -> HttpResponse:
    for text in (faults or {}).values():
        messages.error(request, text)
    if is_addition:
        messages.info(request, CHECKLIST_MESSAGES["kept_as_addition"])
    target = request.POST.get("back", "")
    is_own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if is_own else "checklists:tablet")
