"""The state of everyone's training: certificates that hold, skills that lapse, and what is under way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from feedback.figures.measures import Scope
from feedback.figures.team import LAPSES_SOON
from staff.models import Certificate, Enrolment, PersonSkill, PlannedTraining, User
from staff.roles import DUTY_ROLES


@dataclass(frozen=True)
class Skills:
    """How many of a person's skills hold on a day, of those how many lapse soon, and how many have lapsed."""

    valid: int = 0
    soon: int = 0
    lapsed: int = 0


@dataclass(frozen=True)
class Trained:
    name: str
    certificates: int
    skills: Skills
    courses: int
    planned: int


def trained_of(scope: Scope) -> list[Trained]:
    """Everyone with a duty role at the site, on the last day of the span; those for whom most has lapsed first."""
    site, on = scope.site, scope.until
    people = User.objects.filter(site=site, is_active=True, groups__name__in=[*DUTY_ROLES]).distinct()
    holds = Q(revoked_at=None, replaced_by=None, issued_on__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=on))
    certificates = counted(Certificate.objects.filter(holds, enrolment__user__site=site), "enrolment__user")
    courses = counted(Enrolment.objects.filter(user__site=site, left_at=None, run__closed_at=None), "user")
    planned = counted(PlannedTraining.objects.filter(user__site=site, settled_at=None), "user")
    skills = skills_by_person(scope)
    found = [
        Trained(
            name=person.get_full_name(),
            certificates=certificates.get(person.pk, 0),
            skills=skills.get(person.pk, Skills()),
            courses=courses.get(person.pk, 0),
            planned=planned.get(person.pk, 0),
        )
        for person in people
    ]
    return sorted(found, key=lambda each: (-each.skills.lapsed, -each.skills.soon, each.name))


def skills_by_person(scope: Scope) -> dict[int, Skills]:
    rows = PersonSkill.objects.filter(user__site=scope.site, valid_from__lte=scope.until, skill__is_active=True)
    ends: dict[int, list[date | None]] = defaultdict(list)
    for person, until in rows.order_by().values_list("user", "valid_until"):
        ends[person].append(until)
    return {person: skills_of(found, scope.until) for person, found in ends.items()}


def skills_of(ends: Sequence[date | None], on: date) -> Skills:
    valid = [each for each in ends if each is None or each >= on]
    soon = [each for each in valid if each is not None and each <= on + LAPSES_SOON]
    return Skills(len(valid), len(soon), len(ends) - len(valid))


def counted(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(Count("pk")))
