"""Calendars and facts for the pure tests: no database behind them."""

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from checklists.planner import AgendaFacts, Facts, GuestFacts, compile_plan
from checklists.standards import shipped_standard
from rooms.workcal import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = ((time(8, 30), time(12)), (time(13, 30), time(18)))
WEEK = dict.fromkeys(range(5), OFFICE)
HQ = WorkingCalendar(SHANGHAI, WEEK, "CN")
BERLIN_OFFICE = WorkingCalendar(BERLIN, WEEK)


def local(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def meeting(start, end, zone=SHANGHAI, **facts):
    """A plain meeting: no drinks, no equipment, no guests."""
    plain = Facts(
        start_at=local(start, zone),
        end_at=local(end, zone),
        headcount=12,
        layout="board_room",
        standing_layout="board_room",
        seed="HW-20261123-007",
    )
    return replace(plain, **facts)


def everything(start="2026-11-23 14:00", end="2026-11-23 16:00", **facts):
    """A meeting that asks for all there is, with 60 people."""
    wanted = {
        "headcount": 60,
        "layout": "u_shape",
        "has_movable_tables": True,
        "allows_smoking": True,
        "tea": True,
        "coffee": True,
        "water": True,
        "fruit": True,
        "flowers": True,
        "stationery": True,
        "materials": True,
        "sign_in": True,
        "name_plates": 8,
        "flags": ("CN", "DE"),
        "equipment": ("projector", "sound"),
        "microphones": 4,
        "guests": (GuestFacts(key="7", name="王先生", ash_tray="left", country="DE"),),
        "agenda": (AgendaFacts(key="3", title="Budget", start_at=local(start), end_at=local("2026-11-23 15:00")),),
    }
    return meeting(start, end, **(wanted | facts))


def plan(facts, calendar=HQ):
    return {step.key: step for step in compile_plan(shipped_standard(), facts, calendar)}


def due(facts, calendar=HQ):
    """Item to due time on the site's wall clock; every sample here has one step for each item."""
    return {step.item: wall(step.due_at, calendar.zone) for step in plan(facts, calendar).values()}


def wall(instant, zone=SHANGHAI):
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")
