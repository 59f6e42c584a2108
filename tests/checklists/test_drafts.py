"""Drafts of a standard: one for each site, edited under the eyes of others, published under the next number."""

import pytest

from checklists.errors import ChecklistError
from checklists.models import ServiceStandard, StandardItem, StandardLog
from checklists.selectors.standards import current_standard, rules_of
from checklists.services import drafts
from checklists.standards import StandardFaults, shipped_standard, standard_data, standard_from_data
from tests.checklists.drafts import SECOND, codes, item_of, plain_item, published, shared

DRAFT = ServiceStandard.State.DRAFT


@pytest.fixture
def draft(site, manager, now):
    return drafts.start_draft(site=site, actor=manager, now=now)


@pytest.fixture
def by(draft, manager, now):
    """What every edit says; the draft as it was begun."""
    return {"draft_id": draft.pk, "seen": draft.edited_at, "actor": manager, "now": now + SECOND}


def code_of(call) -> str:
    with pytest.raises(ChecklistError) as caught:
        call()
    return caught.value.code


def log_of(draft) -> list[tuple]:
    return list(StandardLog.objects.filter(standard=draft).order_by("pk").values_list("verb", "changes"))


def test_draft_begins_as_a_copy_of_what_is_in_force(draft, site, manager, now):
    assert (draft.site, draft.number, draft.state, draft.based_on) == (site, None, DRAFT, shared())
    assert draft.document == shared().document
    assert (draft.edited_by, draft.edited_at) == (manager, now)
    assert current_standard(site) == shared()
    assert log_of(draft) == [("drafted", {"based_on": 1})]


def test_draft_begun_twice_is_one(draft, site, administrator, now):
    assert drafts.start_draft(site=site, actor=administrator, now=now + SECOND) == draft
    assert ServiceStandard.objects.filter(state=DRAFT).count() == 1


def test_site_and_the_shared_standard_have_a_draft_each(draft, administrator, now):
    other = drafts.start_draft(site=None, actor=administrator, now=now)

    assert (other == draft, other.site) == (False, None)


def test_draft_of_a_site_with_numbers_begins_from_its_newest(site, manager, now):
    mine = published(site, manager, now, lambda draft: drafts.remove_item(
        draft_id=draft.pk, code="P7", seen=draft.edited_at, actor=manager, now=now
    ))  # fmt: skip

    again = drafts.start_draft(site=site, actor=manager, now=now + 2 * SECOND)

    assert (again.based_on, "P7" in codes(again)) == (mine, False)


def test_item_is_added_behind_another_or_last(draft, by, now):
    drafts.add_item(item=plain_item("X1"), after="P4", **by)
    drafts.add_item(item=plain_item("X2"), after="", **(by | {"seen": by["now"]}))

    draft.refresh_from_db()
    listed = codes(draft)
    assert (listed[listed.index("P4") + 1], listed[-1]) == ("X1", "X2")
    assert log_of(draft)[1:] == [("item_added", {"item": "X1"}), ("item_added", {"item": "X2"})]


def test_item_that_is_faulty_is_not_added(draft, by):
    with pytest.raises(StandardFaults) as caught:
        drafts.add_item(item=plain_item("P4", phase="later", roles=[]), after="P4", **by)

    assert [(fault.item, fault.field, fault.code) for fault in caught.value.faults] == [
        ("P4", "id", "given_twice"),
        ("P4", "phase", "unknown_value"),
        ("P4", "roles", "empty"),
    ]
    draft.refresh_from_db()
    assert draft.document == shared().document


def test_item_added_behind_one_that_is_gone_says_so(by):
    assert code_of(lambda: drafts.add_item(item=plain_item(), after="P99", **by)) == "item_gone"


