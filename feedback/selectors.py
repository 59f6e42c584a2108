"""Answers by day and room, shaped for the manager's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, QuerySet

from feedback.models import RATINGS, SurveyAnswer
from rooms.models import Room, Site


@dataclass(frozen=True)
class Scores:
    """Averages of one group of answers, in the order of `RATINGS`, and over all five."""

    label: str
    answers: int
    ratings: tuple[float, ...]
    overall: float


def answers_between(
    *, site: Site, day_from: datetime, day_until: datetime, room: Room | None = None
) -> QuerySet[SurveyAnswer]:
    """Answers about meetings that ended in [day_from, day_until), newest first."""
    answers = SurveyAnswer.objects.filter(
        survey__booking__site=site,
        survey__booking__actual_end_at__gte=day_from,
        survey__booking__actual_end_at__lt=day_until,
    )
    if room:
        answers = answers.filter(survey__booking__room=room)
    return answers.select_related("survey__booking__room", "answered_by").order_by("-answered_at")


def scores_of(answers: QuerySet[SurveyAnswer], label: str = "") -> Scores | None:
    """None where there is no answer to average."""
    found = answers.order_by().aggregate(count=Count("pk"), **{name: Avg(name) for name in RATINGS})
    return _scores(label, found) if found["count"] else None


def scores_by_room(answers: QuerySet[SurveyAnswer]) -> list[Scores]:
    rows = (
        answers.order_by()
        .values("survey__booking__room__code")
        .annotate(count=Count("pk"), **{name: Avg(name) for name in RATINGS})
        .order_by("survey__booking__room__code")
    )
    return [_scores(row["survey__booking__room__code"], row) for row in rows]


def scores_of_host(*, site_id: int, department: str) -> Scores | None:
    """What was answered about the department's meetings at the site, whoever answered."""
    answers = SurveyAnswer.objects.filter(survey__booking__site=site_id, survey__booking__host_department=department)
    return scores_of(answers, department)


def _scores(label: str, row: Mapping[str, Any]) -> Scores:
    ratings = tuple(float(row[name]) for name in RATINGS)
    return Scores(label=label, answers=row["count"], ratings=ratings, overall=sum(ratings) / len(ratings))


def asked_between(*, site: Site, day_from: datetime, day_until: datetime) -> int:
    """How many meetings of the span were asked about, answered or not."""
    from_booking = site.bookings.filter(actual_end_at__gte=day_from, actual_end_at__lt=day_until, survey__isnull=False)
    return from_booking.count()
