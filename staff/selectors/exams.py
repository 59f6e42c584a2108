"""Reads of questions, papers and practical examinations; what a browser is shown of a paper has no key in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from rooms.selectors import sites_visible_to
from staff.models import CourseRun, Enrolment, Examination, Paper, Practical, Question, User


def questions_for(site_id: int, topics: Sequence[str]) -> QuerySet[Question]:
    """What a paper of a site is drawn from; no topic stands for all."""
    rows = Question.objects.filter(Q(site=None) | Q(site=site_id), is_active=True)
    return rows.filter(topic__in=topics) if topics else rows


def questions_visible_to(user: User) -> QuerySet[Question]:
    rows = Question.objects.filter(Q(site=None) | Q(site__in=sites_visible_to(user)))
    return rows.select_related("site").order_by("topic", "pk")


@dataclass(frozen=True)
class QuestionShown:
    """One question as a browser may see it while it is open."""

    place: int
    kind: str
    text: dict[str, str]
    options: tuple[dict[str, str], ...]
    points: int
    answer: Any

    @property
    def chosen(self) -> list[int]:
        return self.answer if isinstance(self.answer, list) else []

    @property
    def said(self) -> str:
        return {True: "true", False: "false"}.get(self.answer, "") if isinstance(self.answer, bool) else ""


def questions_shown(paper: Paper) -> list[QuestionShown]:
    return [
        QuestionShown(
            row.place,
            row.content["kind"],
            row.content["text"],
            tuple(row.content["options"]),
            row.content["points"],
            row.answer,
        )
        for row in paper.questions.all()
    ]


@dataclass(frozen=True)
class Results:
    """Of one person in one run: the best of their tries, and what is open."""

    written: int | None = None
    practical: int | None = None
    # The best of those in which something failed that never must, where there is no other.
    practical_failed: int | None = None
    open_paper: Paper | None = None
    unmarked: Paper | None = None
    tries: int = 0
    last_paper: Paper | None = None


def results_of(enrolments: Sequence[Enrolment]) -> dict[int, Results]:
    """By enrolment, in two statements."""
    pks = [each.pk for each in enrolments]
    papers: dict[int, list[Paper]] = {pk: [] for pk in pks}
    for paper in Paper.objects.filter(enrolment__in=pks).order_by("number"):
        papers[paper.enrolment_id].append(paper)
    best: dict[tuple[int, bool], int] = {}
    held = Practical.objects.filter(enrolment__in=pks).values_list("enrolment_id", "has_failed", "percent")
    for pk, has_failed, percent in held:
        best[pk, has_failed] = max(percent, best.get((pk, has_failed), 0))
    return {pk: results(papers[pk], best.get((pk, False)), best.get((pk, True))) for pk in pks}


def results(papers: Sequence[Paper], practical: int | None, failed: int | None = None) -> Results:
    marked = [paper.percent for paper in papers if paper.percent is not None]
    handed = [paper for paper in papers if paper.handed_at]
    return Results(
        written=max(marked, default=None),
        practical=practical,
        practical_failed=failed if practical is None else None,
        open_paper=next((paper for paper in papers if paper.handed_at is None), None),
        unmarked=next((paper for paper in handed if paper.percent is None), None),
        tries=len(papers),
        last_paper=handed[-1] if handed else None,
    )


def examination_of(run: CourseRun) -> Examination | None:
    return Examination.objects.filter(run=run).annotate(written=Count("papers")).first()


def examinations_ahead(enrolments: Sequence[Enrolment], *, now: datetime) -> list[Examination]:
    """Those of the runs that somebody may still take or go on with, the next one first."""
    handed = Paper.objects.filter(enrolment__in=[each.pk for each in enrolments], handed_at__isnull=False)
    runs = [each.run_id for each in enrolments]
    rows = Examination.objects.filter(run__in=runs, closes_at__gt=now).exclude(pk__in=handed.values("examination"))
    return list(rows.select_related("run__course", "run__site").order_by("opens_at"))
