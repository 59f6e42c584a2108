"""What became of a run in words: each row with its verdict, and every fault beside its column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookings.errors import Fault
from bookings.importing.columns import COLUMNS
from bookings.messages import fault_text
from bookings.models import BookingImport

MOST_SHOWN = 500


@dataclass(frozen=True)
class FaultLine:
    column: str
    text: str
    cell: str


@dataclass(frozen=True)
class RowLine:
    number: int
    verdict: str
    ref: str
    cells: Sequence[str]
    faults: Sequence[FaultLine]


@dataclass(frozen=True)
class RunWords:
    counts: Mapping[str, int]
    lines: Sequence[RowLine]
    left_off: int

    @property
    def can_import(self) -> bool:
        return bool(self.counts.get("new"))

    @property
    def is_clean(self) -> bool:
        return not self.counts.get("bad")


def words_of(run: BookingImport) -> RunWords:
    """Bad rows first, so that none is missed below a long list."""
    counts = Counter(each["verdict"] for each in run.outcome)
    ordered = sorted(run.outcome, key=lambda each: (each["verdict"] != "bad", each["row"]))
    lines = [line_of(run, each) for each in ordered[:MOST_SHOWN]]
    known = {name: counts[name] for name in ("new", "made", "there", "bad")}
    return RunWords(known, lines, max(len(ordered) - MOST_SHOWN, 0))


def line_of(run: BookingImport, each: Mapping[str, Any]) -> RowLine:
    row = run.rows[each["row"] - 2] if run.rows else []
    cells = dict(zip(run.mapping, row, strict=False))
    faults = [
        FaultLine(
            str(COLUMNS.get(fault["column"], fault["column"])),
            fault_text(Fault(fault["code"], fault["params"])),
            cells.get(fault["column"], ""),
        )
        for fault in each.get("faults", ())
    ]
    shown = [cells[name] for name in ("title", "room", "date", "start", "end") if cells.get(name)]
    return RowLine(each["row"], each["verdict"], each.get("ref", ""), shown, faults)
