"""The way of a booking through its states: one table, read by every service."""

from enum import StrEnum

from bookings.errors import StateConflict
from bookings.models import Booking

Status = Booking.Status


class Verb(StrEnum):
    REQUEST = "request"
    SUBMIT = "submit"
    CHANGE = "change"
    REOPEN = "reopen"
    QUESTION = "question"
    ANSWER = "answer"
    OFFER = "offer"
    WITHDRAW_OFFER = "withdraw_offer"
    ACCEPT = "accept"
    APPROVE = "approve"
    DECLINE = "decline"
    UNDO = "undo"
    WAIT = "wait"
    LEAVE_LINE = "leave_line"
    CANCEL = "cancel"
    WARN_NO_SHOW = "warn_no_show"
    NO_SHOW = "no_show"
    START = "start"
    EXTEND = "extend"
    END = "end"
    CLOSE = "close"


_PENDING = frozenset(Booking.PENDING)
_OPEN = frozenset({Status.DRAFT, *Booking.PENDING, Status.APPROVED})

# From which states a verb may be said, and where it leads; without a target the state stays.
TRANSITIONS: dict[Verb, tuple[frozenset[Status], Status | None]] = {
    Verb.SUBMIT: (frozenset({Status.DRAFT}), Status.REQUESTED),
    # Wording may still be set right while the meeting runs; what reopens approval may not.
    Verb.CHANGE: (_OPEN | {Status.RUNNING}, None),
    Verb.REOPEN: (frozenset({Status.APPROVED}), Status.REQUESTED),
    Verb.QUESTION: (frozenset({Status.REQUESTED}), Status.QUESTIONED),
    Verb.ANSWER: (frozenset({Status.QUESTIONED}), Status.REQUESTED),
    Verb.OFFER: (_PENDING, None),
    Verb.ACCEPT: (_PENDING, Status.APPROVED),
    Verb.APPROVE: (_PENDING, Status.APPROVED),
    Verb.DECLINE: (_PENDING, Status.DECLINED),
    # Back to where the decision found it, which its log entry says.
    Verb.UNDO: (frozenset({Status.APPROVED, Status.DECLINED}), None),
    Verb.WAIT: (_PENDING, None),
    Verb.LEAVE_LINE: (_PENDING, None),
    Verb.CANCEL: (_OPEN, Status.CANCELLED),
    Verb.WARN_NO_SHOW: (frozenset({Status.APPROVED}), None),
    Verb.NO_SHOW: (frozenset({Status.APPROVED}), Status.CANCELLED),
    Verb.START: (frozenset({Status.APPROVED}), Status.RUNNING),
    Verb.EXTEND: (frozenset({Status.RUNNING}), None),
    Verb.END: (frozenset({Status.RUNNING}), Status.ENDED),
    Verb.CLOSE: (frozenset({Status.ENDED}), Status.CLOSED),
}


def is_allowed(status: str, verb: Verb) -> bool:
    return status in TRANSITIONS[verb][0]


def sources_of(verb: Verb) -> frozenset[Status]:
    return TRANSITIONS[verb][0]


def target_of(status: str, verb: Verb) -> str:
    """The state after the verb; raises `StateConflict` where the verb cannot be said."""
    sources, target = TRANSITIONS[verb]
    if status not in sources:
        raise StateConflict(status)
    return target or status
