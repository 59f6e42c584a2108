"""A person's record: the spot checks made while they were on duty."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Avg, Field, QuerySet

from bookings.permissions import works_at
from checklists.models import SpotCheck
from checklists.models.spotcheck import SCORES
from staff.conduct import TEXTS, texts_of
from staff.models import User
from staff.roles import Role

# The newest; the averages are of all of them.
SHOWN = 60


@dataclass(frozen=True)
class CheckShown:
    at: datetime
    room: str
    ref: str
    by: str
    scores: tuple[int | None, ...]
    lapses: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Criterion:
    name: str
    label: str
    average: float | None
    # In the order of time, empty ones left out.
    scores: tuple[int, ...]


@dataclass(frozen=True)
class Record:
    person: User
    count: int
    criteria: tuple[Criterion, ...]
    checks: Sequence[CheckShown]
    # What was not kept, most often first.
    lapses: Sequence[tuple[str, int]]


def can_see_record(user: User, person: User) -> bool:
    """The person, and who leads the service at their site."""
    if user.pk == person.pk:
        return True
    return works_at(user, person.site_id, Role.MANAGER) if person.site_id else user.has_role(Role.ADMINISTRATOR)


def record_of(person: User) -> Record:
    rows = SpotCheck.objects.filter(on_duty__user=person)
    newest = list(rows.select_related("booking__room", "by").order_by("-at", "-pk")[:SHOWN])
    averages = rows.order_by().aggregate(**{name: Avg(name) for name in SCORES})
    return Record(
        person=person,
        count=rows.count(),
        criteria=tuple(criterion(name, averages[name], newest) for name in SCORES),
        checks=[shown(check) for check in newest],
        lapses=lapses_of(rows),
    )


def criterion(name: str, average: float | None, newest: Sequence[SpotCheck]) -> Criterion:
    label = cast("Field", SpotCheck._meta.get_field(name)).verbose_name
    scores = [score for check in reversed(newest) if (score := getattr(check, name)) is not None]
    return Criterion(name, str(label), None if average is None else round(average, 1), tuple(scores))


def shown(check: SpotCheck) -> CheckShown:
    return CheckShown(
        at=check.at,
        room=check.booking.room.code,
        ref=check.booking.ref,
        by=check.by.get_full_name(),
        scores=tuple(getattr(check, name) for name in SCORES),
        lapses=tuple(texts_of(check.lapses)),
        text=check.text,
    )


def lapses_of(rows: QuerySet[SpotCheck]) -> list[tuple[str, int]]:
    counts = Counter(code for lapses in rows.values_list("lapses", flat=True) for code in lapses)
    return [(str(TEXTS.get(code, code)), count) for code, count in counts.most_common()]
