"""Usual shifts of a site: those it begins with, new ones, and their changes; shifts made by them keep their times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from rooms.models import Site
from rooms.refusals import refusing
from staff.default_patterns import DEFAULTS
from staff.errors import StaffError
from staff.models import ShiftPattern, User

FIELDS = ("code", "name_zh_hans", "name_zh_hant", "name_en", "spans", "is_on_call", "is_active")


def add_usual_patterns(*, site: Site) -> int:
    """Those the site does not have; how many came."""
    rows = [ShiftPattern(site=site, place=place, **facts) for place, facts in enumerate(DEFAULTS)]
    known = set(ShiftPattern.objects.filter(site=site).values_list("code", flat=True))
    ShiftPattern.objects.bulk_create(rows, ignore_conflicts=True)
    return sum(1 for row in rows if row.code not in known)


def add_pattern(*, site: Site, fields: Mapping[str, Any], actor: User, now: datetime) -> ShiftPattern:
    last = ShiftPattern.objects.filter(site=site).aggregate(last=Max("place"))["last"]
    pattern = ShiftPattern(site=site, place=0 if last is None else last + 1, **allowed(fields))
    return saved(pattern)


def change_pattern(*, pattern_id: int, fields: Mapping[str, Any], actor: User, now: datetime) -> ShiftPattern:
    with transaction.atomic():
        pattern = ShiftPattern.objects.select_for_update(of=("self",)).get(pk=pattern_id)
        for name, value in allowed(fields).items():
            setattr(pattern, name, value)
        return saved(pattern)


def allowed(fields: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"not fields of a pattern: {sorted(unknown)}")
    return dict(fields)


def saved(pattern: ShiftPattern) -> ShiftPattern:
    with refusing({"shift_pattern_code_once": "pattern_code_taken"}, StaffError):
        pattern.save()
    return pattern
