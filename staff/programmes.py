"""The training programmes that come with the product, read from their file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rooms.text import SUFFIXES

DATA = Path(__file__).parent / "training_data"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class ProgrammeSession:
    kind: str
    name: Texts
    about: Texts


@dataclass(frozen=True)
class Programme:
    code: str
    name: Texts
    days: tuple[int, ...]
    conditions: Mapping[str, Any]
    sessions: tuple[ProgrammeSession, ...]


@cache
def programmes() -> dict[str, Programme]:
    document = tomllib.loads((DATA / "programmes.toml").read_text(encoding="utf-8"))
    return {row["code"]: programme_of(row) for row in document["programme"]}


def programme_of(row: Mapping[str, Any]) -> Programme:
    known = {"code", "name", "days", "session"}
    conditions = {name: value for name, value in row.items() if name not in known}
    sessions = tuple(ProgrammeSession(each["kind"], each["name"], each["about"]) for each in row["session"])
    return Programme(row["code"], row["name"], tuple(row["days"]), conditions, sessions)


def columns(field: str, texts: Texts) -> dict[str, str]:
    """A text by language as the columns it is stored in."""
    return {f"{field}_{suffix}": texts.get(suffix, "") for suffix in SUFFIXES}
