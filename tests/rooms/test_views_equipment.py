"""The page of what rooms share."""

import pytest

from rooms.models import EquipmentPool
from tests import factories

POOLS = "/equipment/"
NEW = {"code": "PROJ", "name_zh_hans": "便携投影仪", "kind": "projector", "quantity": "2", "is_active": "on"}


@pytest.fixture
def keeper(client, manager):
    manager.language = "en"
    manager.save()
    client.force_login(manager)
    return client


def test_page_without_any_says_what_it_is_for(keeper):
    page = keeper.get(POOLS)

    assert (page.status_code, "No shared equipment yet" in page.content.decode()) == (200, True)


def test_manager_adds_changes_and_withdraws(keeper, site):
    added = keeper.post(POOLS, NEW)
    pool = EquipmentPool.objects.get(site=site, code="PROJ")

    changed = keeper.post(
        f"/equipment/{pool.pk}/edit/", {"name_zh_hans": "投影", "kind": "", "quantity": "1", "code": "X"}
    )

    pool.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (pool.code, pool.name_zh_hans, pool.kind, pool.quantity, pool.is_active) == ("PROJ", "投影", "", 1, False)
    assert "no longer lent" in keeper.get(POOLS).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "CART", "This code is taken."),
        ("code", "screen", "stands for a room&#x27;s own equipment"),
        ("code", "Screen", "stands for a room&#x27;s own equipment"),
        ("code", "a b", "Use letters, digits and hyphens."),
        ("quantity", "1000", "less than or equal to 999"),
        ("name_zh_hans", "", "required"),
    ],
)
def test_faults_stand_beside_their_field_and_nothing_is_lost(keeper, site, field, value, words):
    factories.make_pool(site, "CART")

    page = keeper.post(POOLS, NEW | {"name_en": "Kept"} | {field: value})

    body = page.content.decode()
    assert (page.status_code, words in body, 'value="Kept"' in body) == (422, True, True)
    assert EquipmentPool.objects.count() == 1


def test_list_costs_the_same_for_one_and_three(keeper, site, query_count):
    factories.make_pool(site, "A")
    one = query_count(lambda: keeper.get(POOLS))
    factories.make_pool(site, "B")
    factories.make_pool(site, "C")

    assert query_count(lambda: keeper.get(POOLS)) == one


def test_site_history_tells_of_it_in_words(keeper, client, site, administrator):
    keeper.post(POOLS, NEW)
    client.force_login(administrator)

    page = client.get("/sites/HQ/", headers={"Accept-Language": "en"}).content.decode()

    assert "shared equipment added" in page
