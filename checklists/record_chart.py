"""Scores over time as small pictures, one for each criterion: a dot for each check, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from checklists.selectors.record import Criterion, Record

WIDTH, HEIGHT = 240.0, 96.0
LEFT, RIGHT, TOP, BOTTOM = 18.0, 230.0, 10.0, 86.0
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    score: int
    # Names the shape and the colour: low, fair, high.
    level: str


@dataclass(frozen=True)
class ScorePicture:
    criterion: Criterion
    dots: tuple[Dot, ...]
    line: str


def pictures_of(record: Record) -> list[ScorePicture]:
    return [picture_of(each) for each in record.criteria if each.scores]


def grid() -> list[tuple[int, float]]:
    return [(score, y_of(score)) for score in range(LOWEST, HIGHEST + 1)]


def picture_of(criterion: Criterion) -> ScorePicture:
    dots = tuple(
        Dot(x, y_of(score), score, level_of(score))
        for x, score in zip(spread(criterion.scores), criterion.scores, strict=True)
    )
    return ScorePicture(criterion, dots, " ".join(f"{dot.x},{dot.y}" for dot in dots))


def spread(scores: Sequence[int]) -> list[float]:
    """From edge to edge; a single one in the middle."""
    if len(scores) == 1:
        return [round((LEFT + RIGHT) / 2, 1)]
    gap = (RIGHT - LEFT - 12) / (len(scores) - 1)
    return [round(LEFT + 6 + number * gap, 1) for number in range(len(scores))]


def y_of(score: int) -> float:
    return round(BOTTOM - (score - LOWEST) / (HIGHEST - LOWEST) * (BOTTOM - TOP), 1)


def level_of(score: int) -> str:
    return "low" if score <= 2 else "fair" if score == 3 else "high"
