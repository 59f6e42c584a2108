"""Written examinations: set, taken, marked; and practical ones by checklist."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rooms.dates import format_time
from staff.errors import StaffError
from staff.exam_forms import ExaminationForm, HandMarkForm, PracticalForm
from staff.messages import STAFF_MESSAGES
from staff.models import CourseRun, Enrolment, Examination, Paper, PracticalVersion
from staff.permissions import can_change_practical_list, can_train
from staff.selectors.exams import questions_shown
from staff.selectors.practicals import held_of, lines_of, version_for
from staff.services.exams import (
    allow_retake,
    begin_paper,
    hand_in_paper,
    mark_by_hand,
    record_practical,
    save_answers,
    set_examination,
)
from staff.views.runs import after, run_asked, run_trained

ANSWER, PLACE = re.compile(r"q([0-9]{1,3})"), re.compile(r"[0-9]{1,3}")


@require_http_methods(["GET", "POST"])
@login_required
def set_up(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_trained(request, pk)
    found = Examination.objects.filter(run=row).first()
    form = ExaminationForm(request.POST or None, instance=found, site=row.site, initial=initial_of(row, found))
    if request.method == "POST" and form.is_valid():
        facts = {"fields": form.fields_of_examination, "actor": request.user, "now": timezone.now()}
        try:
            set_examination(run_id=row.pk, **facts)
        except StaffError as exc:
            form.add_error("question_count", STAFF_MESSAGES[exc.code] % exc.params)
        else:
            messages.success(request, _("The examination is set."))
            return redirect("staff:run", row.pk)
    context = {"form": form, "run": row}
    return render(request, "staff/examination_form.html", context, status=422 if form.errors else 200)


def initial_of(row: CourseRun, found: Examination | None) -> dict[str, Any]:
    last = row.sessions.last()
    opens = found.opens_at if found else (last.starts_at if last else timezone.now())
    closes = found.closes_at if found else (last.ends_at if last else timezone.now())
    moments = {"opens": opens.astimezone(row.site.zone), "closes": closes.astimezone(row.site.zone)}
    initial: dict[str, Any] = {}
    for name, moment in moments.items():
        initial |= {f"{name}_on": moment.date(), name: moment.time()}
    return initial


@require_http_methods(["GET", "POST"])
@login_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of whoever takes part: what it is about, then the questions, then the result."""
    row, enrolment = run_asked(request, pk)
    found = Examination.objects.filter(run=row).first()
    if enrolment is None or found is None:
        raise Http404
    if request.method == "POST":
        return begun(request, row, enrolment)
    papers = list(Paper.objects.filter(enrolment=enrolment, examination=found).order_by("number"))
    current = papers[-1] if papers else None
    now = timezone.now()
    context = {"run": row, "examination": found, "paper": current, "now": now}
    context["may_begin"] = may_begin(found, current, now)
    with timezone.override(row.site.zone):
        if current and current.begun_at and not current.handed_at and now <= current.ends_at:
            context |= {"questions": questions_shown(current), "seconds": seconds_left(current, now)}
            return render(request, "staff/paper.html", context)
        return render(request, "staff/paper_door.html", context)


def may_begin(found: Examination, current: Paper | None, now: datetime) -> bool:
    if current is None:
        return found.opens_at <= now < found.closes_at
    return current.begun_at is None


def seconds_left(current: Paper, now: datetime) -> int:
    return int((current.ends_at - now).total_seconds())


def begun(request: HttpRequest, row: CourseRun, enrolment: Enrolment) -> HttpResponse:
    try:
        begin_paper(enrolment=enrolment, now=timezone.now())
    except StaffError as exc:
        messages.error(request, STAFF_MESSAGES[exc.code])
    return redirect("staff:paper", row.pk)


