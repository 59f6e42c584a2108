"""Service standards, plans, their steps and ticks, reminders, assignments and printed rundowns."""

from checklists.models.plan import Breach, PlanRevision, ServicePlan, Step, StepEvent, Tick
from checklists.models.print import RundownPrint
from checklists.models.reminder import Reminder
from checklists.models.staffing import Assignment
from checklists.models.standard import ServiceStandard, StandardItem

__all__ = [
    "Assignment",
    "Breach",
    "PlanRevision",
    "Reminder",
    "RundownPrint",
    "ServicePlan",
    "ServiceStandard",
    "StandardItem",
    "Step",
    "StepEvent",
    "Tick",
]
