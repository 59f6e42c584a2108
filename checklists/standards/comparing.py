"""What differs between two standards: items added, removed, changed field by field, and put elsewhere."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from checklists.standards.rules import Rule, Standard

# In the order of the form; what reads as one is compared as one.
FIELDS = tuple(field.name for field in fields(Rule) if field.name != "id")


@dataclass(frozen=True)
class FieldChange:
    """`old` and `new` are the rule's own values, such as a condition or a tuple of moments."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ItemChange:
    old: Rule
    new: Rule
    fields: tuple[FieldChange, ...]

    @property
    def id(self) -> str:
        return self.new.id


@dataclass(frozen=True)
class Comparison:
    added: tuple[Rule, ...] = ()
    removed: tuple[Rule, ...] = ()
    changed: tuple[ItemChange, ...] = ()
    # Items of both that stand elsewhere among those; as few as explain the new order.
    moved: tuple[Rule, ...] = ()
    has_other_heading: bool = False

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.moved, self.has_other_heading))


def compare(old: Standard, new: Standard) -> Comparison:
    pairs = [(old.by_id[rule.id], rule) for rule in new.rules if rule.id in old.by_id]
    changed = (ItemChange(before, after, changes_of(before, after)) for before, after in pairs)
    return Comparison(
        added=tuple(rule for rule in new.rules if rule.id not in old.by_id),
        removed=tuple(rule for rule in old.rules if rule.id not in new.by_id),
        changed=tuple(each for each in changed if each.fields),
        moved=moved(old.order, [after for _before, after in pairs]),
        has_other_heading=(old.title, old.groups) != (new.title, new.groups),
    )


def changes_of(old: Rule, new: Rule) -> tuple[FieldChange, ...]:
    values = ((name, getattr(old, name), getattr(new, name)) for name in FIELDS)
    return tuple(FieldChange(name, before, after) for name, before, after in values if before != after)


def moved(order: Mapping[str, int], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Everything outside the longest run that kept its order."""
    kept = set(longest_rising([order[rule.id] for rule in rules]))
    return tuple(rule for rule in rules if order[rule.id] not in kept)


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """The longest rising part of distinct numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    run: list[int] = []
    number_or_none = ends[-1] if ends else None
    while number_or_none is not None:
        run.append(number_or_none)
        number_or_none = before[number_or_none]
    return run[::-1]
