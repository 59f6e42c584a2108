"""What the notices of this app and of bookings are about, and which of them a group's room is told, in which line.

A group reads no names of people, no topics and no words of guests.
"""

from django.utils.translation import gettext_lazy as _

from staff.notice_kinds import NoticeKind, Urgency, assign
from staff.outside_texts import register_group

assign(
    NoticeKind.LATE,
    *("*_late", "*_escalated", "*_nobody", "*_second", "*_second_nobody", "reminders_missed", "nobody_on_shift"),
    *("change_unacknowledged", "changes_unacknowledged", "handover_unanswered"),
    urgency=Urgency.URGENT,
)
assign(NoticeKind.LATE, "meeting_overruns", "day_unopened", "day_unclosed")
assign(NoticeKind.REMINDERS, "reminder_*", "daily_*", "reminders_digest", "plan_late")
assign(NoticeKind.CALLS, "service_call", "wish_*", "note_*", "answer_*")
assign(NoticeKind.INCIDENTS, "incident_over", "room_fault_over", urgency=Urgency.QUIET)
assign(NoticeKind.INCIDENTS, "room_fault_*")
assign(NoticeKind.INCIDENTS, "incident_*", urgency=Urgency.URGENT)
assign(
    NoticeKind.CHANGES,
    "assign*",
    "cover_taken",
    "sick_entered",
    "unassigned",
    "step_given",
    "step_taken",
    "handover_offered",
    "handover_confirmed",
    "handover_refused",
    "handover_withdrawn",
    "plan_*",
    "change*",
    "booking_changed",
    "booking_cancelled",
)

_LATE = _("Late, please take over: %(what)s, room %(room)s, due %(due)s")
_STILL = _("Still open although the manager was told: %(what)s, room %(room)s, due %(due)s")
_DAILY_LATE = _("Late, please take over: %(what)s, due %(due)s")
_DAILY_STILL = _("Still open although the manager was told: %(what)s, due %(due)s")

register_group(
    {
        "reminder_escalated": _LATE,
        "reminder_nobody": _LATE,
        "reminder_second": _STILL,
        "reminder_second_nobody": _STILL,
        "daily_escalated": _DAILY_LATE,
        "daily_nobody": _DAILY_LATE,
        "daily_second": _DAILY_STILL,
        "daily_second_nobody": _DAILY_STILL,
        "nobody_on_shift": _("Nobody is on shift: %(what)s, room %(room)s, due %(due)s"),
        "reminders_missed": _("Reminders missed: %(count)s, the oldest was due %(oldest)s"),
        "meeting_overruns": _("Not marked ended: %(ref)s, room %(room)s, booked until %(end)s"),
        "service_call": _("Call from room %(room)s: %(what)s"),
        "wish_raised": _("Wish in room %(room)s: %(what)s"),
        "incident_opened": _("Incident (%(gravity)s): %(kind)s, %(place)s"),
        "incident_graver": _("Incident now %(gravity)s: %(kind)s, %(place)s"),
        "incident_over": _("Over: %(kind)s, %(place)s"),
        "booking_changed": _("Changed: %(ref)s, now %(room)s, %(period)s"),
        "booking_cancelled": _("Cancelled: %(ref)s, %(room)s, %(period)s"),
        "booking_approved": _("Approved: %(ref)s, %(room)s, %(period)s"),
    }
)
