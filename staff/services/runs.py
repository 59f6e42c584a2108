"""Runs of courses: begun with dated sessions, changed, attended, closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse

from rooms.models import Room, Site
from rooms.selectors import at_wall, calendar_of
from rooms.text import NAMES
from staff.errors import StaffError
from staff.models import Attendance, Course, CourseRun, Enrolment, RunSession, User
from staff.models.training import CONDITIONS
from staff.services.courses import ABOUT
from staff.services.notices import notify_many
from staff.training_dates import meeting_days
from staff.training_words import course_params

SESSION_FIELDS = (*NAMES, *ABOUT, "kind")
# A run with its times cannot be told apart from a meeting by who takes part; so many fit the largest hall.
MOST_PEOPLE = 300


@dataclass(frozen=True)
class Times:
    """From when a run meets, and at what hours of the site."""

    first: date
    begins: time
    ends: time
    room: Room | None = None


@transaction.atomic
def begin_run(
    *, course: Course, site: Site, trainer: User, times: Times, people: Iterable[User], actor: User, now: datetime
) -> CourseRun:
    """With a session on each working day the course meets on. Raises `no_sessions`, `no_days`, `session_order`."""
    sessions = list(course.sessions.all())
    if not sessions:
        raise StaffError("no_sessions")
    if times.begins >= times.ends:
        raise StaffError("session_order")
    calendar = calendar_of(site)
    days = meeting_days(
        first=times.first, count=len(sessions), weekdays=course.weekdays, is_working=calendar.is_working
    )
    if len(days) < len(sessions):
        raise StaffError("no_days")
    conditions = {name: getattr(course, name) for name in CONDITIONS}
    run = CourseRun.objects.create(course=course, site=site, trainer=trainer, made_by=actor, made_at=now, **conditions)
    RunSession.objects.bulk_create(
        RunSession(
            run=run,
            starts_at=at_wall(site, day, times.begins),
            ends_at=at_wall(site, day, times.ends),
            room=times.room,
            **{name: getattr(each, name) for name in SESSION_FIELDS},
        )
        for each, day in zip(sessions, days, strict=True)
    )
    enrol(run_id=run.pk, people=people, actor=actor, now=now)
    if trainer.pk != actor.pk:
        tell(run, [trainer], "training_to_give", now)
    return run


@transaction.atomic
def change_run(*, run_id: int, fields: Mapping[str, Any], now: datetime) -> CourseRun:
    """Trainer, note and conditions. Raises `run_closed`."""
    run = open_run(run_id)
    was = run.trainer_id
    for name in ("trainer", "note", *CONDITIONS):
        if name in fields:
            setattr(run, name, fields[name])
    run.save()
    if run.trainer_id != was:
        tell(run, [run.trainer], "training_to_give", now)
    return run


@transaction.atomic
def change_session(*, session_id: int, start: datetime, end: datetime, room: Room | None) -> RunSession:
    """Raises `run_closed`, `session_order`, `session_gone`."""
    session = locked_session(session_id)
    if start >= end:
        raise StaffError("session_order")
    session.starts_at, session.ends_at, session.room = start, end, room
    session.save(update_fields=["starts_at", "ends_at", "room"])
    return session


@transaction.atomic
def enrol(*, run_id: int, people: Iterable[User], actor: User, now: datetime) -> int:
    """Who is in already stays, and who had left comes back; answers how many are new. Raises `run_closed`."""
    run = open_run(run_id)
    wanted = {person.pk: person for person in people}
    rows = {row.user_id: row for row in run.enrolments.all()}
    back = [row.user_id for row in rows.values() if row.left_at and row.user_id in wanted]
    new = [person for pk, person in wanted.items() if pk not in rows]
    if len(rows) + len(new) > MOST_PEOPLE:
        raise StaffError("run_full", most=MOST_PEOPLE)
    run.enrolments.filter(user__in=back).update(left_at=None)
    Enrolment.objects.bulk_create(Enrolment(run=run, user=person, added_by=actor, added_at=now) for person in new)
    tell(run, [*new, *(wanted[pk] for pk in back)], "training_enrolled", now)
    return len(new) + len(back)


@transaction.atomic
def leave_run(*, enrolment_id: int, now: datetime) -> None:
    """What was marked stays on record. Raises `run_closed`."""
    row = Enrolment.objects.get(pk=enrolment_id)
    open_run(row.run_id)
    Enrolment.objects.filter(pk=row.pk, left_at=None).update(left_at=now)


@transaction.atomic
def mark_attendance(*, session_id: int, states: Mapping[int, str], actor: User, now: datetime) -> None:
    """By enrolment; an empty state takes a mark back. Whoever marks again corrects. Raises `run_closed`,
    `session_not_begun`, `session_gone`."""
    session = locked_session(session_id)
    if session.starts_at > now:
        raise StaffError("session_not_begun")
    known = set(Enrolment.objects.filter(run=session.run_id).values_list("pk", flat=True))
    wanted = {pk: state for pk, state in states.items() if pk in known}
    marks = {row.enrolment_id: row for row in session.attendance.all()}
    for pk, state in wanted.items():
        mark = marks.get(pk)
        if mark and not state:
            mark.delete()
        elif state and (mark is None or mark.state != state):
            facts = {"state": state, "marked_by": actor, "marked_at": now}
            Attendance.objects.update_or_create(session=session, enrolment_id=pk, defaults=facts)


@transaction.atomic
def close_run(*, run_id: int, now: datetime) -> None:
    run = open_run(run_id)
    run.closed_at = now
    run.save(update_fields=["closed_at"])


@transaction.atomic
def reopen_run(*, run_id: int) -> None:
    CourseRun.objects.filter(pk=run_id).update(closed_at=None)


def open_run(run_id: int) -> CourseRun:
    """Locked, so that what belongs to one run is written in turn."""
    run = CourseRun.objects.select_for_update(of=("self",)).select_related("course", "trainer").get(pk=run_id)
    if run.closed_at:
        raise StaffError("run_closed")
    return run


def locked_session(session_id: int) -> RunSession:
    found = RunSession.objects.filter(pk=session_id).first()
    if found is None:
        raise StaffError("session_gone")
    open_run(found.run_id)
    return RunSession.objects.select_related("run").get(pk=session_id)


def tell(run: CourseRun, people: Iterable[User], code: str, now: datetime) -> None:
    first = run.sessions.order_by("starts_at").first()
    params = course_params(run.course) | ({"at": first.starts_at.isoformat()} if first else {})
    url = reverse("staff:run", args=[run.pk])
    key = f"{code}:{run.pk}:{now.isoformat()}"
    notify_many(recipients=people, code=code, params=params, url=url, key=key, now=now, mail=True)
