"""People, their working time and skills, their notices and channels, and the signs of life of the processes."""

from staff.models.channels import Channel, NoticePreferences, PushSubscription
from staff.models.devices import KeyedDevice
from staff.models.duty import Leave, Shift, ShiftPattern, ShiftQuerySet, WorkingTimeRules
from staff.models.exchange import OpenShift, OpenShiftRequest, ShiftSwap
from staff.models.notices import Delivery, Notice
from staff.models.people import ApiToken, Scope, StaffLog, User
from staff.models.pulses import Pulse
from staff.models.rosters import RemovedShift, RosterPublication
from staff.models.skills import KnownRoom, PersonSkill, Skill
from staff.models.tablets import Pin, PinTries, SharedTablet, TabletCode

__all__ = [
    "ApiToken",
    "Channel",
    "Delivery",
    "KeyedDevice",
    "KnownRoom",
    "Leave",
    "Notice",
    "NoticePreferences",
    "OpenShift",
    "OpenShiftRequest",
    "PersonSkill",
    "Pin",
    "PinTries",
    "Pulse",
    "PushSubscription",
    "RemovedShift",
    "RosterPublication",
    "Scope",
    "SharedTablet",
    "Shift",
    "ShiftPattern",
    "ShiftQuerySet",
    "ShiftSwap",
    "Skill",
    "StaffLog",
    "TabletCode",
    "User",
    "WorkingTimeRules",
]
