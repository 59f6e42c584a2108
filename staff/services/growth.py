"""Training planned for people, praise, group checks of conduct, and word of what lapses."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from rooms.models import Site
from rooms.refusals import constraint_name
from rooms.selectors import site_today
from rooms.text import SUFFIXES
from staff.conduct import TEXTS
from staff.errors import StaffError
from staff.models import ConductCheck, ConductResult, Course, PersonSkill, PlannedTraining, Praise, User
from staff.roles import Role
from staff.selectors import role_members
from staff.services.notices import Draft, notify, notify_all
from staff.training_words import course_params

# So many days before its last one word goes out, once each; of several that are due the nearest.
WORD_DAYS = (60, 30, 7)
DUE_DAYS = (30, 7)


def plan_training(
    *, person: User, course: Course, due_on: date, note: str, actor: User, now: datetime
) -> PlannedTraining:
    """Planned already, it gets the new day."""
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=person.pk)
        facts = {"due_on": due_on, "note": note, "planned_by": actor, "planned_at": now}
        row, _made = PlannedTraining.objects.update_or_create(
            user=person, course=course, settled_at=None, defaults=facts
        )
        params = course_params(course) | {"due": due_on.isoformat()}
        key = f"training_planned:{row.pk}:{due_on}"
        url = reverse("staff:my_training")
        notify(recipient=person, code="training_planned", params=params, url=url, key=key, now=now)
    return row


def settle_planned(*, planned_id: int, now: datetime) -> None:
    """Done or dropped; twice is once."""
    PlannedTraining.objects.filter(pk=planned_id, settled_at=None).update(settled_at=now)


def add_praise(*, op: UUID, person: User, text: str, actor: User, now: datetime, ref: str = "") -> Praise:
    """The same `op` again answers the first. Raises `op_used`, `own_praise`."""
    if person.pk == actor.pk:
        raise StaffError("own_praise")
    try:
        with transaction.atomic():
            row = Praise.objects.create(op=op, user=person, by=actor, at=now, text=text, ref=ref)
            params = {"name": str(actor)}
            url = reverse("staff:my_growth")
            notify(recipient=person, code="praised", params=params, url=url, key=f"praised:{row.pk}", now=now)
            return row
    except IntegrityError as exc:
        if "staff_praise_op" not in constraint_name(exc):
            raise
        found = Praise.objects.get(op=op)
        if (found.user_id, found.by_id) != (person.pk, actor.pk):
            raise StaffError("op_used") from exc
        return found


def record_conduct(
    *,
    op: UUID,
    site: Site,
    occasion: str,
    people: Iterable[User],
    lapses: Mapping[int, Iterable[str]],
    notes: Mapping[int, str],
    actor: User,
    now: datetime,
) -> ConductCheck:
    """Everyone in one go, fine but for what is named; the same `op` again answers the first.

    Raises `nobody_checked`, `unknown_lapse`, `op_used`.
    """
    rows = {person.pk: person for person in people if person.pk != actor.pk}
    if not rows:
        raise StaffError("nobody_checked")
    if any(code not in TEXTS for codes in lapses.values() for code in codes):
        raise StaffError("unknown_lapse")
    try:
        with transaction.atomic():
            check = ConductCheck.objects.create(op=op, site=site, occasion=occasion, at=now, by=actor)
            results = [
                ConductResult(check_made=check, user=person, lapses=list(lapses.get(pk, ())), note=notes.get(pk, ""))
                for pk, person in rows.items()
            ]
            ConductResult.objects.bulk_create(results)
            tell_conduct(check, results, now)
            return check
    except IntegrityError as exc:
        if "staff_conductcheck_op" not in constraint_name(exc):
            raise
        found = ConductCheck.objects.get(op=op)
        if (found.site_id, found.by_id) != (site.pk, actor.pk):
            raise StaffError("op_used") from exc
        return found


def tell_conduct(check: ConductCheck, results: Iterable[ConductResult], now: datetime) -> None:
    """Those of whom something was noted; what it is stands in their record."""
    url = reverse("staff:my_growth")
    drafts = [
        Draft(each.user, "conduct_noted", {"at": now.isoformat()}, url, f"conduct:{check.pk}:{each.user_id}")
        for each in results
        if each.lapses or each.note
    ]
    if drafts:
        notify_all(drafts=drafts, now=now)


def tell_lapses(*, now: datetime) -> int:
    """To the person and the managers of their site, once for each of the days; after an outage only the nearest.

    Answers how many skills were told of.
    """
    furthest = (now + timedelta(days=WORD_DAYS[0] + 1)).date()
    nearest = (now - timedelta(days=1)).date()
    rows = PersonSkill.objects.filter(user__is_active=True, valid_until__range=(nearest, furthest))
    told, drafts, managers = 0, [], dict[int, list[User]]()
    for row in rows.select_related("user__site", "skill"):
        days, site = days_before(row, now), row.user.site
        if days is None or site is None:
            continue
        if site.pk not in managers:
            managers[site.pk] = list(role_members(site, Role.MANAGER))
        told += 1
        drafts += drafts_of(row, days, managers[site.pk])
    if drafts:
        notify_all(drafts=drafts, now=now)
    return told


def tell_due(*, now: datetime) -> int:
    """To people whose planned training is due within the days, in the same way; answers how many were told of."""
    drafts = []
    rows = PlannedTraining.objects.filter(
        settled_at=None, user__is_active=True, due_on__lte=(now + timedelta(days=DUE_DAYS[0] + 1)).date()
    )
    for row in rows.select_related("user__site", "course"):
        if row.user.site is None:
            continue
        left = (row.due_on - site_today(row.user.site, now)).days
        days = min((days for days in DUE_DAYS if 0 <= left <= days), default=None)
        if days is not None:
            params = course_params(row.course) | {"due": str(row.due_on)}
            key = f"training_due:{row.pk}:{row.due_on}:{days}"
            drafts.append(Draft(row.user, "training_due", params, reverse("staff:my_training"), key))
    if drafts:
        notify_all(drafts=drafts, now=now)
    return len(drafts)


def days_before(row: PersonSkill, now: datetime) -> int | None:
    """The nearest of the days that has come; none before the first and after the last day."""
    if row.user.site is None or row.valid_until is None:
        return None
    left = (row.valid_until - site_today(row.user.site, now)).days
    return min((days for days in WORD_DAYS if 0 <= left <= days), default=None)


def drafts_of(row: PersonSkill, days: int, managers: Iterable[User]) -> list[Draft]:
    skill = {suffix: getattr(row.skill, f"name_{suffix}") for suffix in SUFFIXES}
    params: dict[str, Any] = {"skill": skill, "name": str(row.user), "on": str(row.valid_until)}
    stem = f"skill_lapses:{row.pk}:{row.valid_until}:{days}"
    own = Draft(row.user, "skill_lapses", params, reverse("staff:my_skills"), f"{stem}:{row.user_id}", mail=True)
    url = reverse("staff:person_skills", args=[row.user_id])
    others = [
        Draft(each, "skill_of_lapses", params, url, f"{stem}:{each.pk}") for each in managers if each.pk != row.user_id
    ]
    return [own, *others]
