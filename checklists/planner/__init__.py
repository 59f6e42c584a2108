"""Works a service standard out for one booking or one day: standard, facts and calendar in, steps out.

Pure and total: no database, no clock, no settings.
"""

from checklists.planner.closing import reopening_at
from checklists.planner.day import compile_day
from checklists.planner.facts import AgendaFacts, DayFacts, Facts, GuestFacts, RoomDayFacts
from checklists.planner.meeting import compile_plan
from checklists.planner.steps import PlannedStep
from checklists.planner.values import condition_values, tables_must_move

__all__ = [
    "AgendaFacts",
    "DayFacts",
    "Facts",
    "GuestFacts",
    "PlannedStep",
    "RoomDayFacts",
    "compile_day",
    "compile_plan",
    "condition_values",
    "reopening_at",
    "tables_must_move",
]
