"""Checks what a tick brings against what its step asks for; codes by field, no wording."""

from collections.abc import Mapping
from math import isfinite
from typing import Any
from uuid import UUID

from checklists.models import Incident, Step, StepFile
from rooms.text import is_storable

NOTE_LONGEST = 500
NAME_LONGEST = 80
DEVICE_LONGEST = 80
# More than any thermometer or tray can show; beyond it a number is a slip, and far beyond it no number to a computer.
LARGEST = 1_000_000
Errors = dict[str, list[str]]
Kind = StepFile.Kind
# These may come with any kind of evidence: a picture, and what makes an incident of a fault.
OF_A_FAULT = ("gravity", "device")
BESIDE = ("file", *OF_A_FAULT)


def checked_result(step: Step, result: Mapping[str, Any], note: str) -> tuple[dict[str, Any], Errors]:
    """The result as it will be stored, and what is wrong with it.

    A number outside its range and a count that differs are facts too: with a note they are recorded, marked.
    """
    evidence = step.details.get("evidence", {"kind": "tick"})
    errors: Errors = {"note": ["too_long"]} if len(note) > NOTE_LONGEST else {}
    beside = {name: value for name, value in result.items() if name in BESIDE and value not in (None, "")}
    own = {name: value for name, value in result.items() if name not in BESIDE}
    check = CHECKS.get(evidence["kind"], check_tick)
    stored, found = check(evidence, step, own, note.strip())
    picture, missing = checked_picture(step, evidence["kind"], beside, is_replaced="signed_name" in stored)
    fault, wrong = checked_fault(stored, beside)
    return stored | picture | fault, errors | found | missing | wrong


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
    if fault := number_fault(value):
        return {}, errors | {"value": [fault]}
    stored: dict[str, Any] = {"value": value, "unit": evidence.get("unit", "")}
    if not in_range(value, evidence):
        stored["is_out_of_range"] = True
        if not note:
            errors["value"] = ["out_of_range"]
    return stored, errors


def number_fault(value: Any) -> str:
    # A whole number may be longer than a float can hold.
    if type(value) is not int and not (isinstance(value, float) and isfinite(value)):
        return "not_a_number"
    return "too_large" if abs(value) > LARGEST else ""


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
    if value > LARGEST:
        return {}, errors | {"value": ["too_large"]}
    stored: dict[str, Any] = {"value": value}
    expected = step.details.get("expected")
    if expected is not None:
        stored["expected"] = expected
        if value != expected and not note:
            errors["value"] = ["differs"]
    return stored, errors


def check_signature(
    _evidence: Mapping[str, Any], _step: Step, result: dict[str, Any], note: str
) -> tuple[dict, Errors]:
    """Instead of a drawing a typed name will do, with a remark of how it was given, on paper or by a deputy."""
    name = result.pop("signed_name", "")
    stored, errors = check_tick({}, _step, result, note)
    if fault := text_fault(name, NAME_LONGEST):
        return stored, errors | {"signed_name": [fault]}
    if name.strip():
        stored["signed_name"] = name.strip()
        errors |= {} if note else {"note": ["how_signed"]}
    return stored, errors


def checked_picture(
    step: Step, kind: str, beside: Mapping[str, Any], *, is_replaced: bool
) -> tuple[dict[str, Any], Errors]:
    """The step's own file: what a photo or signature step asks for, and beside anything else a photo."""
    if "file" not in beside:
        missing = kind in Kind.values and not is_replaced
        return {}, {"file": [f"{kind}_needed"]} if missing else {}
    op, wanted = op_of(beside["file"]), kind if kind in Kind.values else Kind.PHOTO
    if op is None or not step.files.filter(op=op, kind=wanted).exists():
        return {}, {"file": ["unknown_file"]}
    return {"file": str(op)}, {}


def op_of(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def checked_fault(stored: Mapping[str, Any], beside: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
    """How grave a fault is and of which device; a check that is not ok is minor unless it says more.

    With a number that is in order after all they are left out.
    """
    given = {name: beside[name] for name in OF_A_FAULT if name in beside}
    if not is_off(stored):
        return {}, {} if "value" in stored else {name: ["unknown"] for name in given}
    errors: Errors = {}
    if stored.get("ok") is False:
        given.setdefault("gravity", int(Incident.Gravity.MINOR))
    gravity, device = given.get("gravity"), given.get("device", "")
    if gravity is not None and (type(gravity) is not int or gravity not in Incident.Gravity.values):
        errors["gravity"] = ["unknown_choice"]
    if fault := text_fault(device, DEVICE_LONGEST):
        errors["device"] = [fault]
    return given, errors


def text_fault(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        return "too_long"
    return "" if is_storable(text) else "bad_character"


def is_off(stored: Mapping[str, Any]) -> bool:
    """Not ok, outside its range, or not the number expected."""
    differs = "expected" in stored and stored["value"] != stored["expected"]
    return stored.get("ok") is False or bool(stored.get("is_out_of_range")) or differs


def unknown_fields(result: Mapping[str, Any], known: tuple[str, ...]) -> Errors:
    return {name: ["unknown"] for name in result if name not in known}


CHECKS = {
    "tick": check_tick,
    "ok": check_ok,
    "number": check_number,
    "count": check_count,
    "photo": check_tick,
    "signature": check_signature,
}
