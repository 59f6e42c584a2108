"""The word that a change of a plan was seen."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists.models import Acknowledgement
from checklists.services.acknowledgements import acknowledge
from checklists.views.common import back_of


@login_required
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody answers for somebody else; the same word again changes nothing."""
    question = get_object_or_404(Acknowledgement.objects.filter(user=request.user), pk=pk)
    acknowledge(revision_id=question.revision_id, actor=request.user, now=timezone.now())
    if request.htmx:
        question = Acknowledgement.objects.select_related("revision__plan__booking__site").get(pk=pk)
        with timezone.override(question.revision.plan.booking.site.zone):
            return render(request, "checklists/_change_seen.html", {"question": question})
    messages.success(request, _("Noted that you have seen the change."))
    return redirect(back_of(request, "checklists:tablet"))
