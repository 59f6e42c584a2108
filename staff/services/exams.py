"""Examinations: set, taken against the server's clock, marked by itself and by hand; practical ones scored."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from rooms.refusals import constraint_name
from rooms.text import SUFFIXES
from staff.errors import StaffError
from staff.models import (
    CourseRun,
    Enrolment,
    Examination,
    Paper,
    PaperQuestion,
    Practical,
    PracticalVersion,
    Question,
    User,
)
from staff.papers import clean_answer, content_of, percent_of, worth
from staff.practical import MOST, codes_of, has_failed, percent_of as practical_percent
from staff.selectors.exams import questions_for
from staff.selectors.practicals import lines_of
from staff.services.notices import notify, notify_many
from staff.services.runs import open_run
from staff.training_words import course_params

# What was sent at the last second may be under way for so long.
GRACE = timedelta(seconds=10)
FIELDS = ("topics", "question_count", "minutes", "opens_at", "closes_at")


@transaction.atomic
def set_examination(*, run_id: int, fields: Mapping[str, Any], actor: User, now: datetime) -> Examination:
    """Papers begun keep their questions and their time. Raises `too_few_questions`, `run_closed`."""
    run = open_run(run_id)
    row = Examination.objects.filter(run=run).first() or Examination(run=run, set_by=actor, set_at=now)
    is_new = row.pk is None
    for name in FIELDS:
        setattr(row, name, fields[name])
    known = questions_for(run.site_id, row.topics).count()
    if known < row.question_count:
        raise StaffError("too_few_questions", known=known)
    row.save()
    if is_new:
        people = User.objects.filter(enrolments__run=run, enrolments__left_at=None)
        tell(run, people, "examination_set", f"examination_set:{row.pk}", now, at=row.opens_at.isoformat())
    return row


def begin_paper(*, enrolment: Enrolment, now: datetime) -> Paper:
    """The paper somebody writes on: drawn at the first call, the same at every other.

    Raises `examination_not_open`, `examination_over`, `no_more_tries`, `run_closed`.
    """
    with transaction.atomic():
        run = open_run(enrolment.run_id)
        examination = Examination.objects.get(run=run)
        paper = Paper.objects.filter(examination=examination, enrolment=enrolment, handed_at=None).first()
        if paper and paper.begun_at:
            return paper
        if paper is None and Paper.objects.filter(examination=examination, enrolment=enrolment).exists():
            raise StaffError("no_more_tries")
        # A retake is allowed for by the trainer, whenever it is.
        if paper is None and now < examination.opens_at:
            raise StaffError("examination_not_open")
        if paper is None and now >= examination.closes_at:
            raise StaffError("examination_over")
        paper = paper or Paper(examination=examination, enrolment=enrolment, number=1)
        return draw(paper, run, now)


def draw(paper: Paper, run: CourseRun, now: datetime) -> Paper:
    random = SystemRandom()
    bank = list(questions_for(run.site_id, paper.examination.topics))
    chosen = random.sample(bank, min(paper.examination.question_count, len(bank)))
    ends_at = now + timedelta(minutes=paper.examination.minutes)
    # A retake has its full time; a first try ends with the examination.
    paper.begun_at = now
    paper.ends_at = ends_at if paper.allowed_by_id else min(ends_at, paper.examination.closes_at)
    paper.save()
    PaperQuestion.objects.bulk_create(
        PaperQuestion(paper=paper, place=place, question=each, content=snapshot(each, random))
        for place, each in enumerate(chosen, start=1)
    )
    return paper


def snapshot(question: Question, random: SystemRandom) -> dict[str, Any]:
    text = {suffix: getattr(question, f"text_{suffix}") for suffix in SUFFIXES}
    facts = {"kind": question.kind, "options": question.options, "key": question.key, "points": question.points}
    return content_of(text=text, random=random, **facts)


def save_answers(*, paper_id: int, enrolment: Enrolment, sent: Mapping[int, Sequence[str]], now: datetime) -> int:
    """By place; the same again changes nothing. Answers how many are new. Raises `paper_handed_in`, `paper_over`."""
    with transaction.atomic():
        paper = open_paper(paper_id, enrolment, now)
        return write_answers(paper, sent, now)


def write_answers(paper: Paper, sent: Mapping[int, Sequence[str]], now: datetime) -> int:
    changed = []
    for row in paper.questions.filter(place__in=list(sent)):
        answer = clean_answer(row.content, sent[row.place])
        if answer != row.answer:
            row.answer, row.answered_at = answer, now
            changed.append(row)
    PaperQuestion.objects.bulk_update(changed, ["answer", "answered_at"])
    return len(changed)


def hand_in_paper(*, paper_id: int, enrolment: Enrolment, sent: Mapping[int, Sequence[str]], now: datetime) -> Paper:
    """With what stands on the page; too late, what was saved before counts, and twice is once."""
    with transaction.atomic():
        try:
            paper = open_paper(paper_id, enrolment, now)
        except StaffError as exc:
            if exc.code == "paper_over":
                return settle(locked_paper(paper_id), now)
            if exc.code == "paper_handed_in":
                return locked_paper(paper_id)
            raise
        write_answers(paper, sent, now)
        return settle(paper, now)


def settle_over(*, now: datetime) -> int:
    """Papers whose time is up and whom nobody handed in; answers how many."""
    over = Paper.objects.filter(handed_at=None, ends_at__lt=now - GRACE).values_list("pk", flat=True)
    for pk in list(over):
        with transaction.atomic():
            settle(locked_paper(pk), now)
    return len(over)


def settle(paper: Paper, now: datetime) -> Paper:
    """Hand in a locked paper and mark what marks itself."""
    if paper.handed_at:
        return paper
    rows = list(paper.questions.all())
    for row in rows:
        row.given = worth(row.content, row.answer)
    PaperQuestion.objects.bulk_update(rows, ["given"])
    paper.handed_at = min(now, paper.ends_at) if paper.ends_at else now
    paper.save(update_fields=["handed_at"])
    sum_up(paper, rows, now)
    return paper


def sum_up(paper: Paper, rows: Sequence[PaperQuestion], now: datetime) -> None:
    given = [row.given for row in rows if row.given is not None]
    if len(given) < len(rows):
        return
    was = paper.percent
    paper.percent = percent_of(given, [row.content["points"] for row in rows])
    paper.marked_at = now
    paper.save(update_fields=["percent", "marked_at"])
    if was is None:
        run, user = paper.examination.run, paper.enrolment.user
        tell(run, [user], "examination_marked", f"examination_marked:{paper.pk}", now, percent=paper.percent)


@transaction.atomic
def mark_by_hand(*, paper_id: int, points: Mapping[int, int], actor: User, now: datetime) -> Paper:
    """Points by place for what was written in words.

    Raises `paper_not_handed_in`, `points_out_of_range`, `run_closed`.
    """
    paper = locked_paper(paper_id)
    open_run(paper.examination.run_id)
    if paper.handed_at is None:
        raise StaffError("paper_not_handed_in")
    rows = list(paper.questions.all())
    for row in rows:
        if row.content["kind"] != "text" or row.place not in points:
            continue
        if not 0 <= points[row.place] <= row.content["points"]:
            raise StaffError("points_out_of_range", place=row.place)
        row.given, row.marked_by = points[row.place], actor
    PaperQuestion.objects.bulk_update(rows, ["given", "marked_by"])
    sum_up(paper, rows, now)
    return paper


def allow_retake(*, enrolment: Enrolment, actor: User, now: datetime) -> Paper:
    """One more try, begun whenever they are ready; asked for twice it is one. Raises `run_closed`, `no_try_yet`."""
    with transaction.atomic():
        run = open_run(enrolment.run_id)
        papers = list(Paper.objects.filter(examination__run=run, enrolment=enrolment).order_by("number"))
        if not papers:
            raise StaffError("no_try_yet")
        if papers[-1].handed_at is None:
            return papers[-1]
        facts = {"number": papers[-1].number + 1, "allowed_by": actor}
        paper = Paper.objects.create(examination_id=papers[-1].examination_id, enrolment=enrolment, **facts)
        tell(run, [enrolment.user], "retake_allowed", f"retake_allowed:{paper.pk}", now)
        return paper


def record_practical(
    *,
    op: UUID,
    enrolment: Enrolment,
    scores: Mapping[str, int],
    remark: str,
    examiner: User,
    now: datetime,
    version: PracticalVersion | None = None,
) -> Practical:
    """Every item of the version scored; the same `op` again answers the first.

    Raises `items_unscored`, `run_closed`, `op_used`.
    """
    lines = lines_of(version)
    if set(scores) != set(codes_of(lines)) or not all(0 <= score <= MOST for score in scores.values()):
        raise StaffError("items_unscored")
    facts: dict[str, Any] = {"scores": dict(scores), "percent": practical_percent(scores), "remark": remark}
    facts |= {"version": version, "has_failed": has_failed(lines, scores)}
    try:
        with transaction.atomic():
            run = open_run(enrolment.run_id)
            if found := Practical.objects.filter(op=op).first():
                return own(found, enrolment)
            row = Practical.objects.create(op=op, enrolment=enrolment, examiner=examiner, at=now, **facts)
            key = f"practical:{row.pk}"
            code = "practical_failed" if row.has_failed else "practical_scored"
            tell(run, [enrolment.user], code, key, now, percent=row.percent)
            return row
    except IntegrityError as exc:
        if "staff_practical_op" not in constraint_name(exc):
            raise
        raise StaffError("op_used") from exc


def own(found: Practical, enrolment: Enrolment) -> Practical:
    if found.enrolment_id != enrolment.pk:
        raise StaffError("op_used")
    return found


def open_paper(paper_id: int, enrolment: Enrolment, now: datetime) -> Paper:
    paper = locked_paper(paper_id)
    if paper.enrolment_id != enrolment.pk or paper.begun_at is None or paper.ends_at is None:
        raise StaffError("paper_unknown")
    if paper.handed_at:
        raise StaffError("paper_handed_in")
    if now > paper.ends_at + GRACE:
        raise StaffError("paper_over")
    return paper


def locked_paper(paper_id: int) -> Paper:
    rows = Paper.objects.select_for_update(of=("self",))
    return rows.select_related("examination__run__course", "enrolment__user").get(pk=paper_id)


def tell(run: CourseRun, people: Any, code: str, key: str, now: datetime, **params: Any) -> None:
    url = reverse("staff:run", args=[run.pk])
    facts: dict[str, Any] = {"code": code, "params": course_params(run.course) | params, "url": url}
    people = list(people)
    if len(people) == 1:
        notify(recipient=people[0], key=key, now=now, **facts)
    else:
        notify_many(recipients=people, key=key, now=now, **facts)
