"""All writes of the checklists app, by noun: standards, plans, days, ticks, staffing, reminders and the sweep."""

from checklists.services.days import close_days, plan_day
from checklists.services.dispatch import DispatchReport, dispatch_due
from checklists.services.handover import skip_step, take_over_step
from checklists.services.plans import plan_booking, withdraw_plan
from checklists.services.reminders import arm_reminders
from checklists.services.staffing import assign_staff, unassign_staff
from checklists.services.standards import current_standard, load_shipped, load_standard
from checklists.services.sweep import SweepReport, sweep
from checklists.services.ticks import TickOutcome, tick_step

__all__ = [
    "DispatchReport",
    "SweepReport",
    "TickOutcome",
    "arm_reminders",
    "assign_staff",
    "close_days",
    "current_standard",
    "dispatch_due",
    "load_shipped",
    "load_standard",
    "plan_booking",
    "plan_day",
    "skip_step",
    "sweep",
    "take_over_step",
    "tick_step",
    "unassign_staff",
    "withdraw_plan",
]
