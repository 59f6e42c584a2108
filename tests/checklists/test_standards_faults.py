import pytest
from hypothesis import given, strategies as st

from checklists.standards import Fault, StandardFaults, load_standard, standard_data, standard_from_data

HEAD = "title: {en: Test, zh_hans: 测试, zh_hant: 測試}\n"
# Eight lines; what is tested comes after them.
ITEM = """items:
- id: X1
  phase: before
  roles: [manager]
  when: start
  title: {en: Do, zh_hans: 做, zh_hant: 做}
  text: {en: Done, zh_hans: 做好, zh_hant: 做好}
"""


def faults_of(text):
    with pytest.raises(StandardFaults) as caught:
        load_standard(text)
    return [(fault.line, fault.item, fault.field, fault.code) for fault in caught.value.faults]


def test_load_reports_every_fault_at_once_with_its_line():
    text = """title: {en: Test, zh_hans: 测试}
owner: me
items:
- id: X1
  phase: later
  roles: [manager, butler]
  when: {anchor: sunrise, minutes: soon}
  title: {en: Do, zh_hans: 做, zh_hant: 做}
- id: X1
  phase: after
  roles: []
  when: {anchor: "item:X9"}
  only_if: {all: [tea, moonlight, {headcount: {at_least: many}}]}
  leads: [10, 10, -5]
  title: {en: Do, zh_hans: 做, zh_hant: 做}
  text: {en: Done, zh_hans: "", zh_hant: 做好}
"""

    assert faults_of(text) == [
        (1, "", "title.zh_hant", "missing"),
        (2, "", "owner", "unknown_field"),
        (4, "X1", "text", "missing"),
        (5, "X1", "phase", "unknown_value"),
        (6, "X1", "roles", "unknown_value"),
        (7, "X1", "when.anchor", "unknown_anchor"),
        (7, "X1", "when.minutes", "not_a_whole_number"),
        (9, "X1", "id", "given_twice"),
        (11, "X1", "roles", "empty"),
        (12, "X1", "when", "unknown_item"),
        (13, "X1", "only_if.all", "unknown_fact"),
        (13, "X1", "only_if.all", "wrong_value"),
        (14, "X1", "leads", "given_twice"),
        (14, "X1", "leads", "out_of_range"),
        (16, "X1", "text.zh_hans", "empty"),
    ]


