"""The demo's skills and two runs of courses: one is over, one under way with homework and an examination."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from rooms.models import Site
from staff.models import (
    Certificate,
    ConductCheck,
    Course,
    CourseRun,
    KnownRoom,
    Notice,
    Paper,
    PersonSkill,
    PlannedTraining,
    Praise,
    Skill,
    User,
)
from staff.practical import CODES
from staff.services.certificates import issue_all
from staff.services.courses import copy_programme
from staff.services.exams import begin_paper, hand_in_paper, mark_by_hand, record_practical, set_examination
from staff.services.growth import add_praise, plan_training, record_conduct
from staff.services.homework import hand_in, mark_homework, set_homework
from staff.services.questions import add_shipped_questions
from staff.services.runs import Times, begin_run, close_run, mark_attendance
from staff.services.skills import add_default_skills

# By these the runs of the demo are known again.
OVER, UNDER_WAY = "演示：已结束的一期", "演示：进行中的一期"
TOLD = (
    "training_",
    "homework_",
    "examination_",
    "practical_",
    "certificate_",
    "praised",
    "conduct_",
    "retake_",
    "skill_",
)
# Person, skill, and for how many days from today it is still valid; none is without end.
HELD = (
    ("staff1", "tea-ceremony", 400),
    ("staff1", "english", None),
    ("staff2", "tea-ceremony", 300),
    ("staff2", "japanese", None),
    ("staff3", "coffee", 200),
    ("staff4", "french", -12),
    ("staff5", "tea-ceremony", 25),
    ("staff5", "vip", 500),
    ("staff6", "coffee", 55),
    ("technician", "sound-desk", None),
)
KNOWN_ROOMS = {"staff1": ("108", "305"), "staff2": ("101", "305"), "technician": ("AUD", "208")}


def bring_back_training(site: Site, people: dict[str, User], now: datetime) -> None:
    forget(site, people)
    add_default_skills()
    add_shipped_questions()
    bring_back_skills(site, people, now)
    finished(site, people, now)
    under_way(site, people, now)
    record(site, people, now)


def forget(site: Site, people: dict[str, User]) -> None:
    runs = CourseRun.objects.filter(site=site, note__in=(OVER, UNDER_WAY))
    Certificate.objects.filter(enrolment__run__in=runs).delete()
    runs.delete()
    for prefix in TOLD:
        Notice.objects.filter(recipient__in=people.values(), code__startswith=prefix).delete()
    Praise.objects.filter(user__in=people.values()).delete()
    ConductCheck.objects.filter(site=site, by=people["manager"]).delete()
    PlannedTraining.objects.filter(user__in=people.values()).delete()


def bring_back_skills(site: Site, people: dict[str, User], now: datetime) -> None:
    skills, today = {skill.code: skill for skill in Skill.objects.all()}, now.astimezone(site.zone).date()
    PersonSkill.objects.filter(user__in=people.values()).delete()
    for username, code, days in HELD:
        PersonSkill.objects.create(
            user=people[username],
            skill=skills[code],
            valid_from=today - timedelta(days=365),
            valid_until=None if days is None else today + timedelta(days=days),
            granted_by=people["manager"],
            granted_at=now,
        )
    KnownRoom.objects.filter(user__in=people.values()).delete()
    for username, codes in KNOWN_ROOMS.items():
        for room in site.rooms.filter(code__in=codes):
            KnownRoom.objects.create(user=people[username], room=room)


def course_of(site: Site, code: str) -> Course:
    found = Course.objects.filter(site=site, programme=code).first()
    return found or copy_programme(code=code, site=site)


def begun(course: Course, people: list[User], lead: User, *, site: Site, at: datetime, note: str) -> CourseRun:
    room = site.rooms.filter(code="301").first()
    times = Times(at.astimezone(site.zone).date(), time(13, 30), time(16, 30), room)
    run = begin_run(course=course, site=site, trainer=lead, times=times, people=people, actor=lead, now=at)
    run.note = note
    run.save(update_fields=["note"])
    return run


def finished(site: Site, people: dict[str, User], now: datetime) -> None:
    lead, at = people["manager"], now - timedelta(days=60)
    run = begun(course_of(site, "refresher"), [people["staff1"], people["staff2"]], lead, site=site, at=at, note=OVER)
    run.skill = Skill.objects.get(code="vip")
    run.save(update_fields=["skill"])
    last = max(session.ends_at for session in run.sessions.all())
    ended = min(now, last + timedelta(hours=1))
    attend(run, lead, ended)
    examine(run, lead, ended)
    issue_all(run=run, actor=lead, now=ended)
    close_run(run_id=run.pk, now=ended)


def attend(run: CourseRun, lead: User, now: datetime) -> None:
    enrolments = list(run.enrolments.all())
    for number, session in enumerate(run.sessions.filter(starts_at__lte=now)):
        states = {each.pk: "late" if (number + place) % 7 == 0 else "present" for place, each in enumerate(enrolments)}
        mark_attendance(session_id=session.pk, states=states, actor=lead, now=now)


def examine(run: CourseRun, lead: User, now: datetime) -> None:
    fields = {"topics": [], "question_count": 8, "minutes": 30, "opens_at": now - timedelta(hours=1), "closes_at": now}
    set_examination(run_id=run.pk, fields=fields, actor=lead, now=now - timedelta(hours=2))
    for enrolment in run.enrolments.all():
        paper = begin_paper(enrolment=enrolment, now=now - timedelta(minutes=40))
        sent = right_answers(paper)
        hand_in_paper(paper_id=paper.pk, enrolment=enrolment, sent=sent, now=now - timedelta(minutes=20))
        words = {row.place: 4 for row in paper.questions.all() if row.content["kind"] == "text"}
        mark_by_hand(paper_id=paper.pk, points=words, actor=lead, now=now)
        scores = {code: 1 if number % 5 == 0 else 2 for number, code in enumerate(CODES)}
        facts = {"op": uuid4(), "scores": scores, "remark": "动作规范，应答得体。"}
        record_practical(enrolment=enrolment, examiner=lead, now=now, **facts)


def right_answers(paper: Paper) -> dict[int, list[str]]:
    sent = {}
    for row in paper.questions.all():
        key = row.content["key"]
        if row.content["kind"] == "text":
            sent[row.place] = ["先致歉，说明情况，再给出可行的办法。"]
        else:
            sent[row.place] = [str(key).lower()] if isinstance(key, bool) else [str(place) for place in key]
    return sent


def under_way(site: Site, people: dict[str, User], now: datetime) -> None:
    lead = people["manager"]
    crew = [people[name] for name in ("staff3", "staff4", "staff5", "staff6")]
    run = begun(course_of(site, "twelve-days"), crew, lead, site=site, at=now - timedelta(days=14), note=UNDER_WAY)
    attend(run, lead, now)
    homework = set_homework(
        run_id=run.pk,
        title="三种桌型的布置图",
        text="为 108 会议室画出董事会式、U形、课桌式的布置图，注明席位牌位置。",
        due_at=now + timedelta(days=2),
        actor=lead,
        now=now - timedelta(days=3),
    )
    for number, name in enumerate(("staff3", "staff4")):
        enrolment = run.enrolments.get(user=people[name])
        handed_at = now - timedelta(days=1, hours=number)
        row = hand_in(
            homework=homework,
            enrolment=enrolment,
            text="布置图见附页，U形共 28 席。",
            file=None,
            file_name="",
            now=handed_at,
        )
        if number == 0:
            facts = {"verdict": "passed", "remark": "尺寸准确。", "actor": lead}
            mark_homework(answer_id=row.pk, seen=handed_at, now=now - timedelta(hours=5), **facts)
    opens, closes = now - timedelta(hours=2), now + timedelta(days=7)
    fields = {"topics": [], "question_count": 10, "minutes": 30, "opens_at": opens, "closes_at": closes}
    set_examination(run_id=run.pk, fields=fields, actor=lead, now=opens)


def record(site: Site, people: dict[str, User], now: datetime) -> None:
    lead = people["manager"]
    add_praise(
        op=uuid4(),
        person=people["staff1"],
        text="外宾特意致谢：记得他左手边放烟缸。",
        actor=people["secretary"],
        now=now - timedelta(days=4),
    )
    due_on = now.astimezone(site.zone).date() + timedelta(days=30)
    facts = {"course": course_of(site, "refresher"), "due_on": due_on, "note": "法语证书已过期，一并复训"}
    plan_training(person=people["staff4"], actor=lead, now=now - timedelta(days=2), **facts)
    record_conduct(
        op=uuid4(),
        site=site,
        occasion=ConductCheck.Occasion.SHIFT,
        people=[people[f"staff{number}"] for number in range(1, 7)],
        lapses={people["staff6"].pk: ["badge"]},
        notes={people["staff6"].pk: "已补戴"},
        actor=lead,
        now=now - timedelta(hours=3),
    )
