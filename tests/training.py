"""Courses, runs and examinations for tests, made by the services."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from staff.models import CourseRun, Examination, HandedIn, Homework, Paper, PracticalList, Question, Skill
from staff.practical import CODES
from staff.services.certificates import issue_certificate
from staff.services.courses import copy_programme
from staff.services.exams import begin_paper, hand_in_paper, record_practical, set_examination
from staff.services.growth import plan_training
from staff.services.homework import hand_in, set_homework
from staff.services.practicals import save_list
from staff.services.questions import add_shipped_questions
from staff.services.runs import Times, begin_run, mark_attendance

# The Monday two weeks before the tests' moment.
FIRST = date(2026, 11, 9)


def begun(
    *, trainer: Any, people: Any, actor: Any, now: Any, code: str = "twelve-days", first: date = FIRST
) -> CourseRun:
    """A run of a shipped programme at the trainer's site, its first session two weeks ago."""
    site, course = trainer.site, copy_programme(code="twelve-days", site=trainer.site)
    times = Times(first, time(13, 30), time(16, 30))
    return begin_run(course=course, site=site, trainer=trainer, times=times, people=people, actor=actor, now=now)


def homework_for(run: CourseRun, now: Any) -> Homework:
    facts = {"title": "桌型", "text": "画三种桌型。", "due_at": now + timedelta(days=2)}
    return set_homework(run_id=run.pk, actor=run.trainer, now=now, **facts)


def handed_in_by(run: CourseRun, homework: Homework, person: Any, now: Any, text: str = "好了") -> HandedIn:
    enrolment = run.enrolments.get(user=person)
    return hand_in(homework=homework, enrolment=enrolment, text=text, file=None, file_name="", now=now)


def examination_for(run: CourseRun, now: Any, **changes: Any) -> Examination:
    """Of the shipped questions, open for two hours."""
    add_shipped_questions()
    times = {"opens_at": now, "closes_at": now + timedelta(hours=2)}
    fields = {"topics": [], "question_count": 12, "minutes": 30} | times | changes
    return set_examination(run_id=run.pk, fields=fields, actor=run.trainer, now=now)


def right_answers(paper: Paper) -> dict[int, list[str]]:
    """As a browser would send them; a sentence where words are asked for."""
    sent = {}
    for row in paper.questions.all():
        key = row.content["key"]
        if row.content["kind"] == "text":
            sent[row.place] = ["先道歉，再说明。"]
        else:
            sent[row.place] = [str(key).lower()] if isinstance(key, bool) else [str(place) for place in key]
    return sent


def passed_by(*, person: Any, trainer: Any, actor: Any, now: Any, skill: Skill | None = None) -> CourseRun:
    """A run that is over, of which somebody has met every condition."""
    run = begun(trainer=trainer, people=[person], actor=actor, now=now, first=date(2026, 10, 12))
    CourseRun.objects.filter(pk=run.pk).update(skill=skill, valid_months=12)
    enrolment = run.enrolments.get()
    for session in run.sessions.all():
        mark_attendance(session_id=session.pk, states={enrolment.pk: "present"}, actor=trainer, now=now)
    examination_for(run, now, topics=["planning"], question_count=2)
    paper = begin_paper(enrolment=enrolment, now=now)
    hand_in_paper(paper_id=paper.pk, enrolment=enrolment, sent=right_answers(paper), now=now)
    facts = {"op": uuid4(), "scores": dict.fromkeys(CODES, 2), "remark": ""}
    record_practical(enrolment=enrolment, examiner=trainer, now=now, **facts)
    return CourseRun.objects.get(pk=run.pk)


def checklist_of(site: Any, actor: Any, now: Any, *items: tuple[str, str]) -> PracticalList:
    """A house's own: kinds and texts, under codes `a`, `b` and so on."""
    wanted = items or (("heading", "茶水"), ("item", "七分满"), ("vital", "不烫伤客人"))
    lines = [{"code": chr(97 + place), "kind": kind, "zh_hans": text} for place, (kind, text) in enumerate(wanted)]
    fields = {"name_zh_hans": "本楼实操表", "site": site, "is_active": True}
    facts = {"fields": fields, "lines": lines, "seen": 0, "actor": actor, "now": now}
    return save_list(practical_list=PracticalList(), **facts)


def training_of(person: Any, now: Any) -> dict[str, Any]:
    """One of everything of training that an address may name; the technician trains, the server takes part."""
    run = begun(trainer=person.technician, people=[person.server], actor=person.manager, now=now)
    homework = homework_for(run, now)
    passed = passed_by(person=person.server, trainer=person.technician, actor=person.manager, now=now)
    certificate = issue_certificate(enrolment_id=passed.enrolments.get().pk, actor=person.manager, now=now)
    examination_for(run, now)
    paper = begin_paper(enrolment=run.enrolments.get(), now=now)
    return {
        "paper": paper,
        "planned": plan_training(
            person=person.server, course=run.course, due_on=now.date(), note="", actor=person.manager, now=now
        ),
        "certificate": certificate,
        "exam_question": Question.objects.create(site=run.site, topic="venue", kind="text", text_en="x"),
        "skill": Skill.objects.create(code="x", name_zh_hans="茶艺"),
        "practical_list": checklist_of(run.site, person.manager, now),
        "course": run.course,
        "course_run": run,
        "run_session": run.sessions.first(),
        "enrolment": run.enrolments.get(),
        "homework": homework,
        "handed_in": handed_in_by(run, homework, person.server, now),
    }
