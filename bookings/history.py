"""The log of a booking in the reader's words: who did what, what it changed, and what it came with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings import permissions
from bookings.messages import BOOKING_MESSAGES
from bookings.models import Booking, BookingLog
from bookings.selectors.history import said_at
from bookings.transitions import Verb
from bookings.wording import Difference, differences, verb_name
from rooms.dates import format_moment, format_period, instant_of
from rooms.text import listed
from staff.models import User

SPOKEN = (Verb.QUESTION, Verb.ANSWER)
APPROVING = (Verb.APPROVE, Verb.CHANGE)


@dataclass(frozen=True)
class Line:
    at: datetime
    actor: str
    verb: str
    differences: list[Difference]
    details: list[str]
    # The screen at which it was done without an account.
    screen: str = ""


@dataclass(frozen=True)
class Reader:
    """What of this booking the person may read, asked once for all lines."""

    may_see_guests: bool
    may_see_title: bool
    is_office: bool
    texts: dict[tuple[str, datetime], str] = field(default_factory=dict)

    @classmethod
    def of(cls, user: User, booking: Booking) -> "Reader":
        may_see_title = permissions.can_see_title(user, booking)
        return cls(
            may_see_guests=permissions.can_see_guests(user, booking),
            may_see_title=may_see_title,
            is_office=permissions.works_at(user, booking.site_id, *permissions.OFFICE),
            # What was asked and answered is about the request, which a hidden topic is a part of.
            texts=said_at(booking) if may_see_title else {},
        )


def lines_of(entries: Iterable[BookingLog], booking: Booking, user: User) -> list[Line]:
    reader = Reader.of(user, booking)
    return [
        Line(
            at=entry.at,
            # What happens by itself, such as an offer that ran out, has nobody's name.
            actor=str(entry.actor) if entry.actor else "",
            verb=_("Slot offered") if entry.changes.get("slot") else verb_name(entry.verb),
            differences=changed(entry, booking, reader),
            details=list(_details(entry, booking, reader)),
            screen=entry.changes.get("at_door", ""),
        )
        for entry in entries
    ]


def changed(entry: BookingLog, booking: Booking, reader: Reader) -> list[Difference]:
    seen = {"may_see_guests": reader.may_see_guests, "may_see_title": reader.may_see_title}
    return differences(entry.changes, booking.site, **seen)


def _details(entry: BookingLog, booking: Booking, reader: Reader) -> Iterator[str]:
    facts = entry.changes
    if entry.verb in SPOKEN and (entry.verb, entry.at) in reader.texts:
        yield reader.texts[entry.verb, entry.at]
    if entry.verb in APPROVING and facts.get("rule"):
        yield _("Approved by a rule of the site.")
    if entry.verb == Verb.OFFER:
        yield from _offered(facts, booking)
    if reason := {Verb.DECLINE: booking.decline_reason, Verb.CANCEL: booking.cancel_reason}.get(entry.verb, ""):
        yield _("Reason: %(reason)s") % {"reason": reason}
    # Whose request it was is for those who decide.
    if reader.is_office and facts.get("outbid"):
        yield _("Kept waiting for the same room: %(refs)s") % {"refs": listed(facts["outbid"])}
    if reader.may_see_guests:
        yield from (str(BOOKING_MESSAGES[code]) for code in facts.get("remarks", ()) if code in BOOKING_MESSAGES)


def _offered(facts: dict[str, Any], booking: Booking) -> Iterator[str]:
    zone = booking.site.zone
    start, end, until = (instant_of(str(facts.get(name, ""))) for name in ("start", "end", "held_until"))
    if start and end:
        yield f"{facts.get('room', '')} · {format_period(start, end, zone)}"
    if until:
        yield _("held until %(until)s") % {"until": format_moment(until, zone)}
