"""Taking back a decision at once: for a few seconds, by whoever took it.

What leaves the house waits that long, so an undone decision is mailed to nobody. Its notices in the app go as they
came; who has read one, or whose message was already on its way, gets a correction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bookings.errors import BookingError, EquipmentTaken, RoomTaken
from bookings.models import Booking, BookingLog, Offer, WaitingPlace
from bookings.selectors.competing import waiting_for
from bookings.services import occupancy
from bookings.services.data import data_of, with_changes
from bookings.services.decisions import UNDO_WITHIN
from bookings.services.record import booking_verb, lock_booking, log
from bookings.services.together import lock_others
from bookings.signals import booking_released
from bookings.transitions import Verb, target_of
from staff.models import Notice, User
from staff.services.notices import Draft, notify_all
from staff.services.recall import recall_notices

DECISIONS = (Verb.APPROVE.value, Verb.DECLINE.value)
TOLD = ("booking_approved", "booking_declined", "booking_outbid")


@booking_verb
def undo_decision(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """Put the request back to where it was before the approval or decline, with all rooms decided together with it.

    In this order: lock, find the decision, give the rooms back, restore state and offer, log, let the plan follow,
    recall what was told. Raises `undo_gone` when it is not the actor's, too old, or not the last thing that happened
    to each of its rooms.
    """
    lock_others(booking_id, Verb.UNDO)
    booking = lock_booking(booking_id)
    target_of(booking.status, Verb.UNDO)
    entry = _decision(booking, actor, now)
    decided = [(booking, entry), *_with_it(booking, entry)]
    for each, _ in decided:
        occupancy.release(each)
    for each, its_entry in decided:
        _take_back(each, its_entry, actor, now)
    _recall([each for _, each in decided], now)
    return booking


def _decision(booking: Booking, actor: User, now: datetime) -> BookingLog:
    last = booking.log.order_by("at", "pk").last()
    is_mine = last is not None and last.verb in DECISIONS and last.actor_id == actor.pk
    if last is None or not is_mine or now - last.at > UNDO_WITHIN:
        raise BookingError("undo_gone")
    return last


def _with_it(booking: Booking, entry: BookingLog) -> list[tuple[Booking, BookingLog]]:
    """The other rooms of the request that the same decision was taken on, none of which has moved on since."""
    if booking.group_id is None:
        return []
    same = {"verb": entry.verb, "actor": entry.actor_id, "at": entry.at}
    others = BookingLog.objects.filter(booking__group=booking.group_id, **same).exclude(booking=booking)
    found = []
    for pk in others.order_by("booking").values_list("booking", flat=True).distinct():
        member = lock_booking(pk)
        last = member.log.order_by("at", "pk").last()
        if last is None or (last.verb, last.actor_id, last.at) != tuple(same.values()):
            raise BookingError("undo_gone")
        found.append((member, last))
    return found


def _take_back(booking: Booking, entry: BookingLog, actor: User, now: datetime) -> None:
    was_approved = booking.status == Booking.Status.APPROVED
    _restore(booking, entry)
    log(booking, Verb.UNDO, actor=actor, now=now, before=entry.to_status, changes={"undone": entry.pk})
    _restore_offer(booking, entry, now)
    if was_approved:
        _forget_line(booking, entry)
        booking_released.send(sender=Booking, booking=booking, actor=actor, now=now)


def _restore(booking: Booking, entry: BookingLog) -> None:
    booking.status = entry.from_status
    booking.decided_at = booking.decided_by = None
    booking.decline_reason = ""
    # Calendars have seen the decision.
    booking.version += 1
    booking.save(update_fields=["status", "decided_at", "decided_by", "decline_reason", "version"])


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


def _recall(entries: Sequence[BookingLog], now: datetime) -> None:
    """One correction for each person and request, however many of its rooms they were told of."""
    kept = recall_notices(keys=[f"{code}:{entry.pk}" for entry in entries for code in TOLD], now=now)
    refs = {notice.params["ref"] for notice in kept}
    groups = dict(Booking.objects.filter(ref__in=refs).values_list("ref", "group"))
    by_request: dict[tuple[int, str | int], list[Notice]] = defaultdict(list)
    for notice in sorted(kept, key=lambda each: str(each.params["ref"])):
        ref = notice.params["ref"]
        by_request[notice.recipient_id, groups.get(ref) or ref].append(notice)
    notify_all(drafts=[_correction(notices, entries[0]) for notices in by_request.values()], now=now)


def _correction(notices: Sequence[Notice], entry: BookingLog) -> Draft:
    first, code = notices[0], "booking_decision_undone"
    draft = Draft(first.recipient, code, first.params, first.url, f"{code}:{first.pk}", event=f"{code}:{entry.pk}")
    if len(notices) > 1:
        draft = replace(draft, params={**first.params, "room": [notice.params["room"] for notice in notices]})
    # Mailed only to whom the first message may have reached outside the house.
    return replace(draft, mail=any(notice.deliveries.exists() for notice in notices))
