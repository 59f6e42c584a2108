import json

import pytest
import yaml
from hypothesis import given, strategies as st

from checklists.standards import (
    Condition,
    Evidence,
    Fault,
    Formula,
    FormulaError,
    Moment,
    Repeat,
    StandardFaults,
    Text,
    load_standard,
    rule_data,
    shipped_standard,
    standard_data,
    standard_from_data,
    standard_yaml,
)

IDS = [
    *(f"D{number}" for number in range(1, 8)),
    *(f"P{number}" for number in range(1, 26)),
    *(f"U{number}" for number in range(1, 10)),
    *(f"A{number}" for number in range(1, 13)),
]
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


def rule_with(lines):
    return load_standard(HEAD + ITEM + lines).rules[0]


def test_shipped_standard_has_every_id_in_order():
    assert [rule.id for rule in shipped_standard().rules] == IDS


def test_shipped_standard_phases_follow_the_ids():
    phases = {"D": "daily", "P": "before", "U": "during", "A": "after"}

    assert {rule.id: rule.phase for rule in shipped_standard().rules} == {each: phases[each[0]] for each in IDS}


def test_shipped_standard_wording_differs_by_language_and_has_no_stray_script():
    standard = shipped_standard()
    texts = [each for rule in standard.rules for each in (rule.title, rule.text)]

    assert all(text.en.isascii() or "°C" in text.en for text in texts)
    assert all(not any("a" <= letter.lower() <= "z" for letter in text.zh_hans + text.zh_hant) for text in texts)
    assert len({rule.title.en for rule in standard.rules}) == len(IDS)
    assert len({rule.title.zh_hans for rule in standard.rules}) == len(IDS)
    assert len({rule.title.zh_hant for rule in standard.rules}) == len(IDS)


def test_shipped_standard_chinese_keeps_to_its_own_characters():
    texts = [each for rule in shipped_standard().rules for each in (rule.title, rule.text)]
    only_simplified, only_traditional = (
        set("会议桌净务员资离烧记录标签贵宾务时间项检"),
        set("會議淨務員資離燒記錄標簽貴賓時間項檢"),
    )

    assert not only_traditional & set("".join(text.zh_hans for text in texts))
    assert not (only_simplified - set("桌离")) & set("".join(text.zh_hant for text in texts))


def test_shipped_standard_u9_decides_when_steps_escalate():
    assert shipped_standard().escalate_after == 5


def test_shipped_standard_u1_is_every_15_minutes_with_a_limit_of_20():
    rule = shipped_standard().by_id["U1"]

    assert (rule.moments, rule.repeat) == ((Moment("item", "P13", minutes=15),), Repeat(15, 20))


def test_text_of_language_answers_either_spelling_and_english_else():
    text = Text("room", "会议室", "會議室")

    answers = [text.of(language) for language in ("zh-hans", "zh_Hant", "zh-Hant", "en", "fr")]

    assert answers == ["会议室", "會議室", "會議室", "room", "room"]


def test_standard_survives_yaml_json_and_plain_data():
    standard = shipped_standard()

    assert load_standard(standard_yaml(standard)) == standard
    assert load_standard(json.dumps(standard_data(standard))) == standard
    assert standard_from_data(json.loads(json.dumps(standard_data(standard)))) == standard


