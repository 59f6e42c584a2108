"""Needs of skills and the site's rules of assignment, edited by whoever leads the service there."""

from typing import Any

from django.db import transaction

from checklists.models import AssignmentRules, StaffingNeed
from rooms.models import Site


def add_need(*, site: Site, role: str, skill_id: int, ground: str, value: str) -> StaffingNeed:
    """Twice is the same as once."""
    need, _made = StaffingNeed.objects.get_or_create(
        site=site, role=role, skill_id=skill_id, ground=ground, value=value
    )
    return need


def remove_need(*, need_id: int) -> None:
    """One that is gone already is gone."""
    StaffingNeed.objects.filter(pk=need_id).delete()


@transaction.atomic
def save_rules(*, site: Site, **fields: Any) -> AssignmentRules:
    rules, _made = AssignmentRules.objects.update_or_create(site=site, defaults=fields)
    return rules
