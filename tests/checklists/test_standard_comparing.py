"""Two standards side by side, and the difference in words."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from checklists.standard_changes import changes_in_words
from checklists.standards import shipped_standard, standard_data, standard_from_data
from checklists.standards.comparing import compare, longest_rising
from tests.checklists.drafts import plain_item


@pytest.fixture
def old():
    return shipped_standard()


def edited(change):
    """The shipped standard with its items changed in place."""
    data = standard_data(shipped_standard())
    change(data["items"])
    return standard_from_data(data)


def item(items, code):
    return next(each for each in items if each["id"] == code)


def test_same_standard_has_no_difference(old):
    assert not compare(old, edited(lambda items: None))


def test_item_added_and_removed(old):
    new = edited(lambda items: (items.append(plain_item("X1")), items.remove(item(items, "P7"))))

    found = compare(old, new)

    assert ([rule.id for rule in found.added], [rule.id for rule in found.removed]) == (["X1"], ["P7"])
    assert (found.changed, found.moved, found.has_other_heading) == ((), (), False)


def test_changed_fields_in_words(old):
    new = edited(lambda items: item(items, "P10").update(leads=[20], only_if={"headcount": {"at_least": 50}}))

    with override("en"):
        (change,) = changes_in_words(compare(old, new)).changed

    assert change.code == "P10"
    assert [(each.field, each.old, each.new) for each in change.changes] == [
        ("Only if", "any drink", "head count at least 50"),
        ("Reminders", "10 minutes before, when due", "20 minutes before"),
    ]


def test_changed_wording_names_its_language(old):
    new = edited(lambda items: item(items, "P10")["title"].update(zh_hant="擺好"))

    with override("en"):
        (change,) = changes_in_words(compare(old, new)).changed

    assert [(each.field, each.language, each.new) for each in change.changes] == [("Title", "繁體中文", "擺好")]


def test_moved_items_are_as_few_as_explain_the_order(old):
    new = edited(lambda items: items.insert(0, items.pop(20)))

    assert [rule.id for rule in compare(old, new).moved] == [old.rules[20].id]


def test_other_title_is_told(old):
    new = replace(old, title=replace(old.title, en="Ours"))

    assert compare(old, new).has_other_heading


@pytest.mark.parametrize(
    ("numbers", "run"), [([], []), ([0, 1, 2], [0, 1, 2]), ([3, 0, 1, 2], [0, 1, 2]), ([1, 0, 3, 2, 4], [0, 2, 4])]
)
def test_longest_rising_run(numbers, run):
    assert longest_rising(numbers) == run


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_field_of_every_item_can_be_said(old, language):
    """Each item against a bare one, so that every field it has differs."""
    bare = standard_from_data(
        {"title": standard_data(old)["title"], "items": [plain_item(rule.id) for rule in old.rules]}
    )

    with override(language):
        found = changes_in_words(compare(bare, old))

    assert len(found.changed) == len(old.rules)
    assert all(each.field for change in found.changed for each in change.changes)
