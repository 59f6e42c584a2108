"""Makes one planned step from a rule and the instants worked out for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from checklists.planner.steps import PlannedStep
from checklists.standards import Evidence, Rule, Standard

SUBJECT_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One time at which a rule applies, and what it is about."""

    anchor_at: datetime
    due_at: datetime
    round: int
    subject: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def planned(rule: Rule, occasion: Occasion, standard: Standard, amounts: Mapping[str, int]) -> PlannedStep:
    quantities = {each.name: each.formula.amount(amounts) for each in rule.quantities}
    expected = quantities.get(rule.evidence.expected) or None
    subject = occasion.subject[:SUBJECT_LONGEST]
    return PlannedStep(
        key=f"{rule.id}:{occasion.round}:{subject}",
        item=rule.id,
        phase=rule.phase,
        round=occasion.round,
        subject=subject,
        role=rule.role,
        helpers=rule.helpers,
        opens_at=occasion.due_at - timedelta(minutes=rule.opens),
        due_at=occasion.due_at,
        anchor_at=occasion.anchor_at,
        evidence=evidence_for(rule, expected),
        expected=expected,
        quantities={name: amount for name, amount in quantities.items() if amount},
        details=occasion.details,
        leads=rule.leads,
        escalate_after=standard.escalate_after if rule.escalate_after is None else rule.escalate_after,
        group=rule.group,
        position=standard.order[rule.id],
        for_each=rule.for_each,
        **rhythm_fields(rule, occasion.anchor_at),
    )


def evidence_for(rule: Rule, expected: int | None) -> Evidence:
    """A count against nothing (A1 without microphones) asks for a tick."""
    return Evidence("tick") if rule.evidence.expected and not expected else rule.evidence


def rhythm_fields(rule: Rule, anchor_at: datetime) -> dict[str, Any]:
    if not rule.repeat:
        return {}
    limit = rule.repeat.limit
    limit_at = None if limit is None else anchor_at + timedelta(minutes=limit)
    return {"every_minutes": rule.repeat.every, "limit_minutes": limit, "limit_at": limit_at}


def in_order(steps: Iterable[PlannedStep]) -> tuple[PlannedStep, ...]:
    """By due time, then as the standard has them."""
    return tuple(sorted(distinct(steps), key=lambda step: (step.due_at, step.position, step.round, step.subject)))


def distinct(steps: Iterable[PlannedStep]) -> list[PlannedStep]:
    """Two subjects of one name (two guests called Wang) get keys of their own."""
    kept: dict[str, PlannedStep] = {}
    for step in steps:
        unique = step
        number = 1
        while unique.key in kept:
            number += 1
            subject = f"{step.subject}#{number}"
            unique = replace(step, subject=subject, key=f"{step.item}:{step.round}:{subject}")
        kept[unique.key] = unique
    return list(kept.values())
