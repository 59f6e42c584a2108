"""The gaps between refills as a strip: their lengths side by side, those over the limit standing out."""

from collections.abc import Sequence
from dataclasses import dataclass

from checklists.selectors.spot_checks import Gap

WIDTH = 600.0
# A gap narrower than this has no room for its minutes.
NARROWEST = 22.0


@dataclass(frozen=True)
class GapBar:
    x: float
    width: float
    label: str
    is_over: bool
    is_open: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


def gap_strip(gaps: Sequence[Gap]) -> list[GapBar]:
    total = sum(gap.seconds for gap in gaps)
    bars, x = [], 0.0
    for gap in gaps:
        width = gap.seconds / total * WIDTH if total else 0.0
        label = str(gap.minutes) if width >= NARROWEST else ""
        bars.append(GapBar(round(x, 1), round(width, 1), label, gap.is_over, gap.is_open))
        x += width
    return bars
