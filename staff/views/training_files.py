"""The state of training of a site, and the attendance of a run, as files."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rooms.downloads import CSV, XLSX, attachment
from rooms.selectors import site_today
from rooms.sheets import text_csv, text_xlsx
from staff.permissions import can_lead_training, leads_at
from staff.training_sheets import attendance_heads, attendance_rows, state_heads, state_rows
from staff.views.asking import site_asked
from staff.views.runs import run_trained


@require_GET
@login_required
def state(request: HttpRequest) -> HttpResponse:
    """`?site=`, `?kind=csv|xlsx`."""
    if not can_lead_training(request.user):
        raise PermissionDenied
    site, now = site_asked(request), timezone.now()
    if not leads_at(request.user, site.pk):
        raise PermissionDenied
    stem = f"training-{site.code}-{site_today(site, now)}"
    return as_file(request, stem, _("Training"), state_heads(), state_rows(site, now=now))


@require_GET
@login_required
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """`?kind=csv|xlsx`; for the trainer too."""
    run = run_trained(request, pk)
    sessions = list(run.sessions.all())
    rows = attendance_rows(run, sessions, now=timezone.now())
    stem = f"attendance-{run.site.code}-{run.pk}"
    return as_file(request, stem, _("Attendance"), attendance_heads(run, sessions), rows)


def as_file(
    request: HttpRequest, stem: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> HttpResponse:
    if request.GET.get("kind") == "xlsx":
        return attachment(HttpResponse(text_xlsx(title, heads, rows), content_type=XLSX), f"{stem}.xlsx")
    return attachment(HttpResponse("".join(text_csv(heads, rows)), content_type=CSV), f"{stem}.csv")
