"""Equipment that the rooms of a site share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from rooms.models import EquipmentPool, Site
from rooms.refusals import refusing
from rooms.services.log import Changes, apply_fields, record
from rooms.text import NAMES

FIELDS = (*NAMES, "kind", "quantity", "is_active")
REFUSED = {"equipment_pool_code_once": "code_taken", "equipment_pool_code_no_kind": "code_is_kind"}
# As the log of the site calls what its own fields are called as well.
LOGGED = {"kind": "pool_kind", "is_active": "pool_active"}


def add_pool(*, site: Site, code: str, fields: Mapping[str, Any], actor: Any, now: datetime) -> EquipmentPool:
    pool = EquipmentPool(site=site, code=code)
    apply_fields(pool, fields, FIELDS)
    with refusing(REFUSED):
        pool.save()
        facts: Any = {"pool": _named(pool), "quantity": [None, pool.quantity]}
        record(site=site, room=None, verb="pool_added", changes=facts, actor=actor, now=now)
    return pool


def change_pool(*, pool_id: int, fields: Mapping[str, Any], actor: Any, now: datetime) -> EquipmentPool:
    """Everything but the code; what is booked keeps what it was given, whatever the quantity is now."""
    with transaction.atomic():
        pool = EquipmentPool.objects.select_for_update(of=("self",)).select_related("site").get(pk=pool_id)
        changes = apply_fields(pool, fields, FIELDS)
        if changes:
            pool.save(update_fields=list(changes))
            facts: Changes = {LOGGED.get(name, name): pair for name, pair in changes.items()}
            named: Any = {"pool": _named(pool)}
            record(site=pool.site, room=None, verb="pool_changed", changes=named | facts, actor=actor, now=now)
    return pool


def _named(pool: EquipmentPool) -> str:
    return f"{pool.code} {pool.name_zh_hans}"
