"""What the planner gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checklists.standards import Evidence

TICK = Evidence()


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """One step. `key` is `item:round:subject` and names the same thing to do in every planning.

    `quantities` holds no zeros; `expected` is the number a count is compared with. Of a repeating rule only
    round 1 is planned: `every_minutes`, `limit_minutes` and `anchor_at` let `rounds` roll on from there.
    `details` is plain data for whoever does the step.
    """

    key: str
    item: str
    phase: str
    round: int
    subject: str
    role: str
    helpers: tuple[str, ...]
    opens_at: datetime
    due_at: datetime
    anchor_at: datetime
    limit_at: datetime | None = None
    every_minutes: int | None = None
    limit_minutes: int | None = None
    evidence: Evidence = TICK
    expected: int | None = None
    quantities: Mapping[str, int] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    leads: tuple[int, ...] = (0,)
    escalate_after: int | None = None
    group: str = ""
    position: int = 0
    for_each: str = ""

    @property
    def repeats(self) -> bool:
        return self.every_minutes is not None