@require_POST
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands on the page so far; the answer says so in a few words."""
    found, enrolment = own_paper(request, pk)
    now = timezone.now()
    try:
        save_answers(paper_id=found.pk, enrolment=enrolment, sent=sent_of(request, found), now=now)
    except StaffError as exc:
        context: dict[str, Any] = {"refusal": STAFF_MESSAGES[exc.code]}
    else:
        context = {"at": format_time(now, enrolment.run.site.zone), "seconds": seconds_left(found, now)}
    return render(request, "staff/_paper_saved.html", context)


@require_POST
@login_required
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    found, enrolment = own_paper(request, pk)
    try:
        hand_in_paper(paper_id=found.pk, enrolment=enrolment, sent=sent_of(request, found), now=timezone.now())
    except StaffError as exc:
        messages.error(request, STAFF_MESSAGES[exc.code])
    return redirect("staff:paper", enrolment.run_id)


def own_paper(request: HttpRequest, pk: int) -> tuple[Paper, Enrolment]:
    rows = Paper.objects.select_related("enrolment__run__site")
    found = get_object_or_404(rows, pk=pk, enrolment__user=request.user, enrolment__left_at=None)
    return found, found.enrolment


def sent_of(request: HttpRequest, found: Paper) -> dict[int, list[str]]:
    """By place. A page without scripts brings all its questions: one without a choice has none any more. A script
    names those that were changed."""
    named = {int(match[1]) for name in request.POST if (match := ANSWER.fullmatch(name))}
    named |= {int(place) for place in request.POST.getlist("place") if PLACE.fullmatch(place)}
    places = set(found.questions.values_list("place", flat=True)) if "whole" in request.POST else named
    return {place: request.POST.getlist(f"q{place}") for place in places}


@require_http_methods(["GET", "POST"])
@login_required
def marking(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper with its key, for the trainer alone."""
    found = get_object_or_404(Paper.objects.select_related("enrolment__user", "examination"), pk=pk)
    row = run_trained(request, found.examination.run_id)
    if found.enrolment.user_id == request.user.pk:
        raise PermissionDenied
    rows = list(found.questions.all()) if found.handed_at else []
    form = HandMarkForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            mark_by_hand(paper_id=found.pk, points=form.points, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code] % exc.params)
        else:
            messages.success(request, _("Saved."))
            return redirect("staff:run", row.pk)
    lines = [(each, form[f"points_{each.place}"] if f"points_{each.place}" in form.fields else None) for each in rows]
    context = {"paper": found, "run": row, "lines": lines, "form": form}
    with timezone.override(row.site.zone):
        return render(request, "staff/paper_marking.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def retake(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment.objects.select_related("user"), pk=pk)
    row = run_trained(request, enrolment.run_id)
    return after(request, row, lambda: allow_retake(enrolment=enrolment, actor=request.user, now=timezone.now()))


@require_http_methods(["GET", "POST"])
@login_required
def practical(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment.objects.select_related("user"), pk=pk)
    row = run_trained(request, enrolment.run_id)
    # Nobody examines themselves.
    if enrolment.user_id == request.user.pk or not can_train(request.user, row):
        raise PermissionDenied
    version = version_asked(request, row)
    form = PracticalForm(request.POST or None, lines=lines_of(version), initial={"op": uuid4()})
    if request.method == "POST" and form.is_valid():
        facts = {"op": form.cleaned_data["op"], "scores": form.scores, "remark": form.cleaned_data["remark"]}
        try:
            record_practical(enrolment=enrolment, version=version, examiner=request.user, now=timezone.now(), **facts)
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            messages.success(request, _("The practical examination is recorded."))
            return redirect("staff:run", row.pk)
    context = {"form": form, "enrolment": enrolment, "run": row, "version": version, "done": held_of(enrolment)}
    context["can_change_list"] = version is not None and can_change_practical_list(request.user, version.of)
    with timezone.override(row.site.zone):
        return render(request, "staff/practical.html", context, status=422 if form.errors else 200)


def version_asked(request: HttpRequest, row: CourseRun) -> PracticalVersion | None:
    """What the page that is sent was made of, where its checklist is still the run's; else the newest."""
    newest, sent = version_for(row), request.POST.get("version", "")
    if newest is None or not sent.isascii() or not sent.isdigit() or len(sent) > 9:
        return newest
    return PracticalVersion.objects.filter(of=newest.of_id, pk=sent).select_related("of").first() or newest
