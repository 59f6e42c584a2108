"""Items edited by choosing: what the page shows, sends and finds fault with."""

import pytest
from django.http import QueryDict
from django.utils.translation import override

from checklists.standard_forms.conditions import condition_initial
from checklists.standard_forms.item import LINES, ItemEditor
from checklists.standard_forms.rows import with_line_changed
from checklists.standard_forms.sample import sample_form
from checklists.standards import Fault, StandardFaults, rule_data, shipped_standard, standard_data, standard_from_data
from tests.checklists.drafts import sent_of

SHIPPED = shipped_standard()


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def query(data) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in data.items():
        sent.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return sent


def editor_of(code="P10", standard=SHIPPED, **fields) -> ItemEditor:
    rule = standard.by_id[code] if code else None
    return ItemEditor(standard, rule, query(sent_of(code, **fields)))


def errors_of(editor) -> dict:
    parts = [editor.form, editor.late, *editor.rows]
    return {f"{each.prefix or ''}:{name}": list(texts) for each in parts for name, texts in each.errors.items()}


@pytest.mark.parametrize("code", [rule.id for rule in SHIPPED.rules])
def test_item_sent_as_it_was_shown_says_the_same(code):
    editor = editor_of(code)

    assert editor.is_valid(), errors_of(editor)
    items = [editor.data_of() if rule.id == code else rule_data(rule) for rule in SHIPPED.rules]
    assert standard_from_data(standard_data(SHIPPED) | {"items": items}) == SHIPPED


def test_new_item_asks_for_what_it_needs():
    editor = ItemEditor(SHIPPED, None, query({"when-count": "1"}))

    assert not editor.is_valid()
    assert editor.when.errors == ["Please say when it is due."]
    assert {"id", "title_en", "text_zh_hant", "role", "opens"} <= set(editor.form.errors)


@pytest.mark.parametrize(
    ("fields", "condition"),
    [
        ({"condition-0-comparison": "fails"}, {"not": "any_drink"}),
        ({"condition-0-fact": "headcount", "condition-0-comparison": "at_least", "condition-0-value": "50"},
         {"headcount": {"at_least": 50}}),
        ({"condition-0-fact": "layout", "condition-0-comparison": "in", "condition-0-value": ["theatre", "u_shape"]},
         {"layout": {"in": ["theatre", "u_shape"]}}),
        ({"condition-0-fact": "room", "condition-0-comparison": "in", "condition-0-value": "301，302、 303"},
         {"room": {"in": ["301", "302", "303"]}}),
        ({"condition-count": "2", "together": "any", "condition-1-fact": "fruit", "condition-1-comparison": "holds"},
         {"any": ["any_drink", "fruit"]}),
        ({"condition-count": "0"}, None),
    ],
)  # fmt: skip
def test_condition_is_chosen_line_by_line(fields, condition):
    editor = editor_of("P10", **fields)

    assert editor.is_valid(), errors_of(editor)
    assert editor.data_of().get("only_if") == condition


@pytest.mark.parametrize(
    ("fields", "place", "text"),
    [
        ({"condition-0-fact": "headcount", "condition-0-comparison": "at_least"}, "condition-0:value",
         "Please fill this in."),
        ({"condition-0-fact": "headcount", "condition-0-comparison": "at_least", "condition-0-value": "many"},
         "condition-0:value", "Please enter a whole number."),
        ({"leads": "10; soon"}, ":leads", "Please enter whole numbers with commas between them."),
        ({"when-0-direction": "before", "when-0-amount": ""}, "when-0:amount", "Please fill this in."),
        ({"when-0-anchor": "clock"}, "when-0:clock", "Please fill this in."),
        ({"quantity-0-formula": "__import__('os')"}, "quantity-0:formula",
         ("“__import__('os')” cannot be worked out. Use whole numbers, + - * /, min, max and names of numbers: "
          "headcount * 2.")),
        ({"quantity-0-title_en": ""}, "quantity-0:title_en", "Please fill this in."),
    ],
)  # fmt: skip
def test_fault_stands_beside_its_field(fields, place, text):
    editor = editor_of("P10", **fields)

    assert not editor.is_valid()
    assert errors_of(editor) == {place: [text]}


NESTED = {"any": [{"all": ["tea", "coffee"]}, "fruit"]}


