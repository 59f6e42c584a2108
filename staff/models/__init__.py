"""People, their working time and skills, their notices and channels, and the signs of life of the processes."""

from staff.models.certificates import Certificate
from staff.models.channels import Channel, NoticePreferences, PushSubscription
from staff.models.devices import KeyedDevice
from staff.models.duty import Leave, Shift, ShiftPattern, ShiftQuerySet, WorkingTimeRules
from staff.models.exams import Examination, Paper, PaperQuestion, Practical, Question
from staff.models.exchange import OpenShift, OpenShiftRequest, ShiftColumns, ShiftSwap
from staff.models.growth import ConductCheck, ConductResult, PlannedTraining, Praise
from staff.models.notices import Delivery, Notice
from staff.models.people import ApiToken, Scope, StaffLog, User
from staff.models.practicals import PracticalList, PracticalVersion
from staff.models.pulses import Pulse
from staff.models.rosters import RemovedShift, RosterPublication
from staff.models.skills import KnownRoom, PersonSkill, Skill
from staff.models.tablets import Pin, PinTries, SharedTablet, TabletCode
from staff.models.training import (
    Attendance,
    Course,
    CourseRun,
    CourseSession,
    Enrolment,
    HandedIn,
    Homework,
    RunSession,
    SessionKind,
)

__all__ = [
    "ApiToken",
    "Attendance",
    "Certificate",
    "Channel",
    "ConductCheck",
    "ConductResult",
    "Course",
    "CourseRun",
    "CourseSession",
    "Delivery",
    "Enrolment",
    "Examination",
    "HandedIn",
    "Homework",
    "KeyedDevice",
    "KnownRoom",
    "Leave",
    "Notice",
    "NoticePreferences",
    "OpenShift",
    "OpenShiftRequest",
    "Paper",
    "PaperQuestion",
    "PersonSkill",
    "Pin",
    "PinTries",
    "PlannedTraining",
    "Practical",
    "PracticalList",
    "PracticalVersion",
    "Praise",
    "Pulse",
    "PushSubscription",
    "Question",
    "RemovedShift",
    "RosterPublication",
    "RunSession",
    "Scope",
    "SessionKind",
    "SharedTablet",
    "Shift",
    "ShiftColumns",
    "ShiftPattern",
    "ShiftQuerySet",
    "ShiftSwap",
    "Skill",
    "StaffLog",
    "TabletCode",
    "User",
    "WorkingTimeRules",
]
