"""Checks what a tick brings against what its step asks for; codes by field, no wording."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from checklists.models import Step

NOTE_LONGEST = 500
Errors = dict[str, list[str]]


def checked_result(step: Step, result: Mapping[str, Any], note: str) -> tuple[dict[str, Any], Errors]:
    """The result as it will be stored, and what is wrong with it.

    A number outside its range and a count that differs are facts too: with a note they are recorded, marked.
    """
    evidence = step.details.get("evidence", {"kind": "tick"})
    errors: Errors = {"note": ["too_long"]} if len(note) > NOTE_LONGEST else {}
    check = CHECKS.get(evidence["kind"], check_tick)
    stored, found = check(evidence, step, dict(result), note.strip())
    return stored, errors | found


def check_tick(_evidence: Mapping[str, Any], _step: Step, result: dict[str, Any], _note: str) -> tuple[dict, Errors]:
    # Some clients say ok with every tick; not ok belongs to steps that ask for it.
    return {}, unknown_fields(result, ("ok",) if result.get("ok") is True else ())


def check_ok(_evidence: Mapping[str, Any], _step: Step, result: dict[str, Any], note: str) -> tuple[dict, Errors]:
    errors = unknown_fields(result, ("ok",))
    is_ok = result.get("ok")
    if is_ok is None:
        errors["ok"] = ["required"]
    elif not isinstance(is_ok, bool):
        errors["ok"] = ["not_ok_or_not"]
    elif not is_ok and not note:
        errors["note"] = ["note_needed"]
    return {"ok": is_ok}, errors


def check_number(evidence: Mapping[str, Any], _step: Step, result: dict[str, Any], note: str) -> tuple[dict, Errors]:
    errors = unknown_fields(result, ("value",))
    value = result.get("value")
    if value is None:
        return {}, errors | {"value": ["required"]}
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return {}, errors | {"value": ["not_a_number"]}
    stored: dict[str, Any] = {"value": value, "unit": evidence.get("unit", "")}
    if not in_range(value, evidence):
        stored["is_out_of_range"] = True
        if not note:
            errors["value"] = ["out_of_range"]
    return stored, errors


def in_range(value: float, evidence: Mapping[str, Any]) -> bool:
    lowest, highest = evidence.get("minimum"), evidence.get("maximum")
    return (lowest is None or value >= lowest) and (highest is None or value <= highest)


def check_count(_evidence: Mapping[str, Any], step: Step, result: dict[str, Any], note: str) -> tuple[dict, Errors]:
    errors = unknown_fields(result, ("value",))
    value = result.get("value")
    if value is None:
        return {}, errors | {"value": ["required"]}
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return {}, errors | {"value": ["not_whole"]}
    stored: dict[str, Any] = {"value": value}
    expected = step.details.get("expected")
    if expected is not None:
        stored["expected"] = expected
        if value != expected and not note:
            errors["value"] = ["differs"]
    return stored, errors


def unknown_fields(result: Mapping[str, Any], known: tuple[str, ...]) -> Errors:
    return {name: ["unknown"] for name in result if name not in known}


# A photo or a signature is a tick until the tablet can take one.
CHECKS = {"tick": check_tick, "ok": check_ok, "number": check_number, "count": check_count}
