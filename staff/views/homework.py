"""Homework: set by the trainer, handed in by who takes part, marked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import CourseRun, Enrolment, HandedIn, Homework
from staff.permissions import can_train
from staff.services.homework import change_homework, hand_in, mark_homework, set_homework
from staff.training_forms import HandInForm, HomeworkForm, MarkForm
from staff.views.runs import run_asked, run_trained

FIELD_OF = {"homework_empty": "text"}


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_trained(request, pk)
    form = HomeworkForm(request.POST or None, site=row.site, initial={"due": "18:00"})
    if request.method == "POST" and form.is_valid():
        try:
            set_homework(run_id=row.pk, **form.fields_of_homework, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            messages.success(request, _("The homework is set; everyone is told."))
            return redirect("staff:run", row.pk)
    return form_page(request, form, row, None)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    homework = get_object_or_404(Homework, pk=pk)
    row = run_trained(request, homework.run_id)
    due = homework.due_at.astimezone(row.site.zone)
    initial = {"title": homework.title, "text": homework.text, "due_on": due.date(), "due": due.time()}
    form = HomeworkForm(request.POST or None, site=row.site, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_homework(homework_id=homework.pk, **form.fields_of_homework)
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            return redirect("staff:homework", homework.pk)
    return form_page(request, form, row, homework)


def form_page(request: HttpRequest, form: HomeworkForm, row: CourseRun, homework: Homework | None) -> HttpResponse:
    context = {"form": form, "run": row, "homework": homework}
    return render(request, "staff/homework_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def homework(request: HttpRequest, pk: int) -> HttpResponse:
    """For the trainer all answers to mark; for who takes part, their own."""
    found = get_object_or_404(Homework, pk=pk)
    row, enrolment = run_asked(request, found.run_id)
    if request.method == "POST" and enrolment is None:
        raise PermissionDenied
    with timezone.override(row.site.zone):
        if enrolment is None or (request.method == "GET" and can_train(request.user, row)):
            return render(request, "staff/homework_answers.html", answers_context(row, found))
        return own_answer(request, row, found, enrolment)


def answers_context(row: CourseRun, found: Homework, wrong: tuple[int, MarkForm] | None = None) -> dict:
    answers = {each.enrolment_id: each for each in found.answers.select_related("marked_by")}
    people = row.enrolments.filter(left_at=None).select_related("user")
    return {
        "run": row,
        "homework": found,
        "rows": [(each, answer, mark_form(answer, wrong)) for each in people if (answer := answers.get(each.pk))],
        "missing": [each.user for each in people if each.pk not in answers],
    }


def mark_form(answer: HandedIn, wrong: tuple[int, MarkForm] | None) -> MarkForm:
    if wrong and wrong[0] == answer.pk:
        return wrong[1]
    initial = {"verdict": answer.verdict, "remark": answer.remark, "seen": answer.handed_at.isoformat()}
    return MarkForm(initial=initial, auto_id=f"id_{answer.pk}_%s")


def own_answer(request: HttpRequest, row: CourseRun, found: Homework, enrolment: Enrolment) -> HttpResponse:
    answer = found.answers.filter(enrolment=enrolment).first()
    initial = {"text": answer.text if answer else ""}
    form = HandInForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = {"text": form.cleaned_data["text"], "file": form.cleaned_data["file"], "file_name": form.file_name}
        try:
            hand_in(homework=found, enrolment=enrolment, now=timezone.now(), **facts)
        except StaffError as exc:
            form.add_error(FIELD_OF.get(exc.code), STAFF_MESSAGES[exc.code])
        else:
            messages.success(request, _("It is handed in."))
            return redirect("staff:homework", found.pk)
    context = {"run": row, "homework": found, "answer": answer, "form": form, "now": timezone.now()}
    return render(request, "staff/homework_own.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(HandedIn.objects.select_related("homework"), pk=pk)
    row = run_trained(request, answer.homework.run_id)
    form = MarkForm(request.POST, auto_id=f"id_{answer.pk}_%s")
    if form.is_valid():
        try:
            mark_homework(answer_id=answer.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            return redirect("staff:homework", answer.homework_id)
    with timezone.override(row.site.zone):
        context = answers_context(row, answer.homework, (answer.pk, form))
        return render(request, "staff/homework_answers.html", context, status=422)


@require_GET
@login_required
def file(request: HttpRequest, pk: int) -> FileResponse:
    """To be saved and never shown: what is inside is a stranger's."""
    answer = get_object_or_404(HandedIn.objects.select_related("homework", "enrolment"), pk=pk)
    row, enrolment = run_asked(request, answer.homework.run_id)
    is_own = enrolment is not None and enrolment.pk == answer.enrolment_id
    if not (is_own or can_train(request.user, row)):
        raise PermissionDenied
    if not answer.file:
        raise Http404
    name = answer.file_name or f"homework-{answer.pk}"
    kind = "application/octet-stream"
    response = FileResponse(answer.file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response
