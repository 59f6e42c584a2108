"""The operation line by line, in words, for the operator's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checklists.operation_words import FAULTS, GRAVE, PULSES, ago, duration, names_of, reason_words
from checklists.selectors.operation import MissedReminder, Operation
from checklists.selectors.pulses import EnginePulse, PulseState
from staff.models import Pulse


@dataclass(frozen=True)
class FaultLine:
    text: str
    is_grave: bool


@dataclass(frozen=True)
class PulseCell:
    """One engine's pulse in words; `mark` names its colour and icon."""

    text: str
    mark: str


@dataclass(frozen=True)
class PulseLine:
    label: Any
    every: str
    cells: tuple[PulseCell | None, ...]


@dataclass(frozen=True)
class HourLine:
    """An hour of the picture as a line of the table behind it."""

    begins: datetime
    sent: int
    missed: int
    median: str
    p99: str


@dataclass(frozen=True)
class MissedLine:
    missed: MissedReminder
    people: str
    why: str


def fault_lines(found: Operation) -> list[FaultLine]:
    return [FaultLine(FAULTS[code](found), code in GRAVE) for code in found.faults]


def hour_lines(found: Operation) -> list[HourLine]:
    """Newest first."""
    return [
        HourLine(begins, each.sent, each.missed, duration(each.median), duration(each.p99))
        for begins, each in sorted(found.hours.items(), reverse=True)
    ]


def missed_lines(missed: Iterable[MissedReminder]) -> list[MissedLine]:
    return [MissedLine(each, names_of(each.recipients), reason_words(each.reason)) for each in missed]


def figures_of(found: Operation) -> dict[str, str]:
    """The big figures as text."""
    return {
        "oldest": duration(found.reminders.oldest_seconds),
        **{f"{name}_hour": duration(getattr(found.hour, name)) for name in ("median", "p99", "longest")},
        **{f"{name}_day": duration(getattr(found.day, name)) for name in ("median", "p99", "longest")},
        "oldest_delivery": duration(found.deliveries.oldest_seconds),
        "failed": str(sum(found.failed.values())),
    }


def pulse_line(pulse: PulseState) -> PulseLine:
    by_engine = {each.engine: cell_of(each, pulse) for each in pulse.engines}
    cells = tuple(by_engine.get(engine) for engine in Pulse.Engine.values)
    return PulseLine(PULSES[pulse.name], duration(pulse.rhythm.every), cells)


def cell_of(each: EnginePulse, pulse: PulseState) -> PulseCell:
    """An engine that is silent while the other runs is worth a look, no more."""
    text = "" if each.age_seconds is None else ago(each.age_seconds)
    if not each.is_overdue:
        return PulseCell(text, "ok")
    return PulseCell(text, "warn" if pulse.is_alive else "bad")
