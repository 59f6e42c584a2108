"""Drafts begun, edited and published at once: one of each, with a control that shows what the lock is for."""

import threading
from functools import partial

import pytest

from checklists.errors import ChecklistError
from checklists.models import ServiceStandard, StandardItem
from checklists.services import drafts
from checklists.services.standards import load_shipped
from tests import factories
from tests.checklists.drafts import SECOND

pytestmark = pytest.mark.django_db(transaction=True)

DRAFT, PUBLISHED = ServiceStandard.State.DRAFT, ServiceStandard.State.PUBLISHED
AT_ONCE = 6


@pytest.fixture(autouse=True)
def shipped(db, now):
    return load_shipped(now=now)


@pytest.fixture
def draft(site, manager, now):
    return drafts.start_draft(site=site, actor=manager, now=now)


def publishing(draft, actor, now):
    facts = {"draft_id": draft.pk, "seen": draft.edited_at, "actor": actor, "now": now}
    return partial(drafts.publish_draft, note="x", **facts)


def codes_of(answers) -> list[str]:
    return sorted(each.code if isinstance(each, ChecklistError) else "ok" for each in answers)


def test_draft_begun_many_times_at_once_is_one(site, manager, now, at_once):
    answers = at_once(*[partial(drafts.start_draft, site=site, actor=manager, now=now)] * AT_ONCE)

    assert {draft.pk for draft in answers} == {ServiceStandard.objects.get(state=DRAFT).pk}


def test_draft_published_many_times_at_once_gets_one_number(draft, manager, now, at_once):
    answers = at_once(*[publishing(draft, manager, now + SECOND)] * AT_ONCE)

    assert codes_of(answers) == ["draft_gone"] * (AT_ONCE - 1) + ["ok"]
    number = ServiceStandard.objects.get(site=draft.site, state=PUBLISHED)
    assert (number.pk, number.number) == (draft.pk, 1)
    assert StandardItem.objects.filter(standard=number).count() == len(draft.document["items"])


def test_drafts_of_several_sites_published_at_once_get_a_number_each(manager, now, at_once):
    begun = [
        drafts.start_draft(site=factories.make_site(f"S{place}"), actor=manager, now=now) for place in range(AT_ONCE)
    ]

    answers = at_once(*[publishing(draft, manager, now + SECOND) for draft in begun])

    assert codes_of(answers) == ["ok"] * AT_ONCE
    assert [standard.number for standard in answers] == [1] * AT_ONCE


def test_edits_at_once_change_the_draft_once(draft, manager, now, at_once):
    facts = {"draft_id": draft.pk, "seen": draft.edited_at, "actor": manager, "now": now + SECOND}

    answers = at_once(*[partial(drafts.remove_item, code=code, **facts) for code in ("P6", "P7", "P8")])

    assert codes_of(answers) == ["draft_changed", "draft_changed", "ok"]
    draft.refresh_from_db()
    assert len(draft.document["items"]) == len(drafts.newest_published(None).document["items"]) - 1


def test_edits_that_do_not_lock_lose_each_other(draft, manager, now, at_once, monkeypatch):
    """The control: both find the draft as they saw it, and the later one writes over the earlier."""
    met = threading.Barrier(2)

    def look_without_lock(draft_id, seen):
        found = ServiceStandard.objects.select_related("site").get(pk=draft_id)
        assert found.edited_at == seen
        met.wait(10)
        return found

    monkeypatch.setattr(drafts, "lock_draft", look_without_lock)
    facts = {"draft_id": draft.pk, "seen": draft.edited_at, "actor": manager, "now": now + SECOND}

    answers = at_once(*[partial(drafts.remove_item, code=code, **facts) for code in ("P6", "P7")])

    assert codes_of(answers) == ["ok", "ok"]
    draft.refresh_from_db()
    assert len({"P6", "P7"} & {item["id"] for item in draft.document["items"]}) == 1
