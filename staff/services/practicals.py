"""Checklists of practical examinations: made, changed under a new version, taken out of use."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import transaction

from rooms.text import NAMES, SUFFIXES
from staff.errors import StaffError
from staff.models import PracticalList, PracticalVersion, User
from staff.practical import KINDS, Line, codes_of

FIELDS = (*NAMES, "site", "is_active")


@transaction.atomic
def save_list(
    *,
    practical_list: PracticalList,
    fields: Mapping[str, Any],
    lines: Iterable[Mapping[str, Any]],
    seen: int,
    actor: User,
    now: datetime,
) -> PracticalList:
    """In the order given; examinations that were held keep their version, and lines that stay as they are make none.

    `seen` is the number of the version that was changed. Raises `list_changed`, `list_empty`, `unknown_kind`.
    """
    if practical_list.pk:
        PracticalList.objects.select_for_update().only("pk").get(pk=practical_list.pk)
    newest = practical_list.versions.first() if practical_list.pk else None
    if (newest.number if newest else 0) != seen:
        raise StaffError("list_changed")
    written = coded(lines)
    if not codes_of(written):
        raise StaffError("list_empty")
    for name in FIELDS:
        if name in fields:
            setattr(practical_list, name, fields[name])
    practical_list.save()
    if newest is None or newest.lines != written:
        facts = {"number": seen + 1, "lines": written, "made_by": actor, "made_at": now}
        PracticalVersion.objects.create(of=practical_list, **facts)
    return practical_list


def coded(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each line under a code of its own: the one it had, else a new one."""
    known, found = {kind for kind, _word in KINDS}, dict[str, Line]()
    for line in lines:
        if line["kind"] not in known:
            raise StaffError("unknown_kind")
        code = line.get("code") or ""
        if not code or code in found:
            code = token_hex(4)
        found[code] = {"code": code, "kind": line["kind"], **{suffix: line.get(suffix, "") for suffix in SUFFIXES}}
    return [dict(line) for line in found.values()]
