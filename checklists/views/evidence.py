"""Pictures of steps: added from a page, and shown to those who may see the step."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checklists.errors import ChecklistError, InvalidTick
from checklists.messages import CHECKLIST_MESSAGES, TICK_MESSAGES
from checklists.models import Step, StepFile
from checklists.permissions import can_tick
from checklists.picture_forms import PictureForm
from checklists.pictures import thumbnail
from checklists.selectors.evidence import can_see_step, knows_site_of
from checklists.services.evidence_files import keep_file
from checklists.views.steps import answer, step_for
from staff.models import User

TYPES = {StepFile.Kind.PHOTO: ("image/jpeg", "jpg"), StepFile.Kind.SIGNATURE: ("image/png", "png")}


@login_required
@require_POST
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    step, now, form = step_for(request, pk, can_tick), timezone.now(), PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return answer(request, step.pk, now, faults=form.faults())
    if form.picture is None:
        return answer(request, step.pk, now, faults={"photo": TICK_MESSAGES["photo_needed"]})
    kind, picture = form.picture
    facts: dict[str, Any] = {"kind": kind, "picture": picture, "signed_name": form.cleaned_data["signed_name"]}
    try:
        keep_file(op=form.picture_op or uuid4(), step_id=step.pk, actor=request.user, now=now, **facts)
    except InvalidTick:
        return answer(request, step.pk, now, faults={"signed_name": TICK_MESSAGES["who_signs"]})
    except ChecklistError as exc:
        return answer(request, step.pk, now, faults={"": CHECKLIST_MESSAGES[exc.code]})
    return answer(request, step.pk, now)


@login_required
@require_GET
def step_file(request: HttpRequest, pk: int, op: UUID) -> HttpResponse:
    """The picture, or with `size=small` a small one; never anything a browser could run."""
    row = get_object_or_404(StepFile, op=op, step=seen_step(request.user, pk))
    media_type, ending = TYPES[StepFile.Kind(row.kind)]
    try:
        with row.file.open("rb") as stored:
            data = thumbnail(stored) if request.GET.get("size") == "small" else stored.read()
    except (ValueError, OSError) as exc:
        raise Http404 from exc
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{row.kind}-{row.step_id}-{row.pk}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def seen_step(user: User, pk: int) -> Step:
    step = get_object_or_404(Step, pk=pk)
    if can_see_step(user, step):
        return step
    if knows_site_of(user, step):
        raise PermissionDenied
    raise Http404