def test_rule_data_leaves_out_what_is_not_said():
    assert rule_data(rule_with("")) == {
        "id": "X1",
        "phase": "before",
        "scope": "booking",
        "roles": ["manager"],
        "when": [{"anchor": "start"}],
        "leads": [0],
        "opens": 30,
        "evidence": {"kind": "tick"},
        "shows": [],
        "title": {"en": "Do", "zh_hans": "做", "zh_hant": "做"},
        "text": {"en": "Done", "zh_hans": "做好", "zh_hant": "做好"},
    }


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


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("always", Condition()),
        ("tea", Condition("fact", fact="tea")),
        ("{not: tea}", Condition("not", (Condition("fact", fact="tea"),))),
        ("{headcount: {at_least: 50}}", Condition("compare", fact="headcount", comparison="at_least", value=50)),
        (
            "{kind: {in: [training, ceremony]}}",
            Condition("compare", fact="kind", comparison="in", value=("training", "ceremony")),
        ),
        ("{room: {is: '108'}}", Condition("compare", fact="room", comparison="is", value="108")),
        (
            "{equipment: {includes: sound}}",
            Condition("compare", fact="equipment", comparison="includes", value="sound"),
        ),
        ("{tea: {is: false}}", Condition("compare", fact="tea", comparison="is", value=False)),
    ],
)
def test_condition_is_read_as_written_and_written_back(written, condition):
    rule = rule_with(f"  only_if: {written}")

    assert rule.condition == condition
    assert rule_data(rule).get("only_if", "always") == yaml.safe_load(written)


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("always", True),
        ("tea", True),
        ("coffee", False),
        ("{not: coffee}", True),
        ("{all: [tea, coffee]}", False),
        ("{any: [tea, coffee]}", True),
        ("{all: [tea, {any: [coffee, {not: coffee}]}]}", True),
        ("{headcount: {at_least: 50}}", True),
        ("{headcount: {above: 50}}", False),
        ("{headcount: {at_most: 50}}", True),
        ("{headcount: {below: 50}}", False),
        ("{headcount: {is: 50}}", True),
        ("{kind: {is: training}}", True),
        ("{kind: {in: [decision, training]}}", True),
        ("{kind: {in: [decision]}}", False),
        ("{equipment: {includes: sound}}", True),
        ("{equipment: {includes: screen}}", False),
        ("{tea: {is: true}}", True),
        ("flags", False),
    ],
)
def test_condition_holds_for_the_facts_it_names(written, holds):
    values = {
        "tea": True,
        "coffee": False,
        "headcount": 50,
        "kind": "training",
        "equipment": ("sound",),
        "flags": (),
    }

    assert rule_with(f"  only_if: {written}").condition.holds(values) is holds


def test_condition_facts_are_all_that_it_names():
    condition = rule_with("  only_if: {any: [tea, {not: coffee}, {headcount: {above: 9}}]}").condition

    assert condition.facts() == {"tea", "coffee", "headcount"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("headcount", 12),
        ("headcount * 2", 24),
        ("headcount / 10", 2),  # rounded up
        ("(headcount + guests) / 5", 3),
        ("max(flags, 3)", 3),
        ("min(headcount, flags, 1)", 1),
        ("flags - headcount", 0),  # never negative
        ("headcount * 100000 * 100000", 100_000),
        ("7", 7),
    ],
)
def test_formula_counts_on_the_facts(text, amount):
    values = {"headcount": 12, "guests": 3, "flags": 2}

    assert Formula(text).amount(values) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "people",
        "headcount +",
        "headcount / 0",
        "headcount / guests",
        "headcount ** 2",
        "headcount // 2",
        "1.5",
        "True",
        "'x'",
        "-headcount",
        "__import__('os')",
        "headcount.real",
        "max()",
        "max(*flags)",
        "max(flags, key=flags)",
        "sum(flags)",
        "[headcount]",
        "headcount if flags else 1",
        "999999999",
        "headcount + " * 20 + "1",
        "\x00",
        "(" * 70,
    ],
)
def test_formula_of_anything_else_is_refused(text):
    with pytest.raises(FormulaError):
        Formula(text)


@given(st.text(max_size=300))
def test_load_any_text_answers_with_faults_only(text):
    with pytest.raises(StandardFaults):
        load_standard(text)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(rule_data(shipped_standard().by_id["A1"]))), plain_values)
def test_load_any_value_in_any_field_is_read_or_named_as_a_fault(field, value):
    data = standard_data(shipped_standard())
    index = IDS.index("A1")
    data["items"][index] = data["items"][index] | {field: value}

    try:
        standard = standard_from_data(data)
    except StandardFaults as refusal:
        named = {fault.item for fault in refusal.faults}
    else:
        named = set()
        assert standard_from_data(standard_data(standard)) == standard

    # A new id is no fault of itself, but it leaves no other item pointing at A1.
    assert named <= {"A1", str(value), ""}


def test_evidence_of_shipped_count_expects_one_of_its_quantities():
    assert shipped_standard().by_id["P17"].evidence == Evidence("count", expected="plates")
