"""Courses: the list with the shipped programmes, copying one, making and changing them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.selectors import sites_visible_to
from rooms.text import language_suffix
from staff.errors import StaffError
from staff.models import Course, User
from staff.permissions import can_change_course, can_lead_training, can_see_course
from staff.programmes import programmes
from staff.selectors.training import courses_visible_to
from staff.services.courses import SESSION_FIELDS, copy_programme, save_course
from staff.training_forms import CopyForm, CourseForm, SessionFormSet, may_use


@require_GET
@login_required
def courses(request: HttpRequest) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    suffix = language_suffix()
    shipped = [(each.code, each.name[suffix], len(each.sessions)) for each in programmes().values()]
    rows = [(each, can_change_course(request.user, each)) for each in courses_visible_to(request.user)]
    context = {"rows": rows, "shipped": shipped, "sites": sites_visible_to(request.user)}
    return render(request, "staff/courses.html", context)


@require_POST
@login_required
def copy(request: HttpRequest) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    form = CopyForm(request.POST, actor=request.user)
    if not form.is_valid() or not may_use(request.user, form.cleaned_data["site"]):
        raise Http404
    try:
        course = copy_programme(code=form.cleaned_data["programme"], site=form.cleaned_data["site"])
    except StaffError as exc:
        raise Http404 from exc
    messages.success(request, _("The copy is yours to change."))
    return redirect("staff:course", course.pk)


@require_GET
@login_required
def course(request: HttpRequest, pk: int) -> HttpResponse:
    row = course_asked(request, pk)
    context = {
        "course": row,
        "sessions": row.sessions.all(),
        "runs": row.runs.filter(site__in=sites_visible_to(request.user)).select_related("site", "trainer"),
        "can_change": can_change_course(request.user, row),
        "sites": sites_visible_to(request.user),
    }
    with timezone.override(request.user.zone):
        return render(request, "staff/course.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    return edit(request, Course())


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row = course_asked(request, pk)
    if not can_change_course(request.user, row):
        raise PermissionDenied
    return edit(request, row)


def edit(request: HttpRequest, row: Course) -> HttpResponse:
    data = request.POST or None
    form = CourseForm(data, instance=row, actor=request.user)
    sessions = SessionFormSet(data, prefix="sessions", initial=initial_of(row))
    if request.method == "POST" and form.is_valid() and sessions.is_valid():
        save_course(course=form.instance, fields=form.cleaned_data, sessions=wanted(sessions))
        messages.success(request, _("The course is saved."))
        return redirect("staff:course", form.instance.pk)
    has_fault = bool(form.errors) or sessions.total_error_count() > 0 if data else False
    context = {"form": form, "sessions": sessions, "course": row}
    return render(request, "staff/course_form.html", context, status=422 if has_fault else 200)


def initial_of(row: Course) -> list[dict[str, Any]]:
    return list(row.sessions.values(*SESSION_FIELDS)) if row.pk else []


def wanted(sessions: Any) -> list[dict[str, Any]]:
    """In the order of the numbers; a line left empty is none."""
    return [form.cleaned_data for form in sessions.ordered_forms if form.cleaned_data.get("name_zh_hans")]


def course_asked(request: HttpRequest, pk: int) -> Course:
    user: User = request.user
    if not can_lead_training(user):
        raise PermissionDenied
    row = get_object_or_404(Course.objects.select_related("site", "skill", "practical_list"), pk=pk)
    if not can_see_course(user, row):
        raise Http404
    return row
