"""What webhooks are told: which events there are, and the few facts of each; never a topic, a name or a number."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, BookingLog
from bookings.transitions import Verb
from rooms.api_tools import local

EVENTS = {
    "requested": _("Requested"),
    "changed": _("Changed"),
    "reopened": _("Changed, to be decided again"),
    "questioned": _("Question to the applicant"),
    "answered": _("Question answered"),
    "offered": _("Another room or time offered"),
    "approved": _("Approved"),
    "declined": _("Declined"),
    "cancelled": _("Cancelled"),
    "started": _("Meeting started"),
    "extended": _("Meeting extended"),
    "ended": _("Meeting ended"),
}
TEST = "test"
_BY_VERB: dict[str, str] = {
    Verb.REQUEST: "requested",
    Verb.SUBMIT: "requested",
    Verb.REOPEN: "reopened",
    Verb.QUESTION: "questioned",
    Verb.ANSWER: "answered",
    Verb.OFFER: "offered",
    Verb.ACCEPT: "approved",
    Verb.APPROVE: "approved",
    Verb.DECLINE: "declined",
    Verb.CANCEL: "cancelled",
    Verb.START: "started",
    Verb.EXTEND: "extended",
    Verb.END: "ended",
    # The file put away, and an offer that ran out, change nothing outside.
    Verb.CLOSE: "",
    Verb.WITHDRAW_OFFER: "",
}


def event_of(entry: BookingLog) -> str:
    """Empty for what nobody outside is told: a draft is its writer's own affair."""
    draft = Booking.Status.DRAFT
    if entry.to_status == draft or (entry.from_status == draft and entry.verb != Verb.SUBMIT):
        return ""
    return _BY_VERB.get(entry.verb, "changed")


def facts_of(booking: Booking, entry: BookingLog, event: str) -> dict[str, Any]:
    at = local(entry.at, booking.site.zone)
    return {
        "event": event,
        "at": at.isoformat() if at else None,
        "site": booking.site.code,
        "booking": booking.ref,
        "state": booking.status,
        "version": booking.version,
    }
