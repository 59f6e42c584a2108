"""The state of everyone's training: certificates that hold, skills that lapse, and what is under way."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from feedback.figures.measures import Scope
from staff.models import Certificate, Enrolment, PlannedTraining
from staff.selectors.skills import Held, Matrix, MatrixRow


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


def trained_of(scope: Scope, matrix: Matrix) -> list[Trained]:
    """Everyone of the matrix of skills, on the last day of the span; those for whom most has lapsed first."""
    site, on = scope.site, scope.until
    holds = Q(revoked_at=None, replaced_by=None, issued_on__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=on))
    certificates = counted(Certificate.objects.filter(holds, enrolment__user__site=site), "enrolment__user")
    courses = counted(Enrolment.objects.filter(user__site=site, left_at=None, run__closed_at=None), "user")
    planned = counted(PlannedTraining.objects.filter(user__site=site, settled_at=None), "user")
    found = [
        Trained(
            name=row.person.get_full_name(),
            certificates=certificates.get(row.person.pk, 0),
            skills=skills_of(row),
            courses=courses.get(row.person.pk, 0),
            planned=planned.get(row.person.pk, 0),
        )
        for row in matrix.rows
    ]
    return sorted(found, key=lambda each: (-each.skills.lapsed, -each.skills.soon, each.name))


def skills_of(row: MatrixRow) -> Skills:
    states = [cell.state for cell in row.cells]
    soon = states.count(Held.LAPSING)
    return Skills(states.count(Held.VALID) + soon, soon, states.count(Held.LAPSED))


def counted(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(Count("pk")))
