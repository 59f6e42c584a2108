"""Supplies and their movements: the only writer of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rooms.default_supplies import DEFAULTS
from rooms.errors import RoomsError
from rooms.models import Site, Supply, SupplyMovement
from rooms.models.supplies import MOST_OF_ONE
from rooms.refusals import refusing
from rooms.selectors import on_hand_of
from rooms.services.log import Changes, apply_fields, record
from rooms.signals import supply_low
from rooms.text import NAMES

Kind = SupplyMovement.Kind
FIELDS = (*NAMES, "code", "unit", "use", "per_head", "is_reused", "reorder_level", "is_active")


@dataclass(frozen=True)
class Taken:
    """How much of a supply a meeting took."""

    supply_id: int
    quantity: int


def add_supply(*, site: Site, fields: Mapping[str, Any], actor: Any, now: datetime) -> Supply:
    supply = Supply(site=site)
    apply_fields(supply, fields, FIELDS)
    with transaction.atomic():
        _save(supply)
        named: Any = {"supply": _named(supply)}
        record(site=site, room=None, verb="supply_added", changes=named, actor=actor, now=now)
    return supply


def add_default_supplies(*, site: Site, actor: Any, now: datetime) -> list[Supply]:
    """The usual ones that the site does not keep yet, with nothing on hand."""
    with transaction.atomic():
        Site.objects.select_for_update(no_key=True).only("pk").get(pk=site.pk)
        known = set(site.supplies.values_list("code", flat=True))
        missing = [fields for fields in DEFAULTS if fields["code"] not in known]
        return [add_supply(site=site, fields=fields, actor=actor, now=now) for fields in missing]


def change_supply(*, supply_id: int, fields: Mapping[str, Any], actor: Any, now: datetime) -> Supply:
    with transaction.atomic():
        supply = Supply.objects.select_for_update(of=("self",)).select_related("site").get(pk=supply_id)
        changes = apply_fields(supply, fields, FIELDS)
        if changes:
            _save(supply, list(changes))
            facts: Changes = {_logged(name): pair for name, pair in changes.items()}
            named: Any = {"supply": _named(supply)}
            record(site=supply.site, room=None, verb="supply_changed", changes=named | facts, actor=actor, now=now)
    return supply


def count_supply(*, supply_id: int, counted: int, note: str, actor: Any, now: datetime) -> SupplyMovement:
    """What was counted is what there is; the difference is kept, a count that agrees as one of zero."""
    with transaction.atomic():
        supply = _lock([supply_id])[0]
        change = counted - on_hand_of([supply_id])[supply_id]
        return _move(supply, Kind.COUNTED, change, actor=actor, now=now, note=note)


def receive_supply(*, supply_id: int, quantity: int, note: str, actor: Any, now: datetime) -> SupplyMovement:
    if quantity < 1:
        raise RoomsError("stock_unchanged")
    with transaction.atomic():
        return _move(_lock([supply_id])[0], Kind.RECEIVED, quantity, actor=actor, now=now, note=note)


def take_for_meeting(*, taken: Sequence[Taken], cause: str, actor: Any, now: datetime) -> list[SupplyMovement]:
    """What a meeting used, once for each supply and `cause`, its reference: a second time nothing happens."""
    with transaction.atomic():
        supplies = _lock([each.supply_id for each in taken])
        known = SupplyMovement.objects.filter(kind=Kind.MEETING, cause=cause, supply__in=supplies)
        done = set(known.values_list("supply_id", flat=True))
        quantities = {each.supply_id: each.quantity for each in taken}
        moved = [supply for supply in supplies if supply.pk not in done]
        before = on_hand_of([supply.pk for supply in moved])
        return [
            _write(
                SupplyMovement(
                    supply=supply, kind=Kind.MEETING, change=-quantities[supply.pk], at=now, actor=actor, cause=cause
                ),
                before[supply.pk],
            )
            for supply in moved
        ]


def _lock(supply_ids: Sequence[int]) -> list[Supply]:
    """In id order, so that two meetings which end at once wait for each other and never for ever."""
    rows = Supply.objects.filter(pk__in=supply_ids).order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)).select_related("site"))


def _move(supply: Supply, kind: Kind, change: int, *, actor: Any, now: datetime, note: str) -> SupplyMovement:
    before = on_hand_of([supply.pk])[supply.pk]
    if abs(change) > MOST_OF_ONE or before + change > MOST_OF_ONE:
        raise RoomsError("stock_too_large")
    return _write(SupplyMovement(supply=supply, kind=kind, change=change, at=now, actor=actor, note=note), before)


def _write(movement: SupplyMovement, before: int) -> SupplyMovement:
    """The supply is locked by the caller, so `before` holds; falling below the reorder level is told once."""
    movement.save(force_insert=True)
    after, level = before + movement.change, movement.supply.reorder_level
    if before >= level > after and movement.supply.is_active:
        facts: dict[str, Any] = {"supply": movement.supply, "movement": movement, "on_hand": after, "now": movement.at}
        supply_low.send(sender=Supply, **facts)
    return movement


def _save(supply: Supply, names: list[str] | None = None) -> None:
    with refusing({"supply_code_once": "code_taken"}):
        supply.save(update_fields=names)


def _logged(name: str) -> str:
    return "supply_active" if name == "is_active" else name


def _named(supply: Supply) -> str:
    return f"{supply.code} {supply.name_zh_hans}"
