"""People, their notices, the channels these go out by, and the signs of life of the processes."""

from staff.models.channels import Channel, NoticePreferences, PushSubscription
from staff.models.devices import KeyedDevice
from staff.models.notices import Delivery, Notice
from staff.models.people import ApiToken, Scope, Shift, StaffLog, User
from staff.models.pulses import Pulse
from staff.models.tablets import Pin, PinTries, SharedTablet, TabletCode

__all__ = [
    "ApiToken",
    "Channel",
    "Delivery",
    "KeyedDevice",
    "Notice",
    "NoticePreferences",
    "Pin",
    "PinTries",
    "Pulse",
    "PushSubscription",
    "Scope",
    "SharedTablet",
    "Shift",
    "StaffLog",
    "TabletCode",
    "User",
]
