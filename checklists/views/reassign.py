"""One step given to somebody else: who could have it, and the handing over."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checklists.day_forms import PersonForm
from checklists.day_texts import DAY_MESSAGES
from checklists.errors import ChecklistError
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import Step
from checklists.permissions import can_reassign
from checklists.selectors.cards import card_of
from checklists.selectors.duty import people_for
from checklists.services.reassign import hand_over_step
from checklists.views.steps import step_for


@login_required
@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    step, now = step_for(request, pk, can_reassign), timezone.now()
    back = own_address(request, request.POST.get("back") or request.GET.get("back", ""))
    form, fault = PersonForm(request.POST or None), ""
    if request.method == "POST":
        try:
            return give(request, step, form, now, back)
        except ChecklistError as exc:
            fault = str((DAY_MESSAGES | CHECKLIST_MESSAGES)[exc.code])
    context = {
        "step": step,
        "card": card_of(step, user=request.user, now=now),
        "people": people_for(step, now),
        "is_open": step.state == Step.State.OPEN,
        "fault": fault,
        "back": back,
        "now": now,
    }
    with timezone.override(step.site.zone):
        return render(request, "checklists/reassign.html", context, status=422 if fault else 200)


def give(request: HttpRequest, step: Step, form: PersonForm, now: datetime, back: str) -> HttpResponse:
    if not form.is_valid():
        raise ChecklistError("not_on_duty")
    given = hand_over_step(step_id=step.pk, user_id=form.cleaned_data["user"], actor=request.user, now=now)
    name = given.assignee.get_full_name() if given.assignee else ""
    messages.success(request, _("%(step)s is now with %(person)s.") % {"step": step.item.title, "person": name})
    return redirect(back)


def own_address(request: HttpRequest, target: str) -> str:
    is_own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_own else reverse("checklists:day")
