"""Asking for feedback after a meeting, and taking the one answer."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from bookings.models import Booking
from checklists.services import plans
from feedback.errors import FeedbackError
from feedback.links import survey_token
from feedback.models import RATINGS, Survey, SurveyAnswer
from feedback.naming import named_in
from staff import live
from staff.models import User
from staff.selectors.skills import people_who_serve
from staff.services.notices import notify, notify_many

OVER = (Booking.Status.ENDED, Booking.Status.CLOSED)
# A meeting that ended longer ago is not asked about any more.
ASK_WITHIN = timedelta(days=14)
# Whoever rates the manner lower does not name somebody in praise.
GOOD_MANNER = 4


def ask_feedback(*, booking: Booking, now: datetime) -> Survey:
    """Ask the applicant once (A10); repeating it changes nothing."""
    with transaction.atomic():
        survey, is_new = Survey.objects.get_or_create(
            booking=booking, defaults={"asked_at": now, "asked_of_id": booking.applicant_id}
        )
        if is_new:
            notify(
                recipient=booking.applicant,
                code="feedback_asked",
                # It travels by mail, where a private topic must not.
                params={"ref": booking.ref, "title": booking.ref if booking.is_private else booking.title},
                url=reverse("feedback:answer", args=[survey_token(survey.pk)]),
                key=f"feedback-asked-{survey.pk}",
                now=now,
                mail=True,
            )
    return survey


def sweep_surveys(*, now: datetime) -> int:
    """Ask for every ended meeting that was not asked about; heals a lost signal."""
    unasked = Booking.objects.filter(status__in=OVER, actual_end_at__gte=now - ASK_WITHIN, survey=None)
    asked = 0
    for booking in unasked.select_related("applicant")[:200]:
        ask_feedback(booking=booking, now=now)
        asked += 1
    return asked


def answer_survey(
    *, survey_id: int, ratings: dict[str, int], text: str, actor: User | None, now: datetime
) -> SurveyAnswer:
    """Store the answer; raises FeedbackError `answered` for a second one and `not_over` before the end."""
    try:
        with transaction.atomic():
            survey = Survey.objects.select_related("booking").get(pk=survey_id)
            if survey.booking.status not in OVER:
                raise FeedbackError("not_over")
            answer = SurveyAnswer.objects.create(
                survey=survey,
                answered_at=now,
                answered_by=actor,
                text=text,
                **{name: ratings[name] for name in RATINGS},
            )
            if answer.is_bad:
                mark_complaint(answer_id=answer.pk, actor=None, now=now)
            else:
                thank_named(answer, survey.booking, now)
            live.publish("booking", survey.booking_id, site_id=survey.booking.site_id)
    except IntegrityError as error:
        if SurveyAnswer.objects.filter(survey_id=survey_id).exists():
            raise FeedbackError("answered") from error
        raise
    return answer


def thank_named(answer: SurveyAnswer, booking: Booking, now: datetime) -> None:
    """Good words that name somebody of the site reach that person's record, whoever was assigned, and they are told."""
    if not answer.text or answer.manner < GOOD_MANNER:
        return
    people = {person.pk: person for person in people_who_serve(booking.site)}
    names = {pk: (person.display_name, person.latin_name) for pk, person in people.items()}
    found = named_in(answer.text, names)
    if not found:
        return
    answer.named.set(found)
    facts: dict[str, Any] = {
        "code": "praised_by_guest",
        "params": {"ref": booking.ref},
        "url": reverse("staff:my_growth"),
    }
    key = f"praised-by-guest-{answer.pk}"
    notify_many(recipients=[people[pk] for pk in sorted(found)], key=key, now=now, **facts)


@transaction.atomic
def mark_complaint(*, answer_id: int, actor: User | None, now: datetime) -> bool:
    """The answer complains: the meeting's plan asks for its review (A12). False when it was marked before.

    It stays marked: what was asked of people because of it is not taken back.
    """
    unmarked = SurveyAnswer.objects.filter(pk=answer_id, is_complaint=False)
    if not unmarked.update(is_complaint=True, marked_by=actor):
        return False
    booking_id = SurveyAnswer.objects.values_list("survey__booking_id", flat=True).get(pk=answer_id)
    plans.note_complaint(booking_id=booking_id, now=now)
    return True
