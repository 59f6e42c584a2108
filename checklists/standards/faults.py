"""What is wrong with a standard's file: all of it at once, each with its place."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """`code` says what is wrong, `value` shows what was found; line 0 means that it did not come from a file."""

    line: int
    item: str
    field: str
    code: str
    value: str = ""

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        place = ", ".join(part for part in (line, self.item, self.field) if part)
        return f"{place}: {self.code}" + (f" ({self.value})" if self.value else "")


class StandardFaults(ValueError):  # noqa: N818 - it carries faults, in the plural, as its name says
    """Raised with every fault of a standard, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
