"""A sheet of shifts: its columns named, looked at, and then brought in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from rooms.services.sheets import remember_columns, remembered_fields
from rooms.sheet_reading import Sheet
from staff.errors import StaffError
from staff.import_forms import ShiftColumnsForm, ShiftSheetForm, opened, sealed
from staff.messages import refusal
from staff.models import ShiftColumns
from staff.permissions import can_change_shifts
from staff.services.shift_imports import import_shifts
from staff.shift_columns import guessed, is_plain
from staff.shift_import import BAD, MADE, NEW, THERE, ShiftRow, rows_of
from staff.shift_sheets import heads
from staff.views.sites import site_or_404

# What is wrong with a row before it meets the roster.
ROW_MESSAGES = {
    "unknown_person": gettext_lazy("Nobody of this name works at this site."),
    "name_twice": gettext_lazy("Two people have this name: give the user name."),
    "two_people": gettext_lazy("The user name and the name are of two people."),
    "unknown_pattern": gettext_lazy("There is no usual shift with this code or name."),
    "pattern_twice": gettext_lazy("Two usual shifts can be meant: give the code."),
    "not_a_date": gettext_lazy("This is no date."),
    "not_a_time": gettext_lazy("This is no time."),
    "dates_differ": gettext_lazy("The beginning is on another day than the date says."),
    "not_yes_or_no": gettext_lazy("Say yes or no."),
    "too_far": gettext_lazy("This day is more than a year away."),
    "too_long": gettext_lazy("This shift is longer than two days."),
}
# Whose cells a fault is about.
WHO, TIMES = ("username", "name"), ("begins", "ends", "times")
FIELDS_OF = {
    **dict.fromkeys(("unknown_person", "name_twice", "two_people"), WHO),
    **dict.fromkeys(("unknown_pattern", "pattern_twice"), ("pattern",)),
    **dict.fromkeys(("not_a_time", "shift_order", "too_long"), TIMES),
    **dict.fromkeys(("not_a_date", "too_far"), ("on",)),
    "dates_differ": ("on", "begins"),
    "not_yes_or_no": ("is_on_call",),
}


@dataclass
class Look:
    """What the page shows: the sheet with the form of its columns, and what became of its rows."""

    form: ShiftSheetForm = field(default_factory=ShiftSheetForm)
    sheet: Sheet | None = None
    columns: ShiftColumnsForm | None = None
    mapping: Sequence[str] = ()
    rows: Sequence[ShiftRow] = ()

    def count(self, verdict: str) -> int:
        return sum(row.verdict == verdict for row in self.rows)


@require_http_methods(["GET", "POST"])
@login_required
def shift_import(request: HttpRequest) -> HttpResponse:
    if not can_change_shifts(request.user):
        raise PermissionDenied
    site, now = site_or_404(request), timezone.now()
    if request.method == "GET":
        return page(request, site, Look())
    if "sheet" in request.POST:
        return carry_on(request, site, now)
    form = ShiftSheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, site, Look(form), status=422)
    look = look_at(form.sheet, remembered_fields(ShiftColumns.objects, site))
    if is_plain(look.mapping):
        look.rows = tried(request, site, form.sheet, look.mapping, now)
    return page(request, site, look)


def look_at(sheet: Sheet, remembered: Mapping[str, str]) -> Look:
    """The columns as they were named the last time, else as the headings say."""
    mapping = guessed(sheet.heads, remembered)
    form = ShiftColumnsForm(None, heads=sheet.heads, mapping=mapping)
    return Look(sheet=sheet, columns=form, mapping=mapping)


def tried(
    request: HttpRequest, site: Site, sheet: Sheet, mapping: Sequence[str], now: datetime, **facts: Any
) -> list[ShiftRow]:
    rows = rows_of(sheet, mapping, site, now)
    return import_shifts(site=site, rows=rows, actor=request.user, now=now, **({"is_trial": True} | facts))


def carry_on(request: HttpRequest, site: Site, now: datetime) -> HttpResponse:
    """Looked at once more: since the first look others may have planned as well."""
    sheet = opened(request.POST["sheet"], site)
    if sheet is None:
        form = ShiftSheetForm({}, {})
        form.is_valid()
        form.add_error("file", _("This sheet was read too long ago. Please read it again."))
        return page(request, site, Look(form), status=422)
    look = look_at(sheet, remembered_fields(ShiftColumns.objects, site))
    if "column_0" in request.POST:
        look.columns = ShiftColumnsForm(request.POST, heads=sheet.heads, mapping=look.mapping)
        if not look.columns.is_valid():
            return page(request, site, look, status=422)
        look.mapping = look.columns.mapping
    remember_columns(ShiftColumns.objects, site=site, heads=sheet.heads, mapping=look.mapping)
    mode = request.POST.get("mode")
    if mode not in ("all", "good"):
        look.rows = tried(request, site, sheet, look.mapping, now)
        return page(request, site, look)
    look.rows = tried(request, site, sheet, look.mapping, now, is_trial=False, leaves_bad=mode == "good")
    is_done = look.count(MADE) or not look.count(BAD)
    return page(request, site, look, status=200 if is_done else 409)


def page(request: HttpRequest, site: Site, look: Look, *, status: int = 200) -> HttpResponse:
    # What needs a hand stands first.
    ordered = sorted(look.rows, key=lambda row: (row.verdict != BAD, row.number))
    counts = {verdict: look.count(verdict) for verdict in (NEW, THERE, BAD, MADE)}
    is_open = look.sheet is not None and not counts[MADE]
    context: dict[str, Any] = {
        "site": site,
        "form": look.form,
        "lines": [(row, faulty_cells(row, look.mapping), words_of(row)) for row in ordered],
        "counts": counts,
        "sheet": sealed(look.sheet, site) if look.sheet and is_open else "",
        "columns_form": look.columns,
        "columns": look.columns.rows(look.sheet.rows) if look.sheet and look.columns and is_open else [],
        "mapping": list(enumerate(look.mapping)),
        "heads": heads(),
        "first_on": min((row.spans[0][0].astimezone(site.zone).date() for row in look.rows if row.spans), default=None),
    }
    return render(request, "staff/shift_import.html", context, status=status)


def faulty_cells(row: ShiftRow, mapping: Sequence[str]) -> list[str]:
    fields = FIELDS_OF.get(row.code, ()) if row.verdict == BAD else ()
    return [cell for name, cell in zip(mapping, row.cells, strict=False) if name in fields and cell]


def words_of(row: ShiftRow) -> str:
    if row.verdict != BAD:
        return ""
    return str(ROW_MESSAGES[row.code]) if row.code in ROW_MESSAGES else refusal(StaffError(row.code, **row.params))
