"""Who can do what, and until when: the matrix of a site, and one person's."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from rooms.models import Site
from staff.models import KnownRoom, PersonSkill, Skill, User
from staff.roles import DUTY_ROLES

# So long before its last day a skill is shown as lapsing.
LAPSING = timedelta(days=60)


class Held(StrEnum):
    VALID = "valid"
    LAPSING = "lapsing"
    LAPSED = "lapsed"
    COMING = "coming"


@dataclass(frozen=True)
class SkillCell:
    skill: Skill
    row: PersonSkill | None
    state: Held | None


@dataclass(frozen=True)
class MatrixRow:
    person: User
    cells: tuple[SkillCell, ...]
    rooms: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    skills: tuple[Skill, ...]
    rows: tuple[MatrixRow, ...]
    lapsing: int
    lapsed: int


def held_state(row: PersonSkill, on: date) -> Held:
    """A skill is held through its last day."""
    if row.valid_from > on:
        return Held.COMING
    if row.valid_until is None:
        return Held.VALID
    if row.valid_until < on:
        return Held.LAPSED
    return Held.LAPSING if row.valid_until - on <= LAPSING else Held.VALID


def skills_in_use() -> QuerySet[Skill]:
    return Skill.objects.filter(is_active=True)


def people_who_serve(site: Site) -> QuerySet[User]:
    """Active people of a site with a duty role, whose skills somebody may ask about."""
    people = User.objects.filter(site=site, is_active=True, groups__name__in=[*DUTY_ROLES])
    return people.distinct().prefetch_related("groups").order_by("display_name", "pk")


def skill_matrix(*, site: Site, on: date) -> Matrix:
    """Four statements, however many people and skills."""
    skills, people = tuple(skills_in_use()), list(people_who_serve(site))
    held: dict[tuple[int, int], PersonSkill] = {
        (row.user_id, row.skill_id): row for row in PersonSkill.objects.filter(user__in=people, skill__in=skills)
    }
    rooms = rooms_known_by(people)
    rows = tuple(
        MatrixRow(
            person,
            tuple(cell_of(skill, held.get((person.pk, skill.pk)), on) for skill in skills),
            tuple(rooms[person.pk]),
        )
        for person in people
    )
    states = [cell.state for row in rows for cell in row.cells]
    return Matrix(skills, rows, states.count(Held.LAPSING), states.count(Held.LAPSED))


def cell_of(skill: Skill, row: PersonSkill | None, on: date) -> SkillCell:
    return SkillCell(skill, row, held_state(row, on) if row else None)


def rooms_known_by(people: Iterable[User]) -> dict[int, list[str]]:
    known: dict[int, list[str]] = defaultdict(list)
    rows = KnownRoom.objects.filter(user__in=list(people)).order_by("room__floor", "room__position", "room__code")
    for user_id, code in rows.values_list("user_id", "room__code"):
        known[user_id].append(code)
    return known


def skills_of(person: User, *, on: date) -> list[SkillCell]:
    """What somebody can do or could, as well in a skill that is no longer in use."""
    rows = PersonSkill.objects.filter(user=person).select_related("skill").order_by("skill__place", "skill__code")
    return [cell_of(row.skill, row, on) for row in rows]
