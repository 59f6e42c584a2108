"""Shared equipment and supplies as the site keeps them."""

import pytest
from django.db import IntegrityError, transaction

from rooms.errors import RoomsError
from rooms.models import EquipmentPool, Supply, SupplyMovement
from rooms.selectors import on_hand_of
from rooms.services.equipment import add_pool, change_pool
from rooms.services.supplies import add_default_supplies, add_supply, change_supply, count_supply, receive_supply
from rooms.signals import supply_low
from tests import factories

FIELDS = {
    "name_zh_hans": "投影",
    "name_zh_hant": "",
    "name_en": "",
    "kind": "projector",
    "quantity": 2,
    "is_active": True,
}


@pytest.fixture
def low():
    heard = []

    def hear(on_hand, **_kwargs):
        heard.append(on_hand)

    supply_low.connect(hear)
    yield heard
    supply_low.disconnect(hear)


def test_pool_is_added_and_changed_with_a_log(site, secretary, now):
    pool = add_pool(site=site, code="PROJ", fields=FIELDS, actor=secretary, now=now)

    change_pool(pool_id=pool.pk, fields=FIELDS | {"quantity": 1, "is_active": False}, actor=secretary, now=now)

    pool.refresh_from_db()
    assert (pool.quantity, pool.is_active) == (1, False)
    assert [(entry.verb, entry.changes) for entry in site.log.order_by("pk")] == [
        ("pool_added", {"pool": "PROJ 投影", "quantity": [None, 2]}),
        ("pool_changed", {"pool": "PROJ 投影", "quantity": [2, 1], "pool_active": [True, False]}),
    ]


@pytest.mark.parametrize(("code", "refusal"), [("CART", "code_taken"), ("projector", "code_is_kind")])
def test_pool_of_a_taken_code_is_refused(site, secretary, now, code, refusal):
    factories.make_pool(site, "CART")

    with pytest.raises(RoomsError, match=refusal):
        add_pool(site=site, code=code, fields=FIELDS, actor=secretary, now=now)


def test_code_of_a_pool_is_no_kind_for_the_database_as_well(site):
    with pytest.raises(IntegrityError, match="equipment_pool_code_no_kind"):
        EquipmentPool.objects.create(site=site, code="screen", name_zh_hans="x")


def test_usual_supplies_come_once_and_leave_what_is_kept(site, secretary, now):
    factories.make_supply(site, "TEA", per_head=3)

    first = add_default_supplies(site=site, actor=secretary, now=now)
    again = add_default_supplies(site=site, actor=secretary, now=now)

    assert (len(first), again) == (6, [])
    assert Supply.objects.get(code="TEA").per_head == 3


def test_count_keeps_the_difference_and_a_delivery_adds(site, secretary, now):
    supply = factories.make_supply(site)
    facts = {"supply_id": supply.pk, "actor": secretary, "now": now}

    count_supply(counted=12, note="盘点", **facts)
    receive_supply(quantity=8, note="", **facts)
    count_supply(counted=15, note="破损", **facts)
    count_supply(counted=15, note="", **facts)

    rows = list(supply.movements.order_by("pk").values_list("kind", "change", "note", "actor"))
    assert rows == [
        ("counted", 12, "盘点", secretary.pk),
        ("received", 8, "", secretary.pk),
        ("counted", -5, "破损", secretary.pk),
        ("counted", 0, "", secretary.pk),
    ]
    assert on_hand_of([supply.pk]) == {supply.pk: 15}


@pytest.mark.parametrize("quantity", [0, -3])
def test_delivery_of_nothing_is_refused(site, secretary, now, quantity):
    supply = factories.make_supply(site)

    with pytest.raises(RoomsError, match="stock_unchanged"):
        receive_supply(supply_id=supply.pk, quantity=quantity, note="", actor=secretary, now=now)


def test_more_than_can_be_kept_is_refused(site, secretary, now):
    supply = factories.make_supply(site, on_hand=1_000_000, at=now)

    with pytest.raises(RoomsError, match="stock_too_large"):
        receive_supply(supply_id=supply.pk, quantity=1, note="", actor=secretary, now=now)


def test_fall_below_the_level_is_told_once_until_it_rises(site, secretary, now, low):
    supply = factories.make_supply(site, on_hand=30, at=now, reorder_level=20)
    facts = {"supply_id": supply.pk, "actor": secretary, "now": now, "note": ""}

    for counted in (20, 19, 5, 25, 10):
        count_supply(counted=counted, **facts)

    assert low == [19, 10]


def test_supply_no_longer_kept_is_not_told(site, secretary, now, low):
    supply = factories.make_supply(site, on_hand=30, at=now, reorder_level=20, is_active=False)

    count_supply(supply_id=supply.pk, counted=1, note="", actor=secretary, now=now)

    assert low == []


def test_supply_of_a_taken_code_is_refused(site, secretary, now):
    factories.make_supply(site, "TEA")
    other = factories.make_supply(site, "COFFEE")
    fields = {"name_zh_hans": "茶", "code": "TEA"}

    with pytest.raises(RoomsError, match="code_taken"):
        add_supply(site=site, fields=fields, actor=secretary, now=now)
    with pytest.raises(RoomsError, match="code_taken"):
        change_supply(supply_id=other.pk, fields={"code": "TEA"}, actor=secretary, now=now)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "meeting", "change": 3, "cause": "HW-1"},
        {"kind": "meeting", "change": -3, "cause": ""},
        {"kind": "received", "change": -3},
        {"kind": "counted", "change": 1, "cause": "HW-1"},
        {"kind": "counted", "change": 1_000_001},
    ],
)
def test_movements_that_make_no_sense_are_refused_by_the_database(site, now, facts):
    supply = factories.make_supply(site)

    with pytest.raises(IntegrityError), transaction.atomic():
        SupplyMovement.objects.create(supply=supply, at=now, **facts)
