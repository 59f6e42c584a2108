"""A draft published under its number, and meetings planned anew with it when somebody asks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from checklists.errors import ChecklistError
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import Replanning, ServiceStandard
from checklists.permissions import can_edit_standard
from checklists.selectors.standard_shelf import newest_of, replannings_of
from checklists.selectors.standards import rules_of
from checklists.services.drafts import publish_draft
from checklists.services.replanning import meetings_for, request_replanning
from checklists.standard_changes import changes_in_words
from checklists.standard_forms.publishing import PublishForm, ReplanForm
from checklists.standards.comparing import compare
from checklists.views.drafts import GET_AND_POST, editable_asked
from checklists.views.standards import common_context, standard_asked, tells_of_discarded
from rooms.polling import STOP_POLLING


@login_required
@GET_AND_POST
@tells_of_discarded
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    draft = editable_asked(request, pk)
    if draft.state != ServiceStandard.State.DRAFT:
        return published_already(request, draft)
    sent = request.POST if request.method == "POST" else None
    form = PublishForm(sent, initial={"seen": draft.edited_at.isoformat() if draft.edited_at else ""})
    if sent is not None and form.is_valid():
        try:
            published = publish_draft(draft_id=pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ChecklistError as error:
            form.add_error(None, CHECKLIST_MESSAGES[error.code])
            draft.refresh_from_db()
        else:
            messages.success(request, _("Standard no. %(number)s is published.") % {"number": published.number})
            return redirect("checklists:standard_replan", published.pk)
    newest = newest_of(draft.site) or newest_of(None)
    changes = changes_in_words(compare(rules_of(newest), rules_of(draft))) if newest else None
    context = common_context(request, draft) | {"form": form, "changes": changes, "newest": newest, "tab": "publish"}
    return render(request, "checklists/standard_publish.html", context)


def published_already(request: HttpRequest, standard: ServiceStandard) -> HttpResponse:
    """Somebody else was faster; what came of it is shown."""
    if request.method == "POST":
        messages.error(request, CHECKLIST_MESSAGES["draft_gone"])
    return redirect("checklists:standard", standard.pk)


@login_required
@GET_AND_POST
def replan(request: HttpRequest, pk: int) -> HttpResponse:
    """None is chosen to begin with: nothing running changes until somebody says so."""
    standard, now = standard_asked(request, pk), timezone.now()
    if not can_edit_standard(request.user, standard.site):
        raise PermissionDenied
    if standard.state != ServiceStandard.State.PUBLISHED:
        raise Http404
    today = timezone.localdate(now)
    form = ReplanForm(request.POST if request.method == "POST" else None, initial={"since": today})
    if form.is_bound and form.is_valid():
        since = form.since_day
        if since is None:
            messages.info(request, _("No meeting was planned anew."))
            return redirect("checklists:standards")
        run = request_replanning(
            standard=standard,
            since=since,
            with_running=form.cleaned_data["with_running"],
            actor=request.user,
            now=now,
        )
        return redirect("checklists:replanning", run.pk)
    waiting = meetings_for(standard, since=today, with_running=False, now=now).count()
    runs = replannings_of(standard)[:5]
    context = common_context(request, standard) | {"form": form, "waiting": waiting, "runs": runs, "tab": "replan"}
    return render(request, "checklists/standard_replan.html", context)


@login_required
@require_GET
def replanning(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; asked again every second while it lasts."""
    run = get_object_or_404(Replanning.objects.select_related("requested_by"), pk=pk)
    standard = standard_asked(request, run.standard_id)
    if not can_edit_standard(request.user, standard.site):
        raise PermissionDenied
    is_over = run.state == Replanning.State.DONE
    context = common_context(request, standard) | {"run": run, "is_over": is_over, "tab": "replan"}
    if not request.htmx:
        return render(request, "checklists/standard_replanning.html", context)
    status = STOP_POLLING if is_over else 200
    return render(request, "checklists/_standard_replanning.html", context, status=status)
