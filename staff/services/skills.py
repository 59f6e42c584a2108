"""Skills of the organisation, and what each person can do; the only writer of both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from rooms.models import Room
from rooms.refusals import refusing
from rooms.text import NAMES
from staff.default_skills import DEFAULTS
from staff.errors import StaffError
from staff.models import KnownRoom, PersonSkill, Skill, StaffLog, User

FIELDS = (*NAMES, "code", "place", "is_active")


@dataclass(frozen=True)
class Wanted:
    """A skill as somebody shall hold it."""

    skill_id: int
    valid_from: date
    valid_until: date | None = None
    note: str = ""


def save_skill(*, skill: Skill, fields: Mapping[str, Any]) -> Skill:
    """Raises `skill_code_taken`."""
    for name in FIELDS:
        setattr(skill, name, fields.get(name, getattr(skill, name)))
    with refusing({"staff_skill_code_key": "skill_code_taken"}, StaffError):
        skill.save()
    return skill


def add_default_skills() -> int:
    """The usual ones that are not there yet, under any name; answers how many."""
    rows = [
        Skill(code=code, name_zh_hans=hans, name_zh_hant=hant, name_en=en, place=place)
        for place, (code, hans, hant, en) in enumerate(DEFAULTS, start=1)
    ]
    known = set(Skill.objects.values_list("code", flat=True))
    missing = [row for row in rows if row.code not in known]
    Skill.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


@transaction.atomic
def set_skills(
    *, person: User, wanted: Iterable[Wanted], within: Iterable[int], actor: User, now: datetime
) -> dict[str, list[Any]]:
    """Of the skills `within`, what is wanted is held and the rest is not; what stays as it is keeps its giver.

    Answers what changed, by code. Raises `skill_order`.
    """
    queue_for(person)
    asked = {each.skill_id: each for each in wanted}
    rows = {
        row.skill_id: row
        for row in PersonSkill.objects.filter(user=person, skill__in=list(within)).select_related("skill")
    }
    changes: dict[str, list[Any]] = {}
    for skill_id in rows.keys() - asked.keys():
        changes[rows[skill_id].skill.code] = [facts_of(rows[skill_id]), None]
        rows[skill_id].delete()
    for skill_id, each in asked.items():
        changes |= hold(person, rows.get(skill_id), each, actor, now)
    if changes:
        record(person, "skills_changed", changes, actor, now)
    return changes


def hold(person: User, row: PersonSkill | None, wanted: Wanted, actor: User | None, now: datetime) -> dict[str, Any]:
    """Write one skill of a person whose row is locked; nothing when it is held so already."""
    if wanted.valid_until and wanted.valid_until < wanted.valid_from:
        raise StaffError("skill_order", skill_id=wanted.skill_id)
    old = facts_of(row) if row else None
    row = row or PersonSkill(user=person, skill_id=wanted.skill_id)
    row.valid_from, row.valid_until, row.note = wanted.valid_from, wanted.valid_until, wanted.note
    if facts_of(row) == old:
        return {}
    row.granted_by, row.granted_at = actor, now
    row.save()
    return {row.skill.code: [old, facts_of(row)]}


def grant_skill(*, person: User, wanted: Wanted, actor: User | None, now: datetime) -> None:
    """One skill, where the others stay; it never shortens what is held longer already."""
    with transaction.atomic():
        queue_for(person)
        row = PersonSkill.objects.filter(user=person, skill_id=wanted.skill_id).first()
        if row and is_longer(row, wanted):
            return
        if changes := hold(person, row, wanted, actor, now):
            record(person, "skills_changed", changes, actor, now)


def is_longer(row: PersonSkill, wanted: Wanted) -> bool:
    if row.valid_until is None or wanted.valid_until is None:
        return row.valid_until is None
    return row.valid_until >= wanted.valid_until


@transaction.atomic
def set_known_rooms(*, person: User, rooms: Iterable[Room], actor: User, now: datetime) -> None:
    queue_for(person)
    wanted = {room.pk: room for room in rooms}
    known = {row.room_id: row for row in KnownRoom.objects.filter(user=person).select_related("room")}
    gone = [known[pk] for pk in known.keys() - wanted.keys()]
    new = [wanted[pk] for pk in wanted.keys() - known.keys()]
    KnownRoom.objects.filter(pk__in=[row.pk for row in gone]).delete()
    KnownRoom.objects.bulk_create(KnownRoom(user=person, room=room) for room in new)
    if gone or new:
        changes = {"rooms": [sorted(row.room.code for row in gone), sorted(room.code for room in new)]}
        record(person, "rooms_known_changed", changes, actor, now)


def queue_for(person: User) -> None:
    # Whoever writes about one person waits here in turn.
    User.objects.select_for_update().only("pk").get(pk=person.pk)


def facts_of(row: PersonSkill) -> list[str]:
    return [str(row.valid_from), str(row.valid_until or ""), row.note]


def record(person: User, verb: str, changes: dict[str, Any], actor: User | None, now: datetime) -> None:
    StaffLog.objects.create(person=person, at=now, actor=actor, verb=verb, changes=changes)
