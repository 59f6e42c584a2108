"""A check at a random moment lies ahead when it comes up: a meeting that grew long has lost its first minutes."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from checklists.models import Step
from checklists.planner import Facts
from checklists.standards import Standard
from checklists.wanted import WantedStep

RANDOM = "random_during"


def keep_ahead(
    wanted: Sequence[WantedStep], *, rules: Standard, facts: Facts, steps: Iterable[Step], now: datetime
) -> list[WantedStep]:
    """The steps wanted, where a random moment (U8) that passed before its step came up is drawn anew and then stays."""
    if facts.actual_start_at is None or facts.is_ended:
        return list(wanted)
    rows = {step.key: step for step in steps if step.state == Step.State.OPEN}
    return [
        each if not has_passed(each, rules, now) else at_moment(each, moment_of(each, facts, rows, now))
        for each in wanted
    ]


def has_passed(each: WantedStep, rules: Standard, now: datetime) -> bool:
    return each.fields["due_at"] < now and rules.by_id[each.item].moments[0].anchor == RANDOM


def moment_of(each: WantedStep, facts: Facts, rows: Mapping[str, Step], now: datetime) -> datetime:
    """The moment the open step has, while the meeting still holds it; else one of the minutes that are left."""
    row = rows.get(each.key)
    if row and facts.began_at <= row.due_at < facts.end_at:
        return row.due_at
    left = max(int((facts.end_at - now).total_seconds() // 60) - 1, 0)
    lot = random.Random(f"{facts.seed}:{each.key}:{facts.end_at}")  # noqa: S311 - guards no secret
    return now + timedelta(minutes=lot.randint(0, left))


def at_moment(each: WantedStep, due_at: datetime) -> WantedStep:
    by = due_at - each.fields["due_at"]
    moments = {name: each.fields[name] + by for name in ("opens_at", "due_at", "limit_at") if each.fields[name]}
    return replace(each, fields={**each.fields, **moments})
