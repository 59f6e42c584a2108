"""Taking back a decision at once: for a few seconds, by whoever took it.

What leaves the house waits that long, so an undone decision is mailed to nobody. Its notices in the app go as they
came; who has read one, or whose message was already on its way, gets a correction.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from bookings.errors import BookingError, EquipmentTaken, RoomTaken
from bookings.models import Booking, BookingLog, Offer, SeriesDate, WaitingPlace
from bookings.selectors.competing import waiting_for
from bookings.services import occupancy
from bookings.services.data import data_of, with_changes
from bookings.services.decisions import UNDO_WITHIN
from bookings.services.record import booking_verb, lock_booking, log
from bookings.services.series.record import lock_bookings, lock_series
from bookings.services.series.spaces import lock_rooms_of, release_all
from bookings.services.together import lock_others
from bookings.signals import booking_released
from bookings.transitions import Verb
from staff.models import Delivery, Notice, User
from staff.services.notices import Draft, notify_all
from staff.services.recall import recall_notices

DECISIONS = (Verb.APPROVE.value, Verb.DECLINE.value)
TOLD = ("booking_approved", "booking_declined", "booking_outbid", "series_approved", "series_declined", "series_outbid")
# In an entry's changes: the decision was one on all dates of a series.
IS_ONE = "series"


@booking_verb
def undo_decision(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """Put the request back to where it was before the approval or decline.

    All rooms decided together with it go back as well, and all dates of a series that was decided as one.

    In this order: lock, find the decision, give the rooms back, restore state and offer, log, let the plan follow,
    recall what was told. Raises `undo_gone` when it is not the actor's, too old, or not the last thing that happened
    to each of its rooms.
    """
    lock_others(booking_id, Verb.UNDO)
    _lock_series(booking_id)
    booking = lock_booking(booking_id, Verb.UNDO)
    entry = _decision(booking, actor, now)
    decided = [(booking, entry), *_with_it(booking, entry)]
    release_all([each for each, _ in decided])
    for each, its_entry in decided:
        _take_back(each, its_entry, actor, now)
    if IS_ONE in entry.changes:
        SeriesDate.objects.filter(booking__in=[each.pk for each, _ in decided]).update(reason="")
    _recall([each for _, each in decided], now)
    return booking


def _lock_series(booking_id: int) -> None:
    """Where the last that was said of the booking was said of its series: that, its bookings, and their spaces."""
    last = BookingLog.objects.filter(booking=booking_id).select_related("booking").order_by("at", "pk").last()
    if last and IS_ONE in last.changes and last.booking.series_id:
        lock_rooms_of(lock_bookings(lock_series(last.booking.series_id)))


def _decision(booking: Booking, actor: User, now: datetime) -> BookingLog:
    last = booking.log.order_by("at", "pk").last()
    is_mine = last is not None and last.verb in DECISIONS and last.actor_id == actor.pk
    if last is None or not is_mine or now - last.at > UNDO_WITHIN:
        raise BookingError("undo_gone")
    return last


def _with_it(booking: Booking, entry: BookingLog) -> list[tuple[Booking, BookingLog]]:
    """What the same decision was taken on, none of which has moved on since.

    The other rooms of the request; or the other dates of the series, of which some may have been left out.
    """
    if IS_ONE in entry.changes:
        same = Q(booking__series=booking.series_id, changes__has_key=IS_ONE, verb__in=DECISIONS)
    elif booking.group_id:
        same = Q(booking__group=booking.group_id, verb=entry.verb)
    else:
        return []
    others = BookingLog.objects.filter(same, actor=entry.actor_id, at=entry.at).exclude(booking=booking)
    members = {pk: lock_booking(pk) for pk in others.order_by("booking").values_list("booking", flat=True).distinct()}
    of_members = BookingLog.objects.filter(booking__in=members).order_by("booking_id", "-at", "-pk")
    lasts = {each.booking_id: each for each in of_members.distinct("booking_id")}
    decision = (entry.actor_id, entry.at)
    if any(each.verb not in DECISIONS or (each.actor_id, each.at) != decision for each in lasts.values()):
        raise BookingError("undo_gone")
    return [(members[pk], lasts[pk]) for pk in members]


def _take_back(booking: Booking, entry: BookingLog, actor: User, now: datetime) -> None:
    was_approved = booking.status == Booking.Status.APPROVED
    _restore(booking, entry)
    log(booking, Verb.UNDO, actor=actor, now=now, before=entry.to_status, changes={"undone": entry.pk})
    _restore_offer(booking, entry, now)
    if was_approved:
        _forget_line(booking, entry)
        is_many = IS_ONE in entry.changes
        booking_released.send(sender=Booking, booking=booking, actor=actor, now=now, is_one_of_many=is_many)


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
    out = set(Delivery.objects.filter(notice__in=kept).values_list("notice", flat=True))
    groups = dict(Booking.objects.filter(ref__in=refs).values_list("ref", "group"))
    by_request: dict[tuple[int, str | int], list[Notice]] = defaultdict(list)
    for notice in sorted(kept, key=lambda each: str(each.params["ref"])):
        ref = notice.params["ref"]
        by_request[notice.recipient_id, groups.get(ref) or ref].append(notice)
    notify_all(drafts=[_correction(notices, entries[0], out) for notices in by_request.values()], now=now)


def _correction(notices: Sequence[Notice], entry: BookingLog, out: Collection[int]) -> Draft:
    first = notices[0]
    code = "series_decision_undone" if first.code.startswith("series_") else "booking_decision_undone"
    draft = Draft(first.recipient, code, first.params, first.url, f"{code}:{first.pk}", event=f"{code}:{entry.pk}")
    if len(notices) > 1:
        draft = replace(draft, params={**first.params, "room": [notice.params["room"] for notice in notices]})
    # Mailed only to whom the first message may have reached outside the house.
    return replace(draft, mail=any(notice.pk in out for notice in notices))
