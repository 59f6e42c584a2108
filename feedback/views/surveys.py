"""The survey behind its signed link, the closing page with its QR code, and the manager's page."""

from datetime import timedelta
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.models import Booking
from feedback.errors import FeedbackError
from feedback.forms import SpanForm, SurveyForm
from feedback.links import survey_id_of, survey_token
from feedback.models import RATINGS, Survey, SurveyAnswer
from feedback.permissions import can_open_closing_page, can_read_answers
from feedback.selectors import answers_between, asked_between, scores_by_room, scores_of
from feedback.services import answer_survey, mark_complaint
from rooms.selectors import day_bounds, find_site, site_today
from staff.paging import page_of

DEFAULT_SPAN = timedelta(days=29)


def survey_of(token: str) -> Survey:
    survey_id = survey_id_of(token)
    if survey_id is None:
        raise Http404
    return get_object_or_404(Survey.objects.select_related("booking__room", "booking__site", "answer"), pk=survey_id)


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Open to whoever holds the link; it shows the meeting's day and room, nothing else of it."""
    survey = survey_of(token)
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and not hasattr(survey, "answer"):
        if form.is_valid() and store_answer(request, survey, form):
            return redirect("feedback:answer", token=token)
        status = 200 if form.is_valid() else 422
    else:
        status = 200
    survey.refresh_from_db()
    return render(request, "feedback/answer.html", {"survey": survey, "form": form, "token": token}, status=status)


def store_answer(request: HttpRequest, survey: Survey, form: SurveyForm) -> bool:
    actor = request.user if request.user.is_authenticated else None
    try:
        answer_survey(
            survey_id=survey.pk,
            ratings=form.ratings(),
            text=form.cleaned_data["text"],
            actor=actor,
            now=timezone.now(),
        )
    except FeedbackError as error:
        # Someone answered a moment earlier: the page then shows the thanks, which is the truth.
        if error.code != "answered":
            form.add_error(None, _("The meeting is not over yet."))
            return False
    return True


@login_required
@require_GET
def closing(request: HttpRequest, ref: str) -> HttpResponse:
    """Shown on the tablet or screen in the room when the meeting has ended."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user).select_related("room", "site"), ref=ref)
    if not can_open_closing_page(request.user, booking):
        raise PermissionDenied
    survey = Survey.objects.filter(booking=booking).select_related("answer").first()
    link = survey and request.build_absolute_uri(reverse("feedback:answer", args=[survey_token(survey.pk)]))
    context = {"booking": booking, "survey": survey, "link": link, "qr": link and qr_data_uri(link)}
    return render(request, "feedback/closing.html", context)


def qr_data_uri(link: str) -> str:
    return segno.make(link, error="m").svg_data_uri(scale=8, border=2)


@login_required
@require_POST
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager reads a complaint in an answer's words."""
    if not can_read_answers(request.user):
        raise PermissionDenied
    answers = SurveyAnswer.objects.filter(survey__booking__in=Booking.objects.visible_to(request.user))
    found = get_object_or_404(answers.select_related("survey__booking__site"), pk=pk)
    if mark_complaint(answer_id=found.pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("Marked as a complaint: the review of the meeting is now part of its plan."))
    back = reverse("feedback:overview")
    return redirect(f"{back}?site={found.survey.booking.site.code}")


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    if not can_read_answers(request.user):
        raise PermissionDenied
    now = timezone.now()
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    today = site_today(site, now)
    asked_for = request.GET if "since" in request.GET else {"since": today - DEFAULT_SPAN, "until": today}
    form = SpanForm(asked_for, site=site)
    context: dict[str, Any] = {"site": site, "form": form, "headings": rating_headings()}
    if form.is_valid():
        context |= figures(request, site, form.cleaned_data)
    return render(request, "feedback/overview.html", context, status=200 if form.is_valid() else 422)


def figures(request: HttpRequest, site: Any, span: dict[str, Any]) -> dict[str, Any]:
    day_from = day_bounds(site, span["since"])[0]
    day_until = day_bounds(site, span["until"])[1]
    answers = answers_between(site=site, day_from=day_from, day_until=day_until, room=span["room"])
    return {
        "total": scores_of(answers),
        "by_room": scores_by_room(answers),
        "asked": asked_between(site=site, day_from=day_from, day_until=day_until),
        "page": page_of(request, answers),
    }


def rating_headings() -> list[str]:
    return [SurveyAnswer._meta.get_field(name).verbose_name for name in RATINGS]
