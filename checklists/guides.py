"""What to do in an incident, by kind: read from guides.yaml and checked whole before anybody needs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from checklists.models import Incident
from checklists.standards.rules import Text
from staff.roles import DUTY_ROLES

FILE = Path(__file__).parent / "standards_data" / "guides.yaml"
LANGUAGES = ("en", "zh_hans", "zh_hant")
SERVICES = ("fire", "ambulance", "police")
# More than this nobody reads while something burns.
MOST_STEPS = 8
ELSEWHERE = "other"


class GuideError(ValueError):
    """Every fault of the file, one a line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Guide:
    kind: str
    # What an incident of this kind usually is, where nobody says otherwise.
    gravity: int
    steps: tuple[Text, ...]
    never: tuple[Text, ...]
    call: tuple[str, ...]
    emergency: str = ""


@dataclass(frozen=True)
class GuideBook:
    guides: Mapping[str, Guide]
    # By calendar of the site, then by public service.
    numbers: Mapping[str, Mapping[str, str]]

    def number(self, guide: Guide, calendar: str) -> str:
        """The public emergency number to dial at a site; empty where the guide calls for none."""
        if not guide.emergency:
            return ""
        return self.numbers.get(calendar.upper(), self.numbers[ELSEWHERE])[guide.emergency]


@lru_cache(maxsize=1)
def guide_book() -> GuideBook:
    return read_guides(FILE.read_text(encoding="utf-8"))


def read_guides(document: str) -> GuideBook:
    """Raises `GuideError` with all faults at once."""
    data = yaml.safe_load(document)
    faults = list(faults_of(data))
    if faults:
        raise GuideError(faults)
    guides = (guide_of(each) for each in data["guides"])
    return GuideBook({guide.kind: guide for guide in guides}, data["emergency"])


def guide_of(data: Mapping[str, Any]) -> Guide:
    return Guide(
        kind=data["kind"],
        gravity=data["gravity"],
        steps=tuple(Text(**each) for each in data["steps"]),
        never=tuple(Text(**each) for each in data["never"]),
        call=tuple(data["call"]),
        emergency=data.get("emergency", ""),
    )


def faults_of(data: Any) -> Iterator[str]:
    if not isinstance(data, dict) or set(data) != {"emergency", "guides"}:
        yield "the file holds `emergency` and `guides`"
        return
    yield from number_faults(data["emergency"])
    guides = data["guides"] if isinstance(data["guides"], list) else []
    kinds = [each.get("kind") for each in guides if isinstance(each, dict)]
    if sorted(map(str, kinds)) != sorted(Incident.Kind.values):
        yield f"one guide for each kind: {', '.join(Incident.Kind.values)}"
    for number, each in enumerate(guides, 1):
        name = str(each.get("kind", number)) if isinstance(each, dict) else str(number)
        yield from (f"{name}: {fault}" for fault in guide_faults(each))


def number_faults(numbers: Any) -> Iterator[str]:
    if not isinstance(numbers, dict) or ELSEWHERE not in numbers:
        yield f"emergency: numbers by calendar, and `{ELSEWHERE}`"
        return
    for place, found in numbers.items():
        if not isinstance(found, dict) or set(found) != set(SERVICES) or not all(map(is_number, found.values())):
            yield f"emergency {place}: a number in quotes for each of {', '.join(SERVICES)}"


def is_number(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


def guide_faults(data: Any) -> Iterator[str]:
    known = {"kind", "gravity", "emergency", "call", "steps", "never"}
    if not isinstance(data, dict) or not known - {"emergency"} <= set(data) <= known:
        yield "kind, gravity, call, steps and never; emergency where the public service is called"
        return
    if data["gravity"] not in Incident.Gravity.values:
        yield "gravity is 1, 2 or 3"
    if data.get("emergency", SERVICES[0]) not in SERVICES:
        yield f"emergency is one of {', '.join(SERVICES)}"
    if not isinstance(data["call"], list) or not data["call"] or not set(data["call"]) <= {*DUTY_ROLES}:
        yield "call names roles"
    for part in ("steps", "never"):
        yield from (f"{part}: {fault}" for fault in text_faults(data[part]))


def text_faults(texts: Any) -> Iterator[str]:
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_STEPS:
        yield f"1 to {MOST_STEPS} texts"
        return
    for number, text in enumerate(texts, 1):
        if not isinstance(text, dict) or set(text) != set(LANGUAGES) or not all(map(is_text, text.values())):
            yield f"{number}: a text in each of {', '.join(LANGUAGES)}"


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
