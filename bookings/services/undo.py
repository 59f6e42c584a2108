"""Taking back a decision at once: for a few seconds, by whoever took it.

What leaves the house waits that long, so an undone decision is mailed to nobody. Its notices in the app go as they
came; who has read one, or whose message was already on its way, gets a correction.
"""

from datetime import datetime

from bookings.errors import BookingError, EquipmentTaken, RoomTaken
from bookings.models import Booking, BookingLog, Offer, WaitingPlace
from bookings.selectors.competing import waiting_for
from bookings.services import occupancy
from bookings.services.data import data_of, with_changes
from bookings.services.decisions import UNDO_WITHIN
from bookings.services.record import booking_verb, lock_booking, log
from bookings.signals import booking_released
from bookings.transitions import Verb, target_of
from staff.models import User
from staff.services.notices import Draft, notify_all
from staff.services.recall import recall_notices

DECISIONS = (Verb.APPROVE.value, Verb.DECLINE.value)
TOLD = ("booking_approved", "booking_declined", "booking_outbid")


@booking_verb
def undo_decision(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """Put the request back to where it was before the approval or decline.

    In this order: lock, find the decision, give the room back, restore state and offer, log, let the plan follow,
    recall what was told. Raises `undo_gone` when it is not the actor's, too old, or not the last thing that happened.
    """
    booking = lock_booking(booking_id)
    target_of(booking.status, Verb.UNDO)
    entry = _decision(booking, actor, now)
    was_approved = booking.status == Booking.Status.APPROVED
    occupancy.release(booking)
    _restore(booking, entry)
    changes = {"undone": entry.pk}
    log(booking, Verb.UNDO, actor=actor, now=now, before=entry.to_status, changes=changes)
    _restore_offer(booking, entry, now)
    if was_approved:
        _forget_line(booking, entry)
        booking_released.send(sender=Booking, booking=booking, actor=actor, now=now)
    _recall(entry, now)
    return booking


def _decision(booking: Booking, actor: User, now: datetime) -> BookingLog:
    last = booking.log.order_by("at", "pk").last()
    is_mine = last is not None and last.verb in DECISIONS and last.actor_id == actor.pk
    if last is None or not is_mine or now - last.at > UNDO_WITHIN:
        raise BookingError("undo_gone")
    return last


def _restore(booking: Booking, entry: BookingLog) -> None:
    booking.status = entry.from_status
    booking.decided_at = booking.decided_by = None
    booking.decline_reason = ""
    booking.save(update_fields=["status", "decided_at", "decided_by", "decline_reason"])


def _restore_offer(booking: Booking, entry: BookingLog, now: datetime) -> None:
    """An offer that the decision withdrew is held again, unless somebody has the room or what it needs by now."""
    offer = Offer.objects.filter(pk=entry.changes.get("offer"), held_until__gt=now).select_related("room").first()
    if offer is None:
        return
    place = {"room": offer.room, "start_at": offer.start_at, "end_at": offer.end_at}
    try:
        occupancy.occupy_offer(offer, with_changes(data_of(booking), place))
    except (RoomTaken, EquipmentTaken):
        return
    offer.state = Offer.State.OPEN
    offer.save(update_fields=["state"])
    if offer.offered_by_id is None:
        places = booking.waiting_places.filter(state=WaitingPlace.State.WAITING)
        places.update(state=WaitingPlace.State.OFFERED)


def _forget_line(booking: Booking, entry: BookingLog) -> None:
    """Who lined up behind the approval competes again, as before it."""
    rivals = waiting_for(booking.room, booking.occupied_from, booking.occupied_until).values("pk")
    since = WaitingPlace.objects.filter(booking__in=rivals, since_at__gte=entry.at, state=WaitingPlace.State.WAITING)
    since.update(state=WaitingPlace.State.LEFT)


def _recall(entry: BookingLog, now: datetime) -> None:
    kept = recall_notices(keys=[f"{code}:{entry.pk}" for code in TOLD], now=now)
    code = "booking_decision_undone"
    # Mailed only to whom the first message may have reached outside the house.
    drafts = [
        Draft(
            notice.recipient,
            code,
            notice.params,
            notice.url,
            f"{code}:{notice.pk}",
            mail=notice.deliveries.exists(),
            event=f"{code}:{entry.pk}",
        )
        for notice in kept
    ]
    notify_all(drafts=drafts, now=now)
