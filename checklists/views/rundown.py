"""The daily rundown: preview on the screen, numbered prints, and the page that waits for a long one."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_http_methods

from checklists.forms import RundownForm
from checklists.models import RundownPrint
from checklists.permissions import can_print_rundown
from checklists.rundown import rundown_html
from checklists.selectors.rundown import rundown_context
from checklists.services.rundowns import live_url, request_rundown
from checklists.views.common import site_asked
from rooms.models import Site
from rooms.polling import STOP_POLLING, STUCK_AFTER
from rooms.selectors import site_today
from staff.printing import PdfUnavailableError


@login_required
@require_http_methods(["GET", "POST"])
def rundown(request: HttpRequest) -> HttpResponse:
    """GET shows the sheet on the screen; POST makes a numbered print of it."""
    form = form_of(request)
    if not form.is_valid():
        raise Http404
    site = site_asked(request, form.cleaned_data["site"])
    if not can_print_rundown(request.user, site):
        raise PermissionDenied
    if request.method == "GET":
        return preview(request, site, form.cleaned_data)
    return numbered(request, site, form.cleaned_data)


def form_of(request: HttpRequest) -> RundownForm:
    data = (request.POST if request.method == "POST" else request.GET).copy()
    if "date" not in data and request.method == "GET":
        data["date"] = site_today(site_asked(request), timezone.now()).isoformat()
    return RundownForm(data, initial={"language": translation.get_language()})


def numbered(request: HttpRequest, site: Site, asked: dict) -> HttpResponse:
    try:
        row = request_rundown(
            site=site,
            on=asked["date"],
            language=asked["language"],
            with_habits=asked["habits"],
            actor=request.user,
            now=timezone.now(),
        )
    except PdfUnavailableError as exc:
        return preview(request, site, asked, missing=exc.packages)
    name = "rundown_file" if row.state == RundownPrint.State.READY else "rundown_progress"
    return redirect(f"checklists:{name}", row.pk)


def preview(request: HttpRequest, site: Site, asked: dict, missing: list[str] | None = None) -> HttpResponse:
    on, language = asked["date"], asked["language"]
    with translation.override(language):
        sheet = rundown_context(
            site=site,
            on=on,
            user=request.user,
            now=timezone.now(),
            language=language,
            with_habits=asked["habits"],
        )
    bar = bar_context(request, site, on, asked) | {"missing": missing}
    return HttpResponse(rundown_html(sheet, language=language, live_url=live_url(site, on), **bar))


def bar_context(request: HttpRequest, site: Site, on: date, asked: dict) -> dict:
    """The document is rendered without a request, so that it cannot depend on one; its bar needs these."""
    return {
        "preview": True,
        "csrf_token": get_token(request),
        "site_code": site.code,
        "asked_on": on.isoformat(),
        "asked_language": asked["language"],
        "with_habits": asked["habits"],
        "languages": RundownForm.base_fields["language"].choices,
    }


@login_required
@require_GET
def rundown_progress(request: HttpRequest, pk: int) -> HttpResponse:
    row = own_print(request, pk)
    is_waiting = row.state == RundownPrint.State.WAITING
    context = {
        "print": row,
        "is_over": row.state in {RundownPrint.State.READY, RundownPrint.State.FAILED},
        "is_stuck": is_waiting and timezone.now() - row.requested_at > STUCK_AFTER,
    }
    if not request.htmx:
        return render(request, "checklists/rundown_progress.html", context)
    status = STOP_POLLING if context["is_over"] else 200
    return render(request, "checklists/_rundown_progress.html", context, status=status)


@login_required
@require_GET
def rundown_file(request: HttpRequest, pk: int) -> FileResponse:
    row = own_print(request, pk)
    if row.state != RundownPrint.State.READY:
        raise Http404
    name = f"rundown-{row.site.code}-{row.on}-v{row.version}.pdf"
    response = FileResponse(row.file.open("rb"), content_type="application/pdf", filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


def own_print(request: HttpRequest, pk: int) -> RundownPrint:
    """A print shows what its reader may see, so it is for that reader alone."""
    return get_object_or_404(RundownPrint.objects.select_related("site"), pk=pk, requested_by=request.user)
