import pytest
import yaml

from checklists.standards import Condition, Formula, FormulaError, load_standard, rule_data

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
