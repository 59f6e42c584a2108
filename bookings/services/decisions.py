"""The secretary's verbs, and the applicant's answer."""

from datetime import datetime, timedelta
from typing import Any

from bookings.deciders import deciders_of
from bookings.errors import BookingError
from bookings.models import ApprovalRule, Booking, BookingMessage, Offer
from bookings.services import occupancy
from bookings.services.offers import tell_outbid, withdraw_open_offer
from bookings.services.record import booking_verb, lock_booking, step, tell
from bookings.services.together import for_all_rooms
from bookings.services.validation import check_text
from bookings.signals import booking_approved
from bookings.transitions import Verb
from staff.models import User

REASON_LIMIT = 500
TEXT_LIMIT = 1000
DECIDED = ("decided_at", "decided_by")
# How long a decision may be taken back. The button shows for less: a click on its last moment has to arrive.
UNDO_WITHIN = timedelta(seconds=12)


@booking_verb
@for_all_rooms(Verb.APPROVE)
def approve_booking(*, booking_id: int, actor: User | None, now: datetime, rule: ApprovalRule | None = None) -> Booking:
    """Give the room to the request; whoever else asked for it is told. Raises `RoomTaken`.

    A person may take it back for some seconds, and until then no message leaves the house; with a `rule` nobody does.
    """
    booking = lock_booking(booking_id, Verb.APPROVE)
    if booking.end_at <= now:
        raise BookingError("too_late")
    offer = withdraw_open_offer(booking)
    occupancy.occupy(booking)
    booking.decided_at, booking.decided_by = now, actor
    entry = step(booking, Verb.APPROVE, actor=actor, now=now, fields=DECIDED)
    booking_approved.send(sender=Booking, booking=booking, actor=actor, now=now)
    not_before = None if rule else now + UNDO_WITHIN
    tell([booking.applicant], "booking_approved", booking=booking, entry=entry, mail=True, not_before=not_before)
    entry.changes = {"outbid": [loser.ref for loser in tell_outbid(booking, entry, not_before)]}
    entry.changes |= _withdrawn(offer) | ({"rule": rule.pk} if rule else {})
    entry.save(update_fields=["changes"])
    return booking


@booking_verb
@for_all_rooms(Verb.DECLINE)
def decline_booking(*, booking_id: int, reason: str, actor: User, now: datetime) -> Booking:
    booking = lock_booking(booking_id, Verb.DECLINE)
    booking.decline_reason = check_text("reason", reason, limit=REASON_LIMIT)
    changes = _withdrawn(withdraw_open_offer(booking))
    booking.decided_at, booking.decided_by = now, actor
    fields = ("decline_reason", *DECIDED)
    entry = step(booking, Verb.DECLINE, actor=actor, now=now, fields=fields, changes=changes)
    facts: dict[str, Any] = {"reason": booking.decline_reason, "not_before": now + UNDO_WITHIN}
    tell([booking.applicant], "booking_declined", booking=booking, entry=entry, mail=True, **facts)
    return booking


@booking_verb
def question_booking(*, booking_id: int, text: str, actor: User, now: datetime) -> Booking:
    booking = _say(booking_id, Verb.QUESTION, BookingMessage.Kind.QUESTION, text, actor=actor, now=now)
    entry = step(booking, Verb.QUESTION, actor=actor, now=now)
    tell([booking.applicant], "booking_questioned", booking=booking, entry=entry, mail=True, text=text.strip())
    return booking


@booking_verb
def answer_booking(*, booking_id: int, text: str, actor: User, now: datetime) -> Booking:
    booking = _say(booking_id, Verb.ANSWER, BookingMessage.Kind.ANSWER, text, actor=actor, now=now)
    # The answer is news that nobody has read.
    booking.read_at = None
    entry = step(booking, Verb.ANSWER, actor=actor, now=now, fields=("read_at",))
    asked = User.objects.filter(pk__in=booking.messages.filter(kind=BookingMessage.Kind.QUESTION).values("author"))
    people = [*asked, *deciders_of(booking)]
    tell(people, "booking_answered", booking=booking, entry=entry, text=text.strip())
    return booking


def _withdrawn(offer: Offer | None) -> dict[str, Any]:
    """Noted for an undo, which holds it again."""
    return {"offer": offer.pk} if offer else {}


def _say(booking_id: int, verb: Verb, kind: str, text: str, *, actor: User, now: datetime) -> Booking:
    booking = lock_booking(booking_id, verb)
    tidy = check_text("text", text, limit=TEXT_LIMIT)
    BookingMessage.objects.create(booking=booking, author=actor, at=now, kind=kind, text=tidy)
    return booking
