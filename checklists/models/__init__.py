"""Service standards, plans and their steps, what comes up on demand, reminders, assignments, printed rundowns."""

from checklists.models.day import ServiceDay, ServiceDayEvent
from checklists.models.evidence import StepFile
from checklists.models.handover import Handover, HandoverStep
from checklists.models.needs import AssignmentRules, StaffingNeed
from checklists.models.ondemand import Incident, IncidentEntry, PassedNote, Wish
from checklists.models.plan import Acknowledgement, Breach, PlanRevision, ServicePlan, Step, StepEvent, Tick
from checklists.models.print import RundownPrint
from checklists.models.proposals import AssignmentProposal, CoverSearch, ProposalLine, WorkedOut
from checklists.models.reminder import Reminder
from checklists.models.spotcheck import SpotCheck, SpotCheckPerson
from checklists.models.staffing import Assignment, ReleasedPerson
from checklists.models.standard import ServiceStandard, StandardItem
from checklists.models.standard_log import Replanning, StandardLog
from checklists.models.tablet import TabletEvent

__all__ = [
    "Acknowledgement",
    "Assignment",
    "AssignmentProposal",
    "AssignmentRules",
    "Breach",
    "CoverSearch",
    "Handover",
    "HandoverStep",
    "Incident",
    "IncidentEntry",
    "PassedNote",
    "PlanRevision",
    "ProposalLine",
    "ReleasedPerson",
    "Reminder",
    "Replanning",
    "RundownPrint",
    "ServiceDay",
    "ServiceDayEvent",
    "ServicePlan",
    "ServiceStandard",
    "SpotCheck",
    "SpotCheckPerson",
    "StaffingNeed",
    "StandardItem",
    "StandardLog",
    "Step",
    "StepEvent",
    "StepFile",
    "TabletEvent",
    "Tick",
    "Wish",
    "WorkedOut",
]