def test_item_is_changed_in_its_place_and_the_log_names_the_fields(draft, by, manager, now):
    before = codes(draft)

    drafts.change_item(code="P4", item=item_of(draft, "P4", leads=[20], opens=50), **by)

    draft.refresh_from_db()
    rule = rules_of(draft).by_id["P4"]
    assert (codes(draft), rule.leads, rule.opens) == (before, (20,), 50)
    assert (draft.edited_at, draft.edited_by) == (now + SECOND, manager)
    assert log_of(draft)[1:] == [("item_changed", {"item": "P4", "fields": ["leads", "opens"]})]


def test_item_changed_to_what_it_says_already_is_no_edit(draft, by, now):
    drafts.change_item(code="P4", item=item_of(draft, "P4"), **by)

    draft.refresh_from_db()
    assert (draft.edited_at, len(log_of(draft))) == (now, 1)


def test_item_others_are_tied_to_keeps_its_code(draft, by):
    with pytest.raises(StandardFaults) as caught:
        drafts.change_item(code="P13", item=item_of(draft, "P13", id="P13a"), **by)

    assert ("U1", "unknown_item", "P13") in [(each.item, each.code, each.value) for each in caught.value.faults]


def test_item_others_are_tied_to_is_not_removed(draft, by):
    with pytest.raises(StandardFaults) as caught:
        drafts.remove_item(code="P13", **by)

    assert {each.code for each in caught.value.faults} == {"unknown_item"}
    draft.refresh_from_db()
    assert "P13" in codes(draft)


def test_item_is_removed(draft, by):
    drafts.remove_item(code="P7", **by)

    draft.refresh_from_db()
    assert "P7" not in codes(draft)
    assert log_of(draft)[1:] == [("item_removed", {"item": "P7"})]


@pytest.mark.parametrize(("after", "first"), [("", ["P6", "D1", "D2"]), ("D1", ["D1", "P6", "D2"])])
def test_item_is_placed_behind_another_or_first(draft, by, after, first):
    drafts.place_item(code="P6", after=after, **by)

    draft.refresh_from_db()
    assert codes(draft)[:3] == first


def test_item_placed_behind_itself_stays(draft, by, now):
    drafts.place_item(code="P6", after="P6", **by)

    draft.refresh_from_db()
    assert (codes(draft), draft.edited_at) == (codes(shared()), now)


def test_heading_changes_title_and_groups(draft, by):
    groups = [*draft.document["groups"], {"code": "more", "title": TITLE}]

    drafts.change_heading(title=TITLE, groups=groups, **by)

    draft.refresh_from_db()
    rules = rules_of(draft)
    assert (rules.title.en, rules.groups[-1].code) == ("Ours", "more")


TITLE = {"en": "Ours", "zh_hans": "我们的", "zh_hant": "我們的"}


def test_group_in_use_is_not_taken_out(by):
    with pytest.raises(StandardFaults) as caught:
        drafts.change_heading(title=TITLE, groups=[], **by)

    assert {each.code for each in caught.value.faults} == {"unknown_group"}


