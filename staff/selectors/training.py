"""Reads of courses and their runs: lists, one run with its people, and one person's own."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from rooms.models import Site
from rooms.selectors import sites_visible_to
from staff.models import Attendance, Course, CourseRun, Enrolment, HandedIn, Homework, RunSession, User
from staff.roles import Role

State = Attendance.State
CAME = (State.PRESENT, State.LATE)


def courses_visible_to(user: User) -> QuerySet[Course]:
    courses = Course.objects.select_related("site", "skill").annotate(
        session_count=Count("sessions", distinct=True), run_count=Count("runs", distinct=True)
    )
    return courses.filter(Q(site=None) | Q(site__in=sites_visible_to(user)))


def runs_at(site: Site) -> QuerySet[CourseRun]:
    return with_dates(CourseRun.objects.filter(site=site))


def with_dates(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    people = Count("enrolments", filter=Q(enrolments__left_at=None), distinct=True)
    return (
        runs.select_related("course", "site", "trainer")
        .annotate(first_at=Min("sessions__starts_at"), last_at=Max("sessions__ends_at"), people=people)
        .order_by("closed_at", "-first_at", "-pk")
    )


def runs_trained_by(user: User) -> QuerySet[CourseRun]:
    return with_dates(CourseRun.objects.filter(trainer=user))


def enrolment_of(user: User, run: CourseRun) -> Enrolment | None:
    return Enrolment.objects.filter(run=run, user=user, left_at=None).first()


def possible_trainers(site: Site) -> QuerySet[User]:
    """Whoever is active at the site, and administrators, who may be at none."""
    return User.objects.filter(Q(site=site) | Q(groups__name=Role.ADMINISTRATOR), is_active=True).distinct()


@dataclass(frozen=True)
class Attended:
    """Of the sessions that count for somebody, how many they came to; an excused one does not count."""

    came: int
    counted: int
    late: int = 0
    excused: int = 0

    @property
    def percent(self) -> int | None:
        return self.came * 100 // self.counted if self.counted else None


def attendance_of(enrolments: Sequence[Enrolment], *, now: datetime) -> dict[int, Attended]:
    """By enrolment, over the sessions of its run that have begun; one that nobody marked counts as missed."""
    sessions = RunSession.objects.filter(run__in={each.run_id for each in enrolments}, starts_at__lte=now)
    begun = dict(sessions.order_by().values_list("run").annotate(Count("pk")))
    states = by_enrolment(Attendance.objects.filter(enrolment__in=enrolments, session__starts_at__lte=now))
    return {each.pk: attended(states[each.pk], begun.get(each.run_id, 0)) for each in enrolments}


def by_enrolment(marks: QuerySet[Attendance]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for pk, state in marks.values_list("enrolment_id", "state"):
        found[pk].append(state)
    return found


def attended(states: Iterable[str], begun: int) -> Attended:
    counts = Counter(states)
    came = sum(counts[state] for state in CAME)
    return Attended(came, begun - counts[State.EXCUSED], counts[State.LATE], counts[State.EXCUSED])


def sessions_of(run: CourseRun) -> QuerySet[RunSession]:
    marked = Count("attendance", distinct=True)
    came = Count("attendance", filter=Q(attendance__state__in=CAME), distinct=True)
    return run.sessions.select_related("room").annotate(marked=marked, came=came).order_by("starts_at", "pk")


def homework_of(run: CourseRun) -> QuerySet[Homework]:
    handed = Count("answers", distinct=True)
    waiting = Count("answers", filter=Q(answers__verdict=""), distinct=True)
    return run.homework.annotate(handed=handed, waiting=waiting)


@dataclass(frozen=True)
class OwnHomework:
    homework: Homework
    answer: HandedIn | None

    @property
    def state(self) -> str:
        if self.answer is None:
            return "open"
        return self.answer.verdict or "handed_in"


def own_homework(enrolments: Sequence[Enrolment]) -> list[OwnHomework]:
    """What is set in the runs somebody takes part in, with what they handed in; two statements."""
    by_run = {each.run_id: each.pk for each in enrolments}
    rows = Homework.objects.filter(run__in=by_run).select_related("run__course").order_by("due_at", "pk")
    answers = {
        (each.homework_id, each.enrolment_id): each
        for each in HandedIn.objects.filter(enrolment__in=[each.pk for each in enrolments])
    }
    return [OwnHomework(row, answers.get((row.pk, by_run[row.run_id]))) for row in rows]


def enrolments_of(user: User) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(user=user, left_at=None).select_related("run__course", "run__site", "run__trainer")
    first, last = Min("run__sessions__starts_at"), Max("run__sessions__ends_at")
    return rows.annotate(first_at=first, last_at=last).order_by("run__closed_at", "-first_at", "pk")


def sessions_between(user: User, window: tuple[datetime, datetime]) -> list[RunSession]:
    """Of the runs somebody takes part in or gives, whether the run is closed by now or not."""
    mine = Q(run__enrolments__user=user, run__enrolments__left_at=None) | Q(run__trainer=user)
    rows = RunSession.objects.filter(mine, starts_at__lt=window[1], ends_at__gt=window[0]).distinct()
    return list(rows.select_related("run__course", "room").order_by("starts_at", "pk"))


def next_sessions(user: User, *, now: datetime, most: int = 3) -> list[RunSession]:
    """What comes next of the runs somebody takes part in or gives."""
    mine = Q(run__enrolments__user=user, run__enrolments__left_at=None) | Q(run__trainer=user)
    rows = RunSession.objects.filter(mine, ends_at__gt=now, run__closed_at=None).distinct()
    return list(rows.select_related("run__course", "run__site", "room").order_by("starts_at", "pk")[:most])
