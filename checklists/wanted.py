"""The steps a booking or a day should have now: the compiled plan, with repeating steps at their present round."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from checklists.models import Step
from checklists.planner import Facts, PlannedStep, compile_plan
from checklists.rounds import Rhythm, next_round, rhythm_of
from checklists.standards import Standard
from rooms.workcal import WorkingCalendar

AFTER = "after"


@dataclass(frozen=True)
class WantedStep:
    key: str
    item: str
    phase: str
    fields: Mapping[str, Any]


def wanted_for_booking(
    *, rules: Standard, facts: Facts, calendar: WorkingCalendar, expected_end_at: datetime, steps: Collection[Step]
) -> list[WantedStep]:
    planned = compile_expecting(rules, facts, calendar, expected_end_at)
    ticks, settled = ticks_by_item(steps), last_settled(steps)
    ended_at = facts.actual_end_at
    rolled = (roll(step, ticks.get(step.item, []), ended_at, settled.get(step.item, 0)) for step in planned)
    return [wanted_step(step, rhythm) for step, rhythm in rolled if step is not None]


def compile_expecting(
    rules: Standard, facts: Facts, calendar: WorkingCalendar, expected_end_at: datetime
) -> Iterable[PlannedStep]:
    """The plan; while a meeting runs over, only what comes after it waits for the later end."""
    planned = compile_plan(rules, facts, calendar)
    if facts.is_ended or expected_end_at == facts.end_at:
        return planned
    later = compile_plan(rules, replace(facts, end_at=expected_end_at), calendar)
    return [step for step in planned if step.phase != AFTER] + [step for step in later if step.phase == AFTER]


def ticks_by_item(steps: Iterable[Step]) -> dict[str, list[datetime]]:
    """When the rounds of each item were settled; a round skipped with a reason counts like one done."""
    ticks: dict[str, list[datetime]] = {}
    for step in steps:
        if step.state in Step.SETTLED and step.done_at and "rhythm" in step.details:
            ticks.setdefault(step.item.code, []).append(step.done_at)
    return ticks


def last_settled(steps: Iterable[Step]) -> dict[str, int]:
    """The highest round of each item that is done or skipped: its number is given away."""
    numbers: dict[str, int] = {}
    for step in steps:
        if step.state in Step.SETTLED:
            numbers[step.item.code] = max(step.round, numbers.get(step.item.code, 0))
    return numbers


def roll(
    step: PlannedStep, ticks: list[datetime], ended_at: datetime | None, settled: int
) -> tuple[PlannedStep | None, Rhythm | None]:
    rhythm = rhythm_of(step)
    if rhythm is None:
        return step, None
    present = next_round(rhythm, ticks, ended_at=ended_at, settled=settled)
    if present is None:
        return None, rhythm
    opening = step.due_at - step.opens_at
    rolled = replace(
        step,
        key=f"{step.item}:{present.number}:{step.subject}",
        round=present.number,
        due_at=present.due_at,
        opens_at=present.due_at - opening,
        limit_at=present.limit_at,
    )
    return rolled, rhythm


def wanted_step(step: PlannedStep, rhythm: Rhythm | None = None) -> WantedStep:
    fields = {
        "round": step.round,
        "subject": step.subject,
        "details": details_of(step, rhythm),
        "role": step.role,
        "helpers": list(step.helpers),
        "opens_at": min(step.opens_at, step.due_at),
        "due_at": step.due_at,
        "limit_at": step.limit_at,
    }
    return WantedStep(step.key, step.item, step.phase, fields)


def details_of(step: PlannedStep, rhythm: Rhythm | None) -> dict[str, Any]:
    """What the step's own page shows, and under `evidence` and `rhythm` what its tick is checked and rolled by."""
    details = dict(step.details)
    details["evidence"] = {name: value for name, value in asdict(step.evidence).items() if value not in (None, "")}
    if step.quantities:
        details["quantities"] = dict(step.quantities)
    if step.expected is not None:
        details["expected"] = step.expected
    if rhythm:
        details["rhythm"] = rhythm_data(rhythm)
    return details


def rhythm_data(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "every_minutes": rhythm.every_minutes,
        "limit_minutes": rhythm.limit_minutes,
        "anchor_at": rhythm.anchor_at.isoformat(),
        "first_due_at": rhythm.first_due_at.isoformat(),
    }


def rhythm_in(step: Step) -> Rhythm | None:
    """The rhythm of a repeating step's row; None for a step that happens once."""
    data = step.details.get("rhythm")
    if not data:
        return None
    return Rhythm(
        every_minutes=data["every_minutes"],
        limit_minutes=data["limit_minutes"],
        anchor_at=datetime.fromisoformat(data["anchor_at"]),
        first_due_at=datetime.fromisoformat(data["first_due_at"]),
    )
