"""Runs of courses: begun, shown to trainers and to who takes part, changed, attended, closed."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.selectors import site_today
from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import CourseRun, Enrolment, RunSession
from staff.permissions import can_lead_run, can_lead_training, can_train
from staff.selectors.certificates import standings
from staff.selectors.exams import examination_of
from staff.selectors.practicals import held_of
from staff.selectors.training import (
    enrolment_of,
    homework_of,
    own_homework,
    sessions_of,
)
from staff.services.runs import (
    begin_run,
    change_run,
    change_session,
    close_run,
    enrol,
    leave_run,
    mark_attendance,
    reopen_run,
)
from staff.signing_in import code_of, is_open
from staff.training_forms import AttendanceForm, ParticipantsForm, RunChangeForm, RunForm, SessionForm
from staff.views.asking import site_asked
from staff.views.courses import course_asked


@require_http_methods(["GET", "POST"])
@login_required
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    course, site, now = course_asked(request, pk), site_asked(request), timezone.now()
    initial = {"first": site_today(site, now), "begins": "13:30", "ends": "16:30", "trainer": request.user.pk}
    form = RunForm(request.POST or None, site=site, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            run = begin_run(
                course=course,
                site=site,
                trainer=data["trainer"],
                times=form.times,
                people=data["people"],
                actor=request.user,
                now=now,
            )
        except StaffError as exc:
            form.add_error("first", STAFF_MESSAGES[exc.code] % exc.params)
        else:
            messages.success(request, _("The course is planned; everyone is told."))
            return redirect("staff:run", run.pk)
    context = {"form": form, "course": course, "site": site}
    return render(request, "staff/run_begin.html", context, status=422 if form.errors else 200)


@require_GET
@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """For trainer and leaders everyone's marks; for who takes part, their own."""
    row, enrolment = run_asked(request, pk)
    now = timezone.now()
    with timezone.override(row.site.zone):
        if can_train(request.user, row):
            return render(request, "staff/run.html", trainer_context(request, row, now))
        return render(request, "staff/run_mine.html", participant_context(row, enrolment, now))


def trainer_context(request: HttpRequest, row: CourseRun, now: datetime) -> dict[str, Any]:
    people = standings(row, now=now)
    return {
        "run": row,
        "now": now,
        "sessions": sessions_of(row),
        "homework": homework_of(row),
        "people": people,
        "ready": sum(not each.unmet and each.certificate is None for each in people),
        "examination": examination_of(row),
        "can_lead": can_lead_run(request.user, row),
        "participants": ParticipantsForm(run=row),
    }


def participant_context(row: CourseRun, enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    marks = dict(enrolment.attendance.values_list("session_id", "state"))
    return {
        "run": row,
        "now": now,
        "enrolment": enrolment,
        "sessions": [(each, marks.get(each.pk, "")) for each in sessions_of(row)],
        "open_session": next((each for each in row.sessions.all() if may_sign_in(row, each, marks, now)), None),
        "standing": standings(row, now=now, user=enrolment.user)[0],
        "homework": own_homework([enrolment]),
        "examination": examination_of(row),
        "held": held_of(enrolment),
    }


def may_sign_in(row: CourseRun, session: RunSession, marks: dict[int, str], now: datetime) -> bool:
    return row.closed_at is None and is_open(session, now) and session.pk not in marks


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_led(request, pk)
    form = RunChangeForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_run(run_id=row.pk, fields=form.cleaned_data, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            return redirect("staff:run", row.pk)
    return render(request, "staff/run_change.html", {"form": form, "run": row}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """When and where, and who came."""
    found = get_object_or_404(RunSession.objects.select_related("run__course", "run__site", "room"), pk=pk)
    row = run_trained(request, found.run_id)
    now, zone = timezone.now(), row.site.zone
    initial = {
        "on": found.starts_at.astimezone(zone).date(),
        "begins": found.starts_at.astimezone(zone).time(),
        "ends": found.ends_at.astimezone(zone).time(),
        "room": found.room_id,
    }
    enrolments = row.enrolments.filter(left_at=None).select_related("user")
    marks = dict(found.attendance.values_list("enrolment_id", "state"))
    is_times = request.method == "POST" and "on" in request.POST
    times = SessionForm(request.POST if is_times else None, site=row.site, initial=initial)
    is_marks = request.method == "POST" and not is_times
    attendance = AttendanceForm(request.POST if is_marks else None, enrolments=enrolments, marks=marks)
    form = times if is_times else attendance
    if request.method == "POST" and form.is_valid() and session_saved(request, found, form, now):
        return redirect("staff:run", row.pk)
    context = {
        "session": found,
        "run": row,
        "times": times,
        "attendance": attendance,
        "rows": attendance.rows,
        "has_begun": found.starts_at <= now,
        "code": code_of(found) if is_open(found, now) and not row.closed_at else "",
    }
    with timezone.override(zone):
        return render(request, "staff/run_session.html", context, status=422 if form.errors else 200)


def session_saved(request: HttpRequest, found: RunSession, form: Any, now: datetime) -> bool:
    try:
        if isinstance(form, SessionForm):
            start, end = form.span
            change_session(session_id=found.pk, start=start, end=end, room=form.cleaned_data["room"])
        else:
            mark_attendance(session_id=found.pk, states=form.states, actor=request.user, now=now)
    except StaffError as exc:
        form.add_error(None, STAFF_MESSAGES[exc.code])
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@login_required
def add_people(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_led(request, pk)
    form = ParticipantsForm(request.POST, run=row)
    if not form.is_valid():
        messages.error(request, _("Choose at least one person who works at this site."))
        return redirect("staff:run", row.pk)
    facts = {"people": form.cleaned_data["people"], "actor": request.user, "now": timezone.now()}
    return after(request, row, lambda: enrol(run_id=row.pk, **facts))


@require_POST
@login_required
def remove_person(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment, pk=pk)
    row = run_led(request, enrolment.run_id)
    return after(request, row, lambda: leave_run(enrolment_id=enrolment.pk, now=timezone.now()))


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_led(request, pk)
    if row.closed_at:
        return after(request, row, lambda: reopen_run(run_id=row.pk))
    return after(request, row, lambda: close_run(run_id=row.pk, now=timezone.now()))


def after(request: HttpRequest, row: CourseRun, do: Any) -> HttpResponse:
    """Do it, say why where it is refused, and show the run."""
    try:
        do()
    except StaffError as exc:
        messages.error(request, STAFF_MESSAGES[exc.code] % exc.params)
    return redirect("staff:run", row.pk)


def run_asked(request: HttpRequest, pk: int) -> tuple[CourseRun, Enrolment | None]:
    """The run for whoever has to do with it; of another site's nothing is said."""
    row = get_object_or_404(
        CourseRun.objects.select_related("course", "site", "trainer", "skill", "practical_list"), pk=pk
    )
    enrolment = enrolment_of(request.user, row)
    if enrolment or can_train(request.user, row):
        return row, enrolment
    if row.site_id != request.user.site_id:
        raise Http404
    raise PermissionDenied


def run_trained(request: HttpRequest, pk: int) -> CourseRun:
    row, _enrolment = run_asked(request, pk)
    if not can_train(request.user, row):
        raise PermissionDenied
    return row


def run_led(request: HttpRequest, pk: int) -> CourseRun:
    row, _enrolment = run_asked(request, pk)
    if not can_lead_run(request.user, row):
        raise PermissionDenied
    return row