@pytest.mark.parametrize(
    ("lines", "field", "code"),
    [
        ("  colour: red", "colour", "unknown_field"),
        ("  phase: after", "phase", "given_twice"),
        ("  scope: planet", "scope", "unknown_value"),
        ("  opens: soon", "opens", "not_a_whole_number"),
        ("  opens: true", "opens", "not_a_whole_number"),
        ("  opens: 2.5", "opens", "not_a_whole_number"),
        ("  opens: -1", "opens", "out_of_range"),
        ("  leads: 10", "leads", "not_a_list"),
        ("  leads: [10, ten]", "leads", "not_a_whole_number"),
        ("  shows: [weather]", "shows", "unknown_value"),
        ("  escalate_after: 99999999", "escalate_after", "out_of_range"),
        ("  group: nowhere", "group", "unknown_group"),
        ("  for_each: lamp", "for_each", "unknown_value"),
        ("  ticks_together: sometimes", "ticks_together", "not_yes_or_no"),
        ("  after_close: {anchor: start}", "after_close", "unknown_anchor"),
        ("  after_close: {anchor: sunset}", "after_close.anchor", "unknown_anchor"),
        ("  after_close: sunset", "after_close", "unknown_anchor"),
        ("  repeat: 15", "repeat", "not_a_mapping"),
        ("  repeat: {limit: 20}", "repeat.every", "missing"),
        ("  repeat: {every: 0}", "repeat.every", "out_of_range"),
        ("  repeat: {every: 15, limit: 10}", "repeat.limit", "limit_below_interval"),
        ("  repeat: {every: 15, until: dawn}", "repeat.until", "unknown_field"),
        ("  evidence: hunch", "evidence", "unknown_value"),
        ("  evidence: 5", "evidence", "not_a_mapping"),
        ("  evidence: {kind: number}", "evidence.unit", "missing"),
        ("  evidence: {kind: number, unit: furlong}", "evidence.unit", "unknown_value"),
        ("  evidence: {kind: number, unit: celsius, minimum: 30, maximum: 20}", "evidence.maximum", "below_minimum"),
        ("  evidence: {kind: number, unit: celsius, minimum: cold}", "evidence.minimum", "not_a_number"),
        ("  evidence: {kind: tick, minimum: 3}", "evidence", "only_for_a_number"),
        ("  evidence: {kind: ok, expected: cups}", "evidence.expected", "only_for_a_count"),
        ("  evidence: {kind: count, expected: cups}", "evidence.expected", "unknown_quantity"),
        ("  quantities: [1]", "quantities", "not_a_mapping"),
        ("  quantities: {cups: {title: {en: c, zh_hans: 杯, zh_hant: 杯}}}", "quantities.cups.formula", "missing"),
        (
            "  quantities: {cups: {formula: people + 1, title: {en: c, zh_hans: 杯, zh_hant: 杯}}}",
            "quantities.cups.formula",
            "bad_formula",
        ),
        ("  quantities: {cups: {formula: headcount}}", "quantities.cups.title", "missing"),
        ("  only_if: [tea]", "only_if", "not_a_condition"),
        ("  only_if: 5", "only_if", "not_a_condition"),
        ("  only_if: {}", "only_if", "not_a_condition"),
        ("  only_if: {tea: true, coffee: true}", "only_if", "not_a_condition"),
        ("  only_if: {tea: yes}", "only_if", "not_a_comparison"),
        ("  only_if: moonlight", "only_if", "unknown_fact"),
        ("  only_if: {moonlight: {is: true}}", "only_if", "unknown_fact"),
        ("  only_if: {any: []}", "only_if", "empty"),
        ("  only_if: {any: tea}", "only_if", "not_a_list"),
        ("  only_if: {not: moonlight}", "only_if.not", "unknown_fact"),
        ("  only_if: {headcount: {around: 50}}", "only_if", "unknown_comparison"),
        ("  only_if: {headcount: {at_least: true}}", "only_if", "wrong_value"),
        ("  only_if: {tea: {is: 1}}", "only_if", "wrong_value"),
        ("  only_if: {kind: {in: [training, 3]}}", "only_if", "wrong_value"),
        ("  only_if: {kind: {in: []}}", "only_if", "wrong_value"),
        ("  only_if: " + "{not: " * 12 + "tea" + "}" * 12, "only_if" + ".not" * 9, "too_deep"),
        ("  only_if: rooms_in_use", "only_if", "unknown_fact"),
    ],
)
def test_load_fault_in_a_rule_is_named_with_its_field_and_line(lines, field, code):
    assert faults_of(HEAD + ITEM + lines) == [(9, "X1", field, code)]


@pytest.mark.parametrize(
    ("when", "field", "code"),
    [
        ("sunrise", "when", "unknown_anchor"),
        ("7", "when", "not_a_mapping"),
        ("[]", "when", "empty"),
        ("{minutes: 5}", "when.anchor", "missing"),
        ("{anchor: start, hours: 5}", "when.hours", "unknown_field"),
        ("{anchor: start, minutes: 5, working_days: 1}", "when.working_days", "one_offset_only"),
        ("{anchor: start, working_days: 99}", "when.working_days", "out_of_range"),
        ("'clock:7:45'", "when", "bad_argument"),
        ("'clock:25:00'", "when", "bad_argument"),
        ("clock", "when", "bad_argument"),
        ("'start:P1'", "when", "bad_argument"),
        ("'random_during:x'", "when", "bad_argument"),
        ("item", "when", "bad_argument"),
        ("'item:P1'", "when", "unknown_item"),
        ("'item:X1'", "when", "circular"),
        ("between_meetings", "when", "unknown_anchor"),
    ],
)
def test_load_fault_in_a_moment_is_named(when, field, code):
    text = HEAD + ITEM.replace("when: start", f"when: {when}")

    assert faults_of(text) == [(6, "X1", field, code)]


