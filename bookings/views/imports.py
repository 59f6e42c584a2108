"""Sheets of requests brought in, and bookings taken out as the same sheet."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.errors import BookingError
from bookings.forms.imports import ExportForm, MappingForm
from bookings.importing.export import bookings_between, heads, rows_of
from bookings.importing.outcome import words_of
from bookings.messages import error_text
from bookings.models import BookingImport
from bookings.permissions import can_export, can_import
from bookings.services.import_runs import check_sheet, import_sheet, keep_sheet, remove_import
from rooms.downloads import CSV, XLSX, attachment
from rooms.models import Site
from rooms.polling import STOP_POLLING
from rooms.selectors import find_site, site_today, sites_visible_to
from rooms.sheet_forms import SheetForm
from rooms.sheets import text_csv, text_xlsx

STUCK_AFTER = timedelta(minutes=2)
MOST_IN_SHEET, MOST_IN_TEXT = 5_000, 50_000
State = BookingImport.State


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    site = site_or_404(request)
    if not can_import(request.user, site):
        raise PermissionDenied
    if request.method == "GET":
        return imports_page(request, site, SheetForm())
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return imports_page(request, site, form)
    name = form.cleaned_data["file"].name
    run = keep_sheet(site=site, name=name, sheet=form.sheet, actor=request.user, now=timezone.now())
    return redirect("bookings:import", run.pk)


@login_required
@require_http_methods(["GET", "POST"])
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """What the columns mean, what was found wrong, and, while a worker has it, how far it is."""
    run = run_or_404(request, pk)
    if request.method == "GET":
        return run_page(request, run, mapping_form(None, run))
    form = mapping_form(request.POST, run)
    if not form.is_valid():
        return run_page(request, run, form, status=422)
    try:
        check_sheet(run_id=run.pk, mapping=form.mapping, clock=timezone.now)
    except BookingError as error:
        messages.error(request, error_text(error))
    return redirect("bookings:import", run.pk)


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    is_all = request.POST.get("mode") != "good"
    try:
        run = import_sheet(run_id=run.pk, is_all_or_nothing=is_all, clock=timezone.now)
    except BookingError as error:
        messages.error(request, error_text(error))
    else:
        if run.state == State.CHECKED:
            messages.error(request, _("Nothing was brought in: a row is no longer good."))
    return redirect("bookings:import", run.pk)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    remove_import(run_id=run.pk)
    return redirect("bookings:imports")


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    site, form = site_or_404(request), ExportForm(request.GET)
    if not can_export(request.user, site):
        raise PermissionDenied
    if not form.is_valid():
        return imports_page(request, site, SheetForm(), form)
    rows, kind = bookings_between(site, *form.span(site)), form.cleaned_data["kind"]
    most = MOST_IN_SHEET if kind == "xlsx" else MOST_IN_TEXT
    if rows[most : most + 1].exists():
        form.add_error(None, _("More than %(most)s bookings: choose fewer days.") % {"most": most})
        return imports_page(request, site, SheetForm(), form)
    name = f"bookings-{site.code}-{form.cleaned_data['since']}.{kind}"
    if kind == "xlsx":
        body = text_xlsx(_("Bookings"), heads(), rows_of(rows))
        return attachment(HttpResponse(body, content_type=XLSX), name)
    body = "".join(text_csv(heads(), rows_of(rows)))
    return attachment(HttpResponse(body, content_type=CSV), name)


def site_or_404(request: HttpRequest) -> Site:
    site = find_site(request.user, request.GET.get("site") or request.POST.get("site"))
    if site is None:
        raise Http404
    return site


def run_or_404(request: HttpRequest, pk: int) -> BookingImport:
    rows = BookingImport.objects.select_related("site", "requested_by")
    run = get_object_or_404(rows.filter(site__in=sites_visible_to(request.user)), pk=pk)
    if not can_import(request.user, run.site):
        raise PermissionDenied
    return run


def mapping_form(data: Any, run: BookingImport) -> MappingForm:
    return MappingForm(data, heads=run.heads, mapping=run.mapping)


def imports_page(
    request: HttpRequest, site: Site, form: SheetForm, export_form: ExportForm | None = None
) -> HttpResponse:
    today = site_today(site, timezone.now())
    initial = {"since": today.replace(day=1), "until": today + timedelta(days=30), "kind": "xlsx"}
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "form": form,
        "export_form": export_form or ExportForm(initial=initial),
        "may_import": can_import(request.user, site),
        "runs": site.imports.select_related("requested_by").defer("rows", "outcome")[:20],
    }
    faulty = form.errors or (export_form and export_form.errors)
    return render(request, "bookings/imports.html", context, status=422 if faulty else 200)


def run_page(request: HttpRequest, run: BookingImport, form: MappingForm, *, status: int = 200) -> HttpResponse:
    is_over, now = run.state not in BookingImport.AT_WORK, timezone.now()
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "columns": form.rows(run.rows) if run.rows else [],
        "words": words_of(run) if run.outcome else None,
        "is_over": is_over,
        "is_stuck": not is_over and run.taken_at is None and now - run.requested_at > STUCK_AFTER,
        "is_done": run.state == State.DONE,
        "language": get_language(),
    }
    if not request.htmx or is_over:
        response = render(request, "bookings/import.html", context, status=status)
        if request.htmx:
            # The whole page is another one now: what polled is told to load it.
            response["HX-Refresh"], response.status_code = "true", STOP_POLLING
        return response
    return render(request, "bookings/_import_progress.html", context)
