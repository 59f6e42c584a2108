"""Pages of a draft that somebody else has discarded meanwhile."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from checklists.models import ServiceStandard
from checklists.services.drafts import discard_draft, start_draft
from tests.checklists.drafts import SECOND, published, shared
from tests.checklists.pages import HTMX, signed_in
from tests.factories import make_user

SAID = "This draft was discarded meanwhile. Here is the standard as it stands."
PAGES = [
    ("GET", "standard_items", ()),
    ("GET", "standard_item", ("P6",)),
    ("POST", "standard_item", ("P6",)),
    ("GET", "standard_item_add", ()),
    ("POST", "standard_item_add", ()),
    ("POST", "standard_item_remove", ()),
    ("POST", "standard_item_place", ()),
    ("GET", "standard_heading", ()),
    ("POST", "standard_heading", ()),
    ("GET", "standard_publish", ()),
    ("POST", "standard_publish", ()),
    ("POST", "standard_discard", ()),
    ("GET", "standard", ()),
    ("GET", "standard_comparison", ()),
]


@pytest.fixture(autouse=True)
def frozen(time_machine, now):
    time_machine.move_to(now + 10 * SECOND, tick=False)


def discarded(owner, actor, now) -> int:
    draft = start_draft(site=owner, actor=actor, now=now)
    discard_draft(draft_id=draft.pk, seen=draft.edited_at, actor=actor, now=now + SECOND)
    return draft.pk


@pytest.fixture
def gone(site, manager, now) -> int:
    return discarded(site, manager, now)


def call(client, method, name, pk, rest, **headers):
    return client.generic(method, reverse(f"checklists:{name}", args=[pk, *rest]), **headers)


@pytest.mark.parametrize(("method", "name", "rest"), PAGES)
def test_page_of_a_discarded_draft_leads_to_the_standard(gone, manager, method, name, rest):
    response = call(signed_in(manager), method, name, gone, rest)

    assert (response.status_code, response.url) == (302, reverse("checklists:standard", args=[shared().pk]))
    assert [str(each) for each in get_messages(response.wsgi_request)] == [SAID]


def test_page_of_a_discarded_draft_leads_to_the_sites_own_standard(site, manager, administrator, now):
    own = published(site, manager, now, lambda draft: retitled(draft, manager, now))
    gone = discarded(site, manager, now)

    assert call(signed_in(manager), "GET", "standard_item", gone, ("P6",)).url.endswith(f"/standards/{own.pk}/")


def retitled(draft, actor, now):
    from_rules = draft.document
    ServiceStandard.objects.filter(pk=draft.pk).update(document={**from_rules, "items": from_rules["items"][:-1]})


def test_part_of_a_page_opens_the_standard_instead(gone, manager):
    response = call(signed_in(manager), "POST", "standard_item", gone, ("P6",), **HTMX)

    assert (response.status_code, response["HX-Redirect"]) == (200, reverse("checklists:standard", args=[shared().pk]))


@pytest.mark.parametrize(("person", "status"), [("applicant", 403), ("server", 403), ("stranger", 404)])
def test_others_learn_no_more_than_before(request, gone, person, status):
    client = signed_in(request.getfixturevalue(person))

    assert call(client, "GET", "standard_item", gone, ("P6",)).status_code == status


def test_manager_of_another_site_learns_nothing_of_it(gone, stranger):
    manager = make_user("far", "manager", site=stranger.site)

    assert call(signed_in(manager), "GET", "standard_item", gone, ("P6",)).status_code == 404


def test_anonymous_reader_signs_in_first(gone, client):
    assert call(client, "GET", "standard_item", gone, ("P6",)).url.startswith("/accounts/login/")


@pytest.mark.parametrize("pk", [999_999, 2**62])
def test_draft_that_never_was_is_not_found(gone, manager, pk):
    assert call(signed_in(manager), "GET", "standard_item", pk, ("P6",)).status_code == 404


def test_draft_begun_again_is_another_one(gone, site, manager, now):
    draft = start_draft(site=site, actor=manager, now=now + 2 * SECOND)

    assert draft.pk != gone
    assert call(signed_in(manager), "GET", "standard_items", draft.pk, ()).status_code == 200
