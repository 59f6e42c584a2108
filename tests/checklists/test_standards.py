import json

from hypothesis import given, strategies as st

from checklists.standards import (
    Evidence,
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
    standard = shipped_standard()
    quantities = [each.title for rule in standard.rules for each in rule.quantities]
    texts = [*quantities, *(group.title for group in standard.groups)]
    texts += [each for rule in standard.rules for each in (rule.title, rule.text)]

    # GB 2312 has no traditional characters, Big5 no simplified ones.
    assert [
        text.zh_hans for text in texts if text.zh_hans.encode("gb2312", "ignore").decode("gb2312") != text.zh_hans
    ] == []
    assert [
        text.zh_hant for text in texts if text.zh_hant.encode("big5", "ignore").decode("big5") != text.zh_hant
    ] == []


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