EDITS = {
    "add": lambda by: drafts.add_item(item=plain_item(), after="", **by),
    "change": lambda by: drafts.change_item(code="P4", item=plain_item("P4"), **by),
    "remove": lambda by: drafts.remove_item(code="P7", **by),
    "place": lambda by: drafts.place_item(code="P7", after="", **by),
    "heading": lambda by: drafts.change_heading(title=TITLE, groups=[], **by),
    "discard": lambda by: drafts.discard_draft(**{name: by[name] for name in ("draft_id", "seen", "actor", "now")}),
    "publish": lambda by: drafts.publish_draft(note="x", **by),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edit_of_a_draft_edited_meanwhile_is_refused(draft, by, edit, now):
    drafts.remove_item(code="P6", **by)

    assert code_of(lambda: edit(by | {"now": now + 2 * SECOND})) == "draft_changed"
    draft.refresh_from_db()
    assert (draft.state, draft.edited_at, "P6" in codes(draft)) == (DRAFT, now + SECOND, False)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edit_of_a_draft_that_was_published_is_refused(draft, by, edit):
    drafts.remove_item(code="P6", **by)
    seen = by | {"seen": by["now"]}
    number = drafts.publish_draft(note="x", **seen)

    assert code_of(lambda: edit(seen)) == "draft_gone"
    assert ServiceStandard.objects.get(pk=draft.pk).document == number.document


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edit_of_a_draft_that_was_discarded_is_refused(by, edit):
    drafts.discard_draft(**by)

    assert code_of(lambda: edit(by)) == "draft_gone"


def test_discarded_draft_is_remembered_in_the_log(by, site):
    drafts.discard_draft(**by)

    assert not ServiceStandard.objects.filter(state=DRAFT).exists()
    entries = StandardLog.objects.filter(site=site).order_by("pk").values_list("verb", "standard")
    assert list(entries) == [("drafted", None), ("discarded", None)]


def test_publishing_gives_the_next_number_of_its_site_and_its_items(draft, by, site, manager, now):
    drafts.remove_item(code="P7", **by)

    number = drafts.publish_draft(note="No plants here", **(by | {"seen": by["now"], "now": now + 2 * SECOND}))

    assert (number.pk, number.number, number.state) == (draft.pk, 1, ServiceStandard.State.PUBLISHED)
    assert (number.published_at, number.published_by, number.note) == (now + 2 * SECOND, manager, "No plants here")
    assert current_standard(site) == number
    items = StandardItem.objects.filter(standard=number).order_by("position")
    assert [item.code for item in items] == codes(number)
    assert log_of(number)[-1] == ("published", {"number": 1})


def test_publishing_what_is_in_force_already_is_refused(site, manager, now):
    published(site, manager, now, lambda draft: drafts.remove_item(
        draft_id=draft.pk, code="P7", seen=draft.edited_at, actor=manager, now=now
    ))  # fmt: skip
    draft = drafts.start_draft(site=site, actor=manager, now=now + 2 * SECOND)
    by = {"draft_id": draft.pk, "seen": draft.edited_at, "actor": manager, "now": now + 3 * SECOND}

    assert code_of(lambda: drafts.publish_draft(note="x", **by)) == "nothing_changed"


def test_first_number_of_a_site_may_say_what_the_shared_one_says(draft, by, site):
    """From then on the site no longer follows the shared standard."""
    number = drafts.publish_draft(note="We keep this one", **by)

    assert (number.number, current_standard(site)) == (1, number)


def test_shared_standard_goes_on_with_its_own_numbers(administrator, now):
    number = published(None, administrator, now, lambda draft: drafts.remove_item(
        draft_id=draft.pk, code="P7", seen=draft.edited_at, actor=administrator, now=now
    ))  # fmt: skip

    assert (number.site, number.number) == (None, 2)


def test_file_becomes_the_draft(site, manager, now):
    rules = standard_from_data({"title": TITLE, "groups": [], "items": [plain_item()]})

    draft = drafts.import_draft(site=site, rules=rules, replaces=None, actor=manager, now=now)

    assert (draft.state, draft.based_on, draft.document) == (DRAFT, shared(), standard_data(rules))
    assert log_of(draft) == [("imported", {"items": 1})]


def test_file_takes_the_place_of_a_draft_only_where_that_one_was_seen(draft, site, manager, now):
    rules = standard_from_data({"title": TITLE, "groups": [], "items": [plain_item()]})
    facts = {"site": site, "rules": rules, "actor": manager, "now": now + SECOND}

    assert code_of(lambda: drafts.import_draft(replaces=None, **facts)) == "draft_in_the_way"
    assert code_of(lambda: drafts.import_draft(replaces=now - SECOND, **facts)) == "draft_in_the_way"
    assert drafts.import_draft(replaces=now, **facts) == draft
    draft.refresh_from_db()
    assert (codes(draft), draft.edited_at) == (["X1"], now + SECOND)


def test_draft_keeps_every_rule_of_the_shipped_standard(draft):
    assert rules_of(draft) == shipped_standard()
