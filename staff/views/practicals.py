"""Checklists of practical examinations: the list, one with its versions, making and changing them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import Course, PracticalList, PracticalVersion
from staff.permissions import can_change_practical_list, can_see_practical_list, can_see_practical_lists
from staff.practical import Line, grouped, shipped_lines, shipped_name
from staff.practical_forms import LineFormSet, PracticalListForm, initial_lines
from staff.selectors.practicals import lists_visible_to
from staff.services.practicals import save_list


@require_GET
@login_required
def lists(request: HttpRequest) -> HttpResponse:
    if not can_see_practical_lists(request.user):
        raise PermissionDenied
    rows = [(each, can_change_practical_list(request.user, each)) for each in lists_visible_to(request.user)]
    context = {"rows": rows, "shipped": grouped(shipped_lines())}
    return render(request, "staff/practical_lists.html", context)


@require_GET
@login_required
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """As it stands, or as it stood under `?version=`."""
    row = list_asked(request, pk)
    versions = list(row.versions.select_related("made_by"))
    shown = version_named(request, versions)
    context = {
        "list": row,
        "versions": versions,
        "shown": shown,
        "is_newest": shown == versions[0],
        "groups": grouped(shown.lines),
        "courses": Course.objects.filter(practical_list=row, is_active=True),
        "can_change": can_change_practical_list(request.user, row),
    }
    return render(request, "staff/practical_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """From nothing, or with `?from=shipped` from the one that comes with the product."""
    if not can_see_practical_lists(request.user):
        raise PermissionDenied
    if request.GET.get("from") != "shipped":
        return edit(request, PracticalList(), (), 0)
    return edit(request, PracticalList(**shipped_name()), shipped_lines(), 0)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """From the newest version, or from an earlier one that shall hold again."""
    row = list_asked(request, pk)
    if not can_change_practical_list(request.user, row):
        raise PermissionDenied
    versions = list(row.versions.all())
    return edit(request, row, version_named(request, versions).lines, versions[0].number)


def edit(request: HttpRequest, row: PracticalList, lines: Sequence[Line], seen: int) -> HttpResponse:
    data = request.POST or None
    form = PracticalListForm(data, instance=row, actor=request.user, initial={"seen": seen})
    formset = LineFormSet(data, prefix="lines", initial=initial_lines(lines))
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        facts: dict[str, Any] = {"seen": form.cleaned_data["seen"], "actor": request.user, "now": timezone.now()}
        try:
            save_list(practical_list=form.instance, fields=form.cleaned_data, lines=formset.lines(), **facts)
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            messages.success(request, _("The checklist is saved. Examinations held before keep theirs."))
            return redirect("staff:practical_list", form.instance.pk)
    has_fault = bool(form.errors) or formset.total_error_count() > 0 if data else False
    context = {"form": form, "lines": formset, "list": row}
    return render(request, "staff/practical_list_form.html", context, status=422 if has_fault else 200)


def version_named(request: HttpRequest, versions: Sequence[PracticalVersion]) -> PracticalVersion:
    wanted = request.GET.get("version", "")
    return next((each for each in versions if str(each.number) == wanted), versions[0])


def list_asked(request: HttpRequest, pk: int) -> PracticalList:
    if not can_see_practical_lists(request.user):
        raise PermissionDenied
    row = get_object_or_404(PracticalList.objects.select_related("site"), pk=pk)
    if not can_see_practical_list(request.user, row):
        raise Http404
    return row
