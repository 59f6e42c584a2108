"""A sheet of shifts: looked at first, then brought in."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from rooms.models import Site
from rooms.sheet_reading import Sheet
from staff.errors import StaffError
from staff.import_forms import ShiftSheetForm, opened, sealed
from staff.messages import refusal
from staff.permissions import can_change_shifts
from staff.services.shift_imports import import_shifts
from staff.shift_import import BAD, MADE, NEW, THERE, ShiftRow, UnknownColumnsError, rows_of
from staff.shift_sheets import heads
from staff.views.sites import site_or_404

# What is wrong with a row before it meets the roster.
ROW_MESSAGES = {
    "unknown_person": gettext_lazy("Nobody of this name works at this site."),
    "name_twice": gettext_lazy("Two people have this name: give the user name."),
    "unknown_pattern": gettext_lazy("There is no usual shift with this code."),
    "not_a_date": gettext_lazy("This is no date."),
    "not_a_time": gettext_lazy("This is no time."),
    "not_yes_or_no": gettext_lazy("Say yes or no."),
    "too_far": gettext_lazy("This day is more than a year away."),
}


@require_http_methods(["GET", "POST"])
@login_required
def shift_import(request: HttpRequest) -> HttpResponse:
    if not can_change_shifts(request.user):
        raise PermissionDenied
    site, now = site_or_404(request), timezone.now()
    if request.method == "GET":
        return page(request, site, ShiftSheetForm())
    if "sheet" in request.POST:
        return bring_in(request, site, now)
    form = ShiftSheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, site, form, status=422)
    return look(request, site, form, form.sheet, now)


def look(request: HttpRequest, site: Site, form: ShiftSheetForm, sheet: Sheet, now: datetime) -> HttpResponse:
    try:
        rows = rows_of(sheet, site, now)
    except UnknownColumnsError:
        words = ", ".join(heads()[:6])
        form.add_error("file", _("The headings do not say who works when. Needed are: %(heads)s.") % {"heads": words})
        return page(request, site, form, status=422)
    found = import_shifts(site=site, rows=rows, actor=request.user, now=now, is_trial=True)
    return page(request, site, ShiftSheetForm(), rows=found, sheet=sealed(sheet, site))


def bring_in(request: HttpRequest, site: Site, now: datetime) -> HttpResponse:
    """Looked at once more: since the first look others may have planned as well."""
    sheet = opened(request.POST["sheet"], site)
    form = ShiftSheetForm()
    if sheet is None:
        form = ShiftSheetForm({}, {})
        form.is_valid()
        form.add_error("file", _("This sheet was read too long ago. Please read it again."))
        return page(request, site, form, status=422)
    leaves_bad = request.POST.get("mode") == "good"
    rows = import_shifts(
        site=site, rows=rows_of(sheet, site, now), actor=request.user, now=now, is_trial=False, leaves_bad=leaves_bad
    )
    is_done = any(row.verdict == MADE for row in rows)
    sheet_text = "" if is_done else request.POST["sheet"]
    return page(request, site, form, rows=rows, sheet=sheet_text, status=200 if is_done or not bad(rows) else 409)


def bad(rows: list[ShiftRow]) -> int:
    return sum(row.verdict == BAD for row in rows)


def page(
    request: HttpRequest,
    site: Site,
    form: ShiftSheetForm,
    *,
    rows: list[ShiftRow] | None = None,
    sheet: str = "",
    status: int = 200,
) -> HttpResponse:
    counts = {verdict: sum(row.verdict == verdict for row in rows or ()) for verdict in (NEW, THERE, BAD, MADE)}
    # What needs a hand stands first.
    ordered = sorted(rows or (), key=lambda row: (row.verdict != BAD, row.number))
    context: dict[str, Any] = {
        "site": site,
        "form": form,
        "lines": [(row, words_of(row)) for row in ordered],
        "counts": counts,
        "sheet": sheet,
        "heads": heads(),
    }
    return render(request, "staff/shift_import.html", context, status=status)


def words_of(row: ShiftRow) -> str:
    if row.verdict != BAD:
        return ""
    return str(ROW_MESSAGES[row.code]) if row.code in ROW_MESSAGES else refusal(StaffError(row.code, **row.params))
