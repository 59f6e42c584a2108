"""Shifts of a week or a month as a file."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rooms.downloads import CSV, XLSX, attachment
from rooms.sheets import text_csv, text_xlsx
from staff.permissions import can_change_shifts, can_see_shifts
from staff.shift_sheets import heads, rows_between, window_of
from staff.views.sites import day_asked_for, site_or_404


@require_GET
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """`?date=`, `?span=week|month`, `?kind=csv|xlsx`; drafts are for those who plan."""
    if not can_see_shifts(request.user):
        raise PermissionDenied
    site = site_or_404(request)
    on = day_asked_for(request, site, timezone.now())
    window = window_of(site, on, request.GET.get("span", "week"))
    rows = rows_between(site, window, with_drafts=can_change_shifts(request.user))
    stem = f"shifts-{site.code}-{window[0].astimezone(site.zone):%Y-%m-%d}"
    if request.GET.get("kind") == "xlsx":
        sheet = text_xlsx(_("Shifts"), heads(), rows)
        return attachment(HttpResponse(sheet, content_type=XLSX), f"{stem}.xlsx")
    text = "".join(text_csv(heads(), rows))
    return attachment(HttpResponse(text, content_type=CSV), f"{stem}.csv")