def with_condition(condition):
    items = [rule_data(rule) | ({"only_if": condition} if rule.id == "P10" else {}) for rule in SHIPPED.rules]
    return standard_from_data(standard_data(SHIPPED) | {"items": items})


@pytest.mark.parametrize(("fields", "kept"), [({}, NESTED), ({"replaces_condition": "on"}, None)])
def test_condition_nested_too_deeply_is_shown_in_words_and_kept(fields, kept):
    standard = with_condition(NESTED)
    sent = query(sent_of("P10") | {"condition-count": "0"} | fields)

    editor = ItemEditor(standard, standard.by_id["P10"], sent)

    assert editor.kept_condition == "(tea and coffee) or fruit"
    assert editor.is_valid()
    assert editor.data_of().get("only_if") == kept


@pytest.mark.parametrize("value", [" 301", "a,b", "x" * 201])
def test_value_that_a_line_would_change_is_not_shown_as_a_line(value):
    standard = with_condition({"room": {"in": [value, "302"]}})

    assert condition_initial(standard.by_id["P10"].condition, "booking") is None


def test_line_is_added_and_taken_out_without_finding_fault():
    added = with_line_changed(query({"press": "add-when", "when-count": "1"}), LINES)
    editor = ItemEditor(SHIPPED, None, added)

    assert (editor.when.count, errors_of(editor)) == (2, {})
    taken = with_line_changed(query(
        {"press": "remove-when-0", "when-count": "2", "when-0-anchor": "start", "when-1-anchor": "end"}
    ), LINES)  # fmt: skip
    assert (taken["when-count"], taken["when-0-anchor"], "when-1-anchor" in taken) == ("1", "end", False)


def test_no_more_lines_than_there_is_room_for():
    most = str(LINES["when"])

    assert with_line_changed(query({"press": "add-when", "when-count": most}), LINES)["when-count"] == most


@pytest.mark.parametrize("press", ["", "x", "add-", "add-nothing", "remove-when-", "remove-when-99", "remove-x-0"])
def test_odd_press_changes_nothing(press):
    data = {"press": press, "when-count": "1", "when-0-anchor": "start"}

    assert with_line_changed(query(data), LINES) == query(data)


def test_fault_of_the_reader_goes_to_its_field():
    editor = editor_of("P10")
    assert editor.is_valid()

    editor.add_faults(
        (
            Fault(0, "P10", "evidence.maximum", "below_minimum", "3"),
            Fault(0, "P10", "quantities.places.formula", "bad_formula", "x"),
            Fault(0, "U1", "when", "unknown_item", "P10"),
        )
    )

    assert list(editor.form.errors["maximum"]) == ["The largest value (3) is below the smallest."]
    assert "formula" in editor.quantities.forms[0].errors
    assert editor.form.non_field_errors() == ["U1: There is no item “P10” to follow."]


def test_sample_with_a_faulty_field_keeps_the_usual_value_and_says_so():
    form = sample_form(query({"chosen": "1", "headcount": "many", "minutes": "60"}))

    assert (form.choices().headcount, form.choices().minutes) == (20, 60)
    assert list(form.errors["headcount"]) == ["Enter a whole number."]


def test_ticks_together_is_chosen_for_a_plain_tick_and_refused_for_a_check():
    plain, check = editor_of("P13", ticks_together="on"), editor_of("P5", ticks_together="on")

    assert plain.is_valid()
    assert check.is_valid()
    assert plain.data_of()["ticks_together"] is True
    items = [check.data_of() if rule.id == "P5" else rule_data(rule) for rule in SHIPPED.rules]
    with pytest.raises(StandardFaults) as caught:
        standard_from_data(standard_data(SHIPPED) | {"items": items})
    check.add_faults(caught.value.faults)
    assert set(check.form.errors) == {"ticks_together"}


def test_shipped_standard_lets_plain_preparation_and_clearing_up_be_ticked_together():
    together = [rule for rule in SHIPPED.rules if rule.ticks_together]

    assert {rule.phase for rule in together} == {"before", "after"}
    assert {rule.evidence.kind for rule in together} == {"tick"}
    # The round counts from it, and each ash tray is one guest's.
    assert not {"P13", "P14", "U1"} & {rule.id for rule in together}
