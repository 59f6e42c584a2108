"""What became of one message on its way out."""

from enum import StrEnum


class Outcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    UNREADABLE = "unreadable"
    NO_ADDRESS = "no_address"
    OTHER = "other"


# Another attempt would end the same way.
FINAL = frozenset({Outcome.NOT_ALLOWED, Outcome.GONE, Outcome.UNREADABLE, Outcome.NO_ADDRESS})