@pytest.mark.parametrize(
    ("lines", "field", "code"),
    [
        ("  repeat: {every: 15}", "repeat", "cannot_repeat"),
        ("  for_each: important_guest", "for_each", "only_for_a_meeting"),
        (
            "  quantities: {a: {formula: 1, title: {en: a, zh_hans: 个, zh_hant: 個}}}",
            "quantities",
            "only_for_a_meeting",
        ),
        ("  only_if: tea", "only_if", "unknown_fact"),
    ],
)
def test_load_daily_rule_with_a_meetings_field_is_a_fault(lines, field, code):
    text = HEAD + ITEM.replace("when: start", "when: open").replace("phase: before", "phase: daily\n  scope: site_day")

    assert faults_of(text + lines) == [(10, "X1", field, code)]


@pytest.mark.parametrize("when", ["[start, end]", "on_demand", "overdue"])
def test_load_repeat_that_could_not_roll_is_a_fault(when):
    text = HEAD + ITEM.replace("when: start", f"when: {when}") + "  repeat: {every: 15}"

    assert faults_of(text) == [(9, "X1", "repeat", "cannot_repeat")]


def test_load_circle_of_items_is_named_at_each_of_them():
    second = ITEM.removeprefix("items:\n").replace("X1", "X2").replace("when: start", "when: 'item:X1'")
    text = HEAD + ITEM.replace("when: start", "when: 'item:X2'") + second

    assert faults_of(text) == [(6, "X1", "when", "circular"), (12, "X2", "when", "circular")]


def test_load_item_tied_to_one_of_another_scope_is_a_fault():
    daily = ITEM.removeprefix("items:\n").replace("X1", "X2").replace("when: start", "when: open\n  scope: site_day")
    text = HEAD + ITEM.replace("when: start", "when: 'item:X2'") + daily

    assert faults_of(text) == [(6, "X1", "when", "other_scope")]


@pytest.mark.parametrize(
    ("name", "limit"), [("title.en", 120), ("title.zh_hans", 80), ("text.en", 500), ("text.zh_hant", 300)]
)
def test_load_text_over_its_limit_is_a_fault(name, limit):
    data = standard_data(load_standard(HEAD + ITEM))
    field, language = name.split(".")
    data["items"][0][field][language] = "x" * limit
    assert standard_from_data(data).rules[0].id == "X1"

    data["items"][0][field][language] += "x"

    with pytest.raises(StandardFaults) as caught:
        standard_from_data(data)
    assert caught.value.faults == (Fault(0, "X1", name, "too_long", str(limit + 1)),)


@pytest.mark.parametrize(
    ("text", "line", "field", "code"),
    [
        ("", 1, "", "not_a_mapping"),
        ("just words", 1, "", "not_a_mapping"),
        (HEAD, 1, "items", "missing"),
        (HEAD + "items: []", 2, "items", "empty"),
        (HEAD + "items: {X1: {}}", 2, "items", "not_a_list"),
        (HEAD + "items:\n- id: [unclosed", 3, "", "syntax"),
        (HEAD + "a: &a [1]\nb: *a", 3, "", "alias"),
        (HEAD + "a: &a [*a]", 2, "", "alias"),
        ("x" * 500_001, 1, "", "too_big"),
        (HEAD + ITEM + "\x00", 1, "", "syntax"),
        (HEAD + ITEM + "---\nmore: 1", 9, "", "syntax"),
        ("[" * 5_000, 1, "", "syntax"),
    ],
)
def test_load_file_that_cannot_be_a_standard_is_one_fault(text, line, field, code):
    assert faults_of(text) == [(line, "", field, code)]


def test_load_never_builds_python_objects():
    text = HEAD + ITEM + "  opens: !!python/object/apply:os.getcwd []"

    assert faults_of(text) == [(9, "X1", "opens", "not_a_whole_number")]


def test_fault_reads_as_one_line():
    faults = (Fault(12, "P4", "leads", "not_a_list", "10"), Fault(0, "", "items", "missing"))

    assert str(StandardFaults(faults)) == "line 12, P4, leads: not_a_list (10)\nitems: missing"


@given(st.text(max_size=300))
def test_load_any_text_answers_with_faults_only(text):
    with pytest.raises(StandardFaults):
        load_standard(text)


@pytest.mark.parametrize("lines", ["  evidence: ok", "  evidence: photo", "  repeat: {every: 15}"])
def test_load_what_needs_more_than_a_tick_is_not_ticked_with_others(lines):
    text = HEAD + ITEM + f"{lines}\n  ticks_together: true"

    assert faults_of(text) == [(10, "X1", "ticks_together", "only_for_a_tick")]
