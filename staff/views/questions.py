"""The bank of questions, for whoever leads training."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.exam_forms import QuestionForm
from staff.models import Question
from staff.paging import page_of
from staff.permissions import can_change_course, can_change_skills, can_lead_training, can_see_course
from staff.selectors.exams import questions_visible_to
from staff.services.questions import add_shipped_questions, save_question


@require_GET
@login_required
def questions(request: HttpRequest) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    page = page_of(request, questions_visible_to(request.user))
    rows = [(each, can_change_course(request.user, each)) for each in page]
    context = {"page": page, "rows": rows, "can_add_shipped": can_change_skills(request.user)}
    return render(request, "staff/questions.html", context)


@require_POST
@login_required
def shipped(request: HttpRequest) -> HttpResponse:
    if not can_change_skills(request.user):
        raise PermissionDenied
    count = add_shipped_questions()
    text = ngettext("%(count)s question is added.", "%(count)s questions are added.", count)
    messages.success(request, text % {"count": count})
    return redirect("staff:questions")


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    return edit(request, Question())


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    question = get_object_or_404(Question, pk=pk)
    # A question belongs to a site or to all, as a course does.
    if not can_see_course(request.user, question):
        raise Http404
    if not can_change_course(request.user, question):
        raise PermissionDenied
    return edit(request, question)


def edit(request: HttpRequest, question: Question) -> HttpResponse:
    form = QuestionForm(request.POST or None, instance=question, actor=request.user)
    if request.method == "POST" and form.is_valid():
        save_question(question=form.instance, fields=form.cleaned_data)
        messages.success(request, _("The question is saved."))
        return redirect("staff:questions")
    context = {"form": form, "question": question}
    return render(request, "staff/question_form.html", context, status=422 if form.errors else 200)
