"""Brings the rows of steps in line with what is wanted: the difference by key, and nothing that was settled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checklists.models import StandardItem, Step
from checklists.services.events import log_steps
from checklists.services.writing import write_columns
from checklists.wanted import WantedStep
from staff.models import User

# The machinery of rounds and evidence, and what quantities say in more detail, is nothing to be told of.
UNTOLD = frozenset({"rhythm", "evidence", "quantities", "expected"})
CONFIDENTIAL = frozenset({"guest", "guests", "agenda"})
OPEN_FIELDS = ("item", "room", "round", "subject", "details", "role", "helpers", "opens_at", "due_at", "limit_at")
OTHER_FIELDS = ("state", "assignee", "is_taken_over", "escalated_at", "done_at", "done_by", "result", "note")


@dataclass
class Difference:
    """What one planning changes, by the steps' rows."""

    created: list[Step] = field(default_factory=list)
    revived: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    withdrawn: list[Step] = field(default_factory=list)
    missed: list[Step] = field(default_factory=list)
    # Due times that moved, quantities and other things that differ, and the rooms that steps leave: by step key.
    moved: list[dict[str, Any]] = field(default_factory=list)
    altered: list[dict[str, Any]] = field(default_factory=list)
    rooms_left: set[int] = field(default_factory=set)
    # The columns in which the changed rows differ; writing the others costs more than the whole planning.
    columns: set[str] = field(default_factory=set)

    @property
    def open_steps(self) -> list[Step]:
        return [*self.created, *self.revived, *self.changed]

    def __bool__(self) -> bool:
        return any((self.created, self.revived, self.changed, self.withdrawn, self.missed))

    def save(self, *, actor: User | None, now: datetime) -> None:
        Step.objects.bulk_create(self.created)
        if self.changed:
            write_columns(self.changed, sorted(self.columns))
        if self.revived:
            write_columns(self.revived, [*OPEN_FIELDS, *OTHER_FIELDS])
        for state, rows in ((Step.State.WITHDRAWN, self.withdrawn), (Step.State.MISSED, self.missed)):
            if rows:
                Step.objects.filter(pk__in=[step.pk for step in rows]).update(state=state)
        for verb in ("revived", "withdrawn", "missed"):
            log_steps(getattr(self, verb), verb, actor=actor, now=now)


def difference(
    *,
    wanted: Iterable[WantedStep],
    existing: Sequence[Step],
    items: Mapping[str, StandardItem],
    owner: dict[str, Any],
    rooms: Mapping[str, int] | None = None,
) -> Difference:
    """`owner` are the columns that say whose step it is; `rooms` finds the room of a daily step by its subject."""
    found = Difference()
    rows = {step.key: step for step in existing}
    for each in wanted:
        fields = dict(each.fields) | {"item": items[each.item]} | room_of(each, owner, rooms)
        row = rows.pop(each.key, None)
        if row is None:
            found.created.append(Step(key=each.key, **owner | fields))
        elif row.state == Step.State.WITHDRAWN:
            revive(found, row, fields)
        elif row.state == Step.State.OPEN:
            note_change(found, row, fields)
    for row in rows.values():
        if row.state == Step.State.OPEN:
            row.state = Step.State.WITHDRAWN
            found.withdrawn.append(row)
    return found


def room_of(each: WantedStep, owner: dict[str, Any], rooms: Mapping[str, int] | None) -> dict[str, Any]:
    return (
        {"room_id": (rooms or {}).get(each.fields["subject"])} if rooms is not None else {"room_id": owner["room_id"]}
    )


def revive(found: Difference, row: Step, fields: Mapping[str, Any]) -> None:
    note_differences(found, row, fields)
    assign_fields(row, fields)
    row.state, row.done_at, row.done_by, row.result, row.note = Step.State.OPEN, None, None, {}, ""
    row.escalated_at, row.is_taken_over = None, False
    found.revived.append(row)


def note_change(found: Difference, row: Step, fields: Mapping[str, Any]) -> None:
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if not changed:
        return
    if row.due_at != fields["due_at"]:
        row.escalated_at = None
        found.columns.add("escalated_at")
    note_differences(found, row, fields)
    assign_fields(row, fields)
    found.changed.append(row)
    found.columns.update(name.removesuffix("_id") for name in changed)


def note_differences(found: Difference, row: Step, fields: Mapping[str, Any]) -> None:
    if row.due_at != fields["due_at"]:
        found.moved.append({"key": row.key, "from": row.due_at.isoformat(), "to": fields["due_at"].isoformat()})
    if row.room_id and row.room_id != fields["room_id"]:
        found.rooms_left.add(row.room_id)
    found.altered.extend(alterations(row, fields))


def alterations(row: Step, fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What is to be done differently, each with its old and new value; guests' habits by name of the field only."""
    old, new = row.details, fields["details"]
    yield from differing(row.key, "quantities.", old.get("quantities", {}), new.get("quantities", {}))
    yield from differing(row.key, "", {"role": row.role}, {"role": fields["role"]})
    told = {name: value for name, value in old.items() if name not in UNTOLD}
    yield from differing(row.key, "", told, {name: value for name, value in new.items() if name not in UNTOLD})


def differing(key: str, prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before != after:
            values = {} if name in CONFIDENTIAL else {"from": before, "to": after}
            yield {"key": key, "field": prefix + name} | values


def assign_fields(row: Step, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
