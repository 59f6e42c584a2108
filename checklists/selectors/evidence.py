"""What pages show beside a settled step: its pictures and the incident it opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from bookings.permissions import works_at
from checklists.models import Incident, Step, StepFile, Tick
from checklists.selectors.plans import steps_visible_to
from checklists.selectors.words import equipment_word
from rooms.equipment import EquipmentWords
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True)
class Picture:
    step_id: int
    op: UUID
    kind: str
    signed_name: str
    at: datetime
    by: str

    @property
    def is_signature(self) -> bool:
        return self.kind == StepFile.Kind.SIGNATURE


@dataclass(frozen=True)
class Fault:
    """The incident a check opened, newest first where it was opened again."""

    incident_id: int
    gravity: str
    device: str
    is_over: bool


@dataclass(frozen=True)
class Addition:
    """A tick beside the one that stands: of a colleague who came later, or whose entry a manager let fall."""

    by: str
    at: datetime
    value: Any
    is_off: bool
    note: str


@dataclass(frozen=True)
class Proof:
    """Of several steps at once, by their keys."""

    pictures: Mapping[int, tuple[Picture, ...]] = field(default_factory=dict)
    faults: Mapping[int, Fault] = field(default_factory=dict)
    # Shared equipment is called by its name; a statement more where there is any.
    words: EquipmentWords = field(default_factory=EquipmentWords)
    additions: Mapping[int, tuple["Addition", ...]] = field(default_factory=dict)


def proof_of(steps: Iterable[Step]) -> Proof:
    """Three statements for any number of steps, and none for steps that cannot have any."""
    touched = [step for step in steps if step.state != Step.State.WITHDRAWN]
    off = [step.pk for step in touched if "gravity" in step.result]
    settled = [step for step in touched if step.state != Step.State.OPEN]
    return Proof(pictures_of([step.pk for step in touched]), faults_of(off), additions=additions_of(settled))


def additions_of(steps: Sequence[Step]) -> dict[int, tuple[Addition, ...]]:
    ticks = Tick.objects.filter(step__in=steps) if steps else Tick.objects.none()
    has_addition = Exists(Tick.objects.filter(step=OuterRef("step"), verdict=Tick.Verdict.ADDED))
    beside: dict[int, list[Tick]] = {step.pk: [] for step in steps}
    for row in ticks.filter(has_addition).select_related("by").order_by("received_at", "pk"):
        beside[row.step_id] = with_tick(beside[row.step_id], row)
    shown = {step.pk: [row for row in beside[step.pk] if not is_standing(row, step)] for step in steps}
    return {pk: tuple(addition(row) for row in rows) for pk, rows in shown.items() if rows}


def with_tick(before: list[Tick], row: Tick) -> list[Tick]:
    """What was taken back is beside nothing: all that stood before an undo, or one's own addition."""
    if row.wanted == Step.State.DONE:
        return [*before, row]
    if row.verdict == Tick.Verdict.APPLIED:
        return [each for each in before if each.verdict == Tick.Verdict.ADDED]
    return [each for each in before if each.verdict == Tick.Verdict.APPLIED or each.by_id != row.by_id]


def is_standing(row: Tick, step: Step) -> bool:
    return (row.by_id, row.at) == (step.done_by_id, step.done_at)


def addition(row: Tick) -> Addition:
    return Addition(row.by.get_full_name(), row.at, row.result.get("value"), row.result.get("ok") is False, row.note)


def pictures_of(pks: list[int]) -> dict[int, tuple[Picture, ...]]:
    found: dict[int, tuple[Picture, ...]] = {}
    rows = StepFile.objects.filter(step__in=pks).select_related("by") if pks else ()
    for row in rows:
        shown = Picture(row.step_id, row.op, row.kind, row.signed_name, row.taken_at, row.by.get_full_name())
        found[row.step_id] = (*found.get(row.step_id, ()), shown)
    return found


def faults_of(pks: list[int]) -> dict[int, Fault]:
    rows = Incident.objects.filter(found_by_step__in=pks).order_by("raised_at", "pk") if pks else ()
    found = {}
    for row in rows:
        gravity, device = str(row.get_gravity_display()), equipment_word(row.device)
        found[cast("int", row.found_by_step_id)] = Fault(row.pk, gravity, device, row.over_at is not None)
    return found


def devices_of(step: Step, words: EquipmentWords) -> list[tuple[str, str]]:
    """What a technician's check may find broken: what the meeting has of equipment."""
    if step.role != Role.TECHNICIAN or step.booking is None:
        return []
    return [(code, words.word(step.site_id, code)) for code in step.booking.equipment]


def can_see_step(user: User, step: Step) -> bool:
    return steps_visible_to(user).filter(pk=step.pk).exists()


def knows_site_of(user: User, step: Step) -> bool:
    """Whether a refusal may admit that there is such a step."""
    return works_at(user, step.site_id) or user.site_id == step.site_id


def step_files(step: Step) -> QuerySet[StepFile]:
    return step.files.select_related("by").order_by("taken_at", "pk")


def file_data(row: StepFile, step: Step) -> dict[str, Any]:
    """One picture as plain data, times in the site's zone."""
    return {
        "op": row.op,
        "step": step.pk,
        "kind": row.kind,
        "signed_name": row.signed_name,
        "taken_at": row.taken_at.astimezone(step.site.zone),
        "by": row.by.username,
    }
