"""Rounds in another rhythm for a room, a kind of meeting or a guest."""

from dataclasses import replace

import pytest

from checklists.planner import GuestFacts, compile_plan
from checklists.rounds import next_round, rhythm_of
from checklists.standards import Condition, Repeat, RepeatVariant, load_standard, shipped_standard, standard_yaml
from tests.checklists.sample_meetings import HQ, local, meeting, wall
from tests.checklists.test_standards_faults import faults_of

HEAD = "title: {en: Test, zh_hans: 测试, zh_hant: 測試}\n"
ITEM = """items:
- id: X1
  phase: during
  roles: [manager]
  when: {anchor: start, minutes: 15}
  title: {en: Do, zh_hans: 做, zh_hant: 做}
  text: {en: Done, zh_hans: 做好, zh_hant: 做好}
"""
IN_301 = RepeatVariant(Condition("compare", fact="room", comparison="is", value="301"), 10, 15)
TRAINING = RepeatVariant(Condition("compare", fact="kind", comparison="is", value="training"), 30, 40)
FOR_WANG = RepeatVariant(Condition("compare", fact="guests", comparison="includes", value="王明"), 20)


def standard_with(*variants):
    shipped = shipped_standard()
    rules = [replace(rule, repeat=Repeat(15, 20, variants)) if rule.id == "U1" else rule for rule in shipped.rules]
    return replace(shipped, rules=tuple(rules))


def refill(standard, **facts):
    steps = compile_plan(standard, meeting("2026-11-23 14:00", "2026-11-23 16:00", tea=True, **facts), HQ)
    return next(step for step in steps if step.item == "U1")


@pytest.mark.parametrize(
    ("facts", "due", "every", "limit_at"),
    [
        ({}, "14:05", 15, "14:10"),
        ({"room_code": "301"}, "14:00", 10, "14:05"),
        ({"kind": "training"}, "14:20", 30, "14:30"),
        ({"guests": (GuestFacts(name="王明"),)}, "14:10", 20, None),
        ({"guests": (GuestFacts(name="李强"),)}, "14:05", 15, "14:10"),
        # The first that holds wins.
        ({"room_code": "301", "kind": "training"}, "14:00", 10, "14:05"),
    ],
)
def test_rhythm_differs_by_room_kind_and_guest(facts, due, every, limit_at):
    step = refill(standard_with(IN_301, TRAINING, FOR_WANG), **facts)

    found = (wall(step.due_at), step.every_minutes, wall(step.limit_at) if step.limit_at else None)
    assert found == (f"2026-11-23 {due}", every, f"2026-11-23 {limit_at}" if limit_at else None)


def test_rounds_roll_on_in_the_rhythm_of_the_variant():
    step = refill(standard_with(IN_301), room_code="301")

    following = next_round(rhythm_of(step), [local("2026-11-23 14:02")])

    assert (following.number, wall(following.due_at), wall(following.limit_at)) == (
        2,
        "2026-11-23 14:12",
        "2026-11-23 14:17",
    )


def test_first_round_with_an_offset_of_its_own_keeps_it():
    standard = standard_with(IN_301)
    late = [
        replace(rule, moments=(replace(rule.moments[0], minutes=25),)) if rule.id == "U1" else rule
        for rule in standard.rules
    ]

    step = refill(replace(standard, rules=tuple(late)), room_code="301")

    assert (wall(step.due_at), step.every_minutes) == ("2026-11-23 14:15", 10)


def test_variants_survive_writing_and_reading():
    standard = standard_with(IN_301, TRAINING, FOR_WANG)

    assert load_standard(standard_yaml(standard)) == standard


@pytest.mark.parametrize(
    ("variant", "field", "code"),
    [
        ("{every: 10}", "repeat.variants.only_if", "missing"),
        ("{only_if: moonlight, every: 10}", "repeat.variants.only_if", "unknown_fact"),
        ("{only_if: tea}", "repeat.variants.every", "missing"),
        ("{only_if: tea, every: 10, limit: 5}", "repeat.variants.limit", "limit_below_interval"),
        ("{only_if: tea, every: 10, late: 5}", "repeat.variants.late", "unknown_field"),
        ("often", "repeat.variants", "not_a_mapping"),
    ],
)
def test_faulty_variant_is_named_by_line(variant, field, code):
    text = f"{HEAD}{ITEM}  repeat:\n    every: 15\n    variants:\n    - {variant}\n"

    assert faults_of(text) == [(12, "X1", field, code)]
