"""Guests' words for a person's record: about meetings they served, and those that name them."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from checklists.models import Assignment
from feedback.models import SurveyAnswer
from staff.models import User
from staff.remarks import Remark, register
from staff.roles import Role

# The newest.
SHOWN = 20


def remarks_of(person: User) -> Sequence[Remark]:
    """In one statement; who answered is not among it."""
    served = Assignment.objects.filter(user=person, role=Role.SERVICE_STAFF).values("booking")
    names = SurveyAnswer.named.through.objects.filter(surveyanswer=OuterRef("pk"), user=person)
    answers = SurveyAnswer.objects.exclude(text="").annotate(is_named=Exists(names))
    # A complaint by who named somebody is not praise any more.
    about = Q(survey__booking__in=served) | Q(is_named=True, is_complaint=False)
    columns = ("answered_at", "text", "manner", "survey__booking__ref", "is_named")
    rows = answers.filter(about).order_by("-answered_at").values_list(*columns)
    return [Remark(*row) for row in rows[:SHOWN]]


register(remarks_of)
