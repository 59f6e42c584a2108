"""Guests' words about meetings somebody served, for that person's record."""

from collections.abc import Sequence

from checklists.models import Assignment
from feedback.models import SurveyAnswer
from staff.models import User
from staff.remarks import Remark, register
from staff.roles import Role

# The newest.
SHOWN = 20


def remarks_of(person: User) -> Sequence[Remark]:
    """In two conditions and one statement; who answered is not among it."""
    served = Assignment.objects.filter(user=person, role=Role.SERVICE_STAFF).values("booking")
    answers = SurveyAnswer.objects.filter(survey__booking__in=served).exclude(text="")
    rows = answers.order_by("-answered_at").values_list("answered_at", "text", "manner", "survey__booking__ref")
    return [Remark(*row) for row in rows[:SHOWN]]


register(remarks_of)
