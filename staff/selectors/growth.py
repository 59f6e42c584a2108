"""Reads of a person's growth: what is due and planned, praise, conduct; and a site's state of training."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from rooms.models import Site
from rooms.selectors import day_bounds, site_today
from staff.models import (
    Certificate,
    ConductCheck,
    ConductResult,
    CourseRun,
    PlannedTraining,
    Praise,
    Shift,
    User,
)
from staff.remarks import Remark, remarks_about
from staff.selectors.certificates import Standing, certificates_of, standings_of, with_states
from staff.selectors.skills import Held, Matrix, SkillCell, people_who_serve, skill_matrix, skills_of
from staff.selectors.training import enrolments_of, runs_at

# The newest of each kind.
SHOWN = 40


@dataclass(frozen=True)
class Growth:
    """All that training and leaders wrote of one person."""

    skills: list[SkillCell]
    courses: list[Standing]
    certificates: list[tuple[Certificate, str]]
    planned: list[PlannedTraining]
    praise: list[Praise]
    conduct: list[ConductResult]
    remarks: list[Remark]


def growth_of(person: User, *, now: datetime) -> Growth:
    on = now.astimezone(person.zone).date()
    return Growth(
        skills=skills_of(person, on=on),
        courses=standings_of(list(enrolments_of(person)[:SHOWN]), now=now),
        certificates=with_states(list(certificates_of(person)[:SHOWN]), on),
        planned=list(planned_for(person)),
        praise=list(Praise.objects.filter(user=person).select_related("by")[:SHOWN]),
        conduct=list(conduct_of(person)[:SHOWN]),
        remarks=remarks_about(person),
    )


def planned_for(person: User) -> QuerySet[PlannedTraining]:
    return PlannedTraining.objects.filter(user=person, settled_at=None).select_related("course")


def conduct_of(person: User) -> QuerySet[ConductResult]:
    rows = ConductResult.objects.filter(user=person)
    return rows.select_related("check_made__by", "check_made__site").order_by("-check_made__at", "-pk")


@dataclass(frozen=True)
class SiteTraining:
    matrix: Matrix
    lapsing: Sequence[tuple[User, SkillCell]]
    running: Sequence[CourseRun]
    closed: Sequence[CourseRun]
    planned: Sequence[PlannedTraining]
    today: date


def site_training(*, site: Site, now: datetime) -> SiteTraining:
    """What lapses or has lapsed, which runs are on, and what is planned; a number of statements that does not grow."""
    today = site_today(site, now)
    matrix = skill_matrix(site=site, on=today)
    attention = (Held.LAPSED, Held.LAPSING)
    lapsing = [(row.person, cell) for row in matrix.rows for cell in row.cells if cell.state in attention]
    runs = list(runs_at(site)[:SHOWN])
    planned = PlannedTraining.objects.filter(user__site=site, user__is_active=True, settled_at=None)
    return SiteTraining(
        matrix=matrix,
        lapsing=sorted(lapsing, key=lambda pair: (pair[1].row and pair[1].row.valid_until) or today),
        running=[run for run in runs if run.closed_at is None],
        closed=[run for run in runs if run.closed_at],
        planned=list(planned.select_related("user", "course")),
        today=today,
    )


def people_to_check(site: Site, *, now: datetime) -> list[User]:
    """Whoever works at the site today and is not through yet."""
    _begins, ends = day_bounds(site, site_today(site, now))
    at_work = Shift.objects.on_duty().filter(site=site, during__overlap=(now, ends)).values("user")
    return list(people_who_serve(site).filter(Q(pk__in=at_work)))


def checks_today(site: Site, *, now: datetime) -> QuerySet[ConductCheck]:
    window = day_bounds(site, site_today(site, now))
    return ConductCheck.objects.filter(site=site, at__range=window).select_related("by").prefetch_related("results")
