"""Facts as the conditions and formulas of a standard name them."""

from collections.abc import Mapping

from checklists.planner.closing import reopening_at
from checklists.planner.facts import DayFacts, Facts, GuestFacts, RoomDayFacts
from checklists.standards.conditions import FactValue
from rooms.workcal import WorkingCalendar

SOUND = frozenset({"sound", "microphone", "microphones"})
SIDES = ("left", "right")


def condition_values(facts: Facts, calendar: WorkingCalendar) -> Mapping[str, FactValue]:
    return {
        **drink_values(facts),
        **guest_values(facts),
        **room_values(facts),
        **time_values(facts, calendar),
        "fruit": facts.fruit,
        "flowers": facts.flowers,
        "stationery": facts.stationery,
        "materials": facts.materials,
        "sign_in": facts.sign_in,
        "papers_given_out": facts.materials or facts.stationery or facts.name_plates > 0,
        "name_plates": facts.name_plates,
        "sound": facts.microphones > 0 or not SOUND.isdisjoint(facts.equipment),
        "equipment": facts.equipment,
        "microphones": facts.microphones,
        "flags": facts.flags,
        "agenda": bool(facts.agenda),
        "headcount": facts.headcount,
        "kind": facts.kind,
        "secrecy": facts.secrecy,
        "incident": facts.has_incident,
        "complaint": facts.has_complaint,
    }


def drink_values(facts: Facts) -> Mapping[str, FactValue]:
    hot = facts.tea or facts.coffee
    return {
        "tea": facts.tea,
        "coffee": facts.coffee,
        "water": facts.water,
        "tea_or_coffee": hot,
        "any_drink": hot or facts.water,
    }


def guest_values(facts: Facts) -> Mapping[str, FactValue]:
    return {
        "guest_count": len(facts.guests),
        "guests": tuple(guest.name for guest in facts.guests),
        "important_guests": bool(facts.guests),
        "smoking_guests": bool(smoking_guests(facts)),
        "foreign_guests": bool(countries(facts)),
        "foreign_countries": countries(facts),
    }


def room_values(facts: Facts) -> Mapping[str, FactValue]:
    return {
        "room": facts.room_code,
        "layout": facts.layout,
        "room_allows_smoking": facts.allows_smoking,
        "tables_movable": facts.has_movable_tables,
        "tables_must_move": tables_must_move(facts),
    }


def time_values(facts: Facts, calendar: WorkingCalendar) -> Mapping[str, FactValue]:
    return {
        "duration_minutes": minutes_of(facts),
        "non_working_day": not calendar.is_working(calendar.local_date(facts.start_at)),
        "ended_after_close": reopening_at(facts, calendar) is not None,
    }


def tables_must_move(facts: Facts) -> bool:
    """P2: the layout differs from the standing one, or from the one the meeting before it leaves behind."""
    is_other = facts.layout != facts.standing_layout
    return facts.has_movable_tables and (is_other or facts.previous_layout not in {None, facts.layout})


def smoking_guests(facts: Facts) -> tuple[GuestFacts, ...]:
    return tuple(guest for guest in facts.guests if guest.ash_tray in SIDES)


def countries(facts: Facts) -> tuple[str, ...]:
    """The foreign countries of the request and of its guests, each once."""
    named = (*facts.foreign_countries, *(guest.country for guest in facts.guests))
    return tuple(dict.fromkeys(filter(None, named)))


def minutes_of(facts: Facts) -> int:
    return int((facts.end_at - facts.began_at).total_seconds() // 60)


def formula_values(facts: Facts) -> Mapping[str, int]:
    return {
        "headcount": facts.headcount,
        "guests": len(facts.guests),
        "flags": len(facts.flags),
        "foreign_countries": len(countries(facts)),
        "microphones": facts.microphones,
        "name_plates": facts.name_plates,
        "minutes": max(minutes_of(facts), 0),
    }


def day_values(facts: DayFacts) -> Mapping[str, FactValue]:
    in_use = sum(1 for room in facts.rooms if room.layouts)
    return {"meetings": len(facts.meetings), "rooms_in_use": in_use}


def room_day_values(room: RoomDayFacts) -> Mapping[str, FactValue]:
    return {"room": room.code, "layouts": room.layouts}
