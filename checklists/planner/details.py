"""What a step carries along for whoever does it: plain data, empty values left out."""

from collections.abc import Callable, Mapping
from typing import Any

from checklists.planner.facts import Facts, GuestFacts
from checklists.planner.values import countries
from checklists.standards import Rule

DRINKS = ("tea", "coffee", "water")

SHOWN: Mapping[str, Callable[[Facts], Any]] = {
    "layout": lambda facts: facts.layout,
    "previous_layout": lambda facts: facts.previous_layout,
    "standing_layout": lambda facts: facts.standing_layout,
    "headcount": lambda facts: facts.headcount,
    "drinks": lambda facts: [drink for drink in DRINKS if getattr(facts, drink)],
    "equipment": lambda facts: list(facts.equipment),
    "microphones": lambda facts: facts.microphones,
    "flags": lambda facts: list(facts.flags),
    "foreign_countries": lambda facts: list(countries(facts)),
    "curtains": lambda facts: facts.curtains,
    "temperature": lambda facts: facts.temperature,
    "guests": lambda facts: [guest_details(guest) for guest in facts.guests],
    "secrecy": lambda facts: facts.secrecy,
}


def details_of(rule: Rule, facts: Facts) -> dict[str, Any]:
    return filled({name: SHOWN[name](facts) for name in rule.shows if name in SHOWN})


def guest_details(guest: GuestFacts) -> dict[str, Any]:
    names = ("name", "ash_tray", "tea", "drink", "diet", "seat", "country")
    return filled({name: getattr(guest, name) for name in names})


def filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", [], 0)}
