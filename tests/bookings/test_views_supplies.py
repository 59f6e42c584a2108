"""The pages of supplies."""

import pytest

from rooms.models import Supply, SupplyMovement
from tests import factories
from tests.bookings.pages import text_of

SUPPLIES = "/supplies/"
NEW = {
    "code": "TEA",
    "name_zh_hans": "茶叶",
    "unit": "portion",
    "use": "tea",
    "per_head": "1",
    "reorder_level": "20",
    "is_active": "on",
}


@pytest.fixture
def keeper(client, manager, now, time_machine):
    time_machine.move_to(now, tick=False)
    manager.language = "en"
    manager.save()
    client.force_login(manager)
    return client


def test_empty_page_offers_the_usual_ones(keeper, site):
    assert "No supplies yet" in text_of(keeper.get(SUPPLIES))

    page = keeper.post("/supplies/usual/?site=HQ", follow=True)

    assert "7 supplies added" in text_of(page)
    assert Supply.objects.filter(site=site).count() == 7


def test_supply_is_added_counted_and_changed(keeper, site, manager):
    keeper.post(SUPPLIES, NEW)
    supply = Supply.objects.get(code="TEA")

    counted = keeper.post(f"/supplies/{supply.pk}/", {"what": "counted", "quantity": "15", "note": "盘点"}, follow=True)
    keeper.post(f"/supplies/{supply.pk}/edit/", NEW | {"reorder_level": "10"})

    assert "On hand 15 portion low" in text_of(counted)
    assert f"+15 {manager} 盘点" in text_of(counted)
    assert "low" not in text_of(keeper.get(f"/supplies/{supply.pk}/"))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"what": "received", "quantity": "0"}, "at least 1"),
        ({"what": "counted", "quantity": "-1"}, "greater than or equal to 0"),
        ({"what": "counted", "quantity": ""}, "required"),
        ({"what": "thrown", "quantity": "1"}, "valid choice"),
    ],
)
def test_wrong_movements_are_refused_beside_the_field(keeper, site, sent, words):
    supply = factories.make_supply(site)

    page = keeper.post(f"/supplies/{supply.pk}/", sent | {"note": "Kept"})

    assert (page.status_code, words in text_of(page), 'value="Kept"' in page.content.decode()) == (422, True, True)
    assert not SupplyMovement.objects.exists()


def test_taken_code_is_said_beside_it(keeper, site):
    factories.make_supply(site, "TEA")

    page = keeper.post(SUPPLIES, NEW)

    assert (page.status_code, "This code is taken." in text_of(page)) == (422, True)


def test_list_shows_reserved_and_costs_the_same_for_one_and_three(keeper, site, approve_one, query_count):
    factories.make_supply(site, "TEA", on_hand=50)
    approve_one(tea=True)
    one = query_count(lambda: keeper.get(SUPPLIES))
    factories.make_supply(site, "A")
    factories.make_supply(site, "B")

    assert query_count(lambda: keeper.get(SUPPLIES)) == one
    assert "50 piece 10 0" in text_of(keeper.get(SUPPLIES))


def test_movements_cost_the_same_for_one_and_three(keeper, site, query_count, now):
    supply = factories.make_supply(site, "TEA", on_hand=5)
    address = f"/supplies/{supply.pk}/"
    one = query_count(lambda: keeper.get(address))
    for number in (1, 2):
        SupplyMovement.objects.create(supply=supply, kind="meeting", change=-1, at=now, cause=f"HW-{number}")

    assert query_count(lambda: keeper.get(address)) == one
