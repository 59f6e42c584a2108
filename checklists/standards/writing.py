"""A standard back into plain data or a file: for storage, export and comparison."""

from dataclasses import asdict
from typing import Any

import tomli_w
import yaml

from checklists.standards.conditions import ALWAYS, condition_data
from checklists.standards.rules import Evidence, Moment, Quantity, Repeat, Rule, Standard


def standard_data(standard: Standard) -> dict[str, Any]:
    """JSON-ready; `standard_from_data` reads it back to an equal standard."""
    return {
        "title": asdict(standard.title),
        "groups": [asdict(group) for group in standard.groups],
        "items": [rule_data(rule) for rule in standard.rules],
    }


def standard_yaml(standard: Standard) -> str:
    """For people to keep and edit; `load_standard` reads it back to an equal standard."""
    return yaml.safe_dump(standard_data(standard), allow_unicode=True, sort_keys=False, width=120)


def standard_toml(standard: Standard) -> str:
    """The same for those who prefer it; `load_standard` reads it as "toml"."""
    return tomli_w.dumps(standard_data(standard))


def rule_data(rule: Rule) -> dict[str, Any]:
    """One rule, without the fields that stand at their default."""
    data: dict[str, Any] = {
        "id": rule.id,
        "phase": rule.phase,
        "scope": rule.scope,
        "roles": list(rule.roles),
        "when": [moment_data(moment) for moment in rule.moments],
        "leads": list(rule.leads),
        "opens": rule.opens,
        "evidence": evidence_data(rule.evidence),
        "shows": list(rule.shows),
        "title": asdict(rule.title),
        "text": asdict(rule.text),
    }
    return data | optional_data(rule)


def optional_data(rule: Rule) -> dict[str, Any]:
    given: dict[str, Any] = {
        "only_if": condition_data(rule.condition) if rule.condition != ALWAYS else None,
        "repeat": repeat_data(rule.repeat) if rule.repeat else None,
        "quantities": {each.name: quantity_data(each) for each in rule.quantities} or None,
        "after_close": moment_data(rule.after_close) if rule.after_close else None,
        "escalate_after": rule.escalate_after,
        "group": rule.group or None,
        "for_each": rule.for_each or None,
        "ticks_together": rule.ticks_together or None,
    }
    return without_nothing(given)


def repeat_data(repeat: Repeat) -> dict[str, Any]:
    variants = [
        {"only_if": condition_data(each.condition)} | without_nothing({"every": each.every, "limit": each.limit})
        for each in repeat.variants
    ]
    return without_nothing({"every": repeat.every, "limit": repeat.limit, "variants": variants or None})


def moment_data(moment: Moment) -> dict[str, Any]:
    anchor = f"{moment.anchor}:{moment.argument}" if moment.argument else moment.anchor
    offsets = (("minutes", moment.minutes), ("working_minutes", moment.working_minutes))
    days = ("working_days", moment.working_days)
    return {"anchor": anchor} | {name: amount for name, amount in (*offsets, days) if amount}


def evidence_data(evidence: Evidence) -> dict[str, Any]:
    return {name: value for name, value in asdict(evidence).items() if value not in (None, "")}


def quantity_data(quantity: Quantity) -> dict[str, Any]:
    return {"formula": quantity.formula.text, "title": asdict(quantity.title)}


def without_nothing(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
