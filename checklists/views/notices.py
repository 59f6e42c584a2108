"""Taking over the steps a notice is about, in one tap where the notice stands."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from checklists.errors import ChecklistError
from checklists.notice_offers import open_steps, steps_in
from checklists.permissions import can_take_over
from checklists.services.handover import take_over_step
from checklists.views.common import back_of
from staff.models import Notice
from staff.services.notices import acknowledge_notice


@login_required
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    notice, now = get_object_or_404(Notice, pk=pk, recipient=request.user), timezone.now()
    steps = [step for step in open_steps(steps_in(notice)) if step.site_id == request.user.site_id]
    if any(not can_take_over(request.user, step) for step in steps):
        raise PermissionDenied
    taken = 0
    for step in steps:
        try:
            take_over_step(step_id=step.pk, actor=request.user, now=now)
            taken += 1
        except ChecklistError:
            # Settled by somebody else a moment ago: nothing is left to take over.
            continue
    acknowledge_notice(notice_id=notice.pk, actor=request.user, now=now)
    if taken:
        said = ngettext("%(count)s step is yours now.", "%(count)s steps are yours now.", taken) % {"count": taken}
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing is left to take over: it is settled already."))
    return redirect(back_of(request, "staff:notices"))
