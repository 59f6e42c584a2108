"""The applicant's verbs: request, submit, change, cancel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import unwrap
from typing import Any

from django.db import transaction

from bookings.deciders import deciders_of
from bookings.errors import BookingError, EquipmentTaken, NeedsNewDecision, RoomTaken
from bookings.models import ApprovalRule, Booking, BookingLog, WaitingPlace
from bookings.selectors.remarks import remarks_on
from bookings.services import occupancy
from bookings.services.data import (
    COLUMNS,
    FIELDS,
    LISTS,
    BookingData,
    data_of,
    difference,
    is_substantial,
    tidied,
    with_changes,
    write,
    write_lists,
)
from bookings.services.decisions import approve_booking
from bookings.services.offers import withdraw_open_offer
from bookings.services.policy import check_policy, rules_for
from bookings.services.record import booking_verb, lock_booking, log, step, tell, tell_own_calendar
from bookings.services.refs import next_ref
from bookings.services.together import TIMES, lock_others, rooms_in
from bookings.services.validation import check_data, check_text
from bookings.services.waiting import line_up
from bookings.signals import booking_changed, booking_released
from bookings.transitions import Verb
from staff.models import User

Status = Booking.Status

# What decides when and where the room is taken.
PLACE = frozenset({"room", "start_at", "end_at", "layout"})
# What an offer was measured against; it no longer fits when one of these changes.
MEASURE = PLACE | {"headcount", "equipment", "microphones"}
REASON_LIMIT = 500
# What an approval writes of the booking.
APPROVED = ("status", "decided_at", "decided_by", "version")


@dataclass(frozen=True)
class ChangeResult:
    booking: Booking
    changes: dict[str, list[Any]]
    reopened: bool
    # The approval stands, since a rule covers the booking as it is now.
    by_rule: bool = False


@dataclass(frozen=True)
class Draft:
    """A booking as the change would have it, unsaved."""

    booking: Booking
    stored: dict[str, list[Any]]
    new: BookingData
    # An approval of the old does not cover the new.
    reopens: bool


@booking_verb
def request_booking(*, data: BookingData, actor: User, now: datetime, announce: bool = True, **facts: Any) -> Booking:
    """A new booking: a draft, or at once a request; `make_booking` takes the `facts` and raises what is wrong.

    A request that fits a rule of its site is approved at once. Without `announce` the caller tells the deciders.
    """
    booking, entry = make_booking(data=data, actor=actor, now=now, **facts)
    if booking.status != Status.DRAFT:
        ask_deciders([(booking, entry)], now=now, announce=announce)
    return booking


def make_booking(
    *,
    data: BookingData,
    actor: User,
    now: datetime,
    submit: bool = True,
    wait: bool = False,
    applicant: User | None = None,
    external_id: str = "",
) -> tuple[Booking, BookingLog]:
    """Written, but before nobody yet. Raises `InvalidBooking` or `RoomTaken`.

    It is the actor's own unless they bring in somebody else's. With `wait`, a room that is taken puts the request into
    the waiting list instead of refusing it.
    """
    data = tidied(data)
    check_data(data, now=now)
    status = Status.REQUESTED if submit else Status.DRAFT
    booking = Booking(applicant=applicant or actor, status=status, external_id=external_id)
    write(booking, data)
    occupancy.freeze_minutes(booking)
    must_wait = False
    if submit:
        booking.requested_at = now
        booking.exceptions = check_policy(data, now=now)
        must_wait = _must_wait(booking, wait=wait)
    booking.ref = next_ref(data.start_at, data.room.site.zone)
    booking.save()
    # A new booking has no rows to take away.
    write_lists(booking, data, tuple(name for name in LISTS if getattr(data, name)))
    # It has no guests but those of the data.
    remarks = _remarks(booking) if data.guests else {}
    entry = log(booking, Verb.REQUEST, actor=actor, now=now, before="", changes=remarks)
    if must_wait:
        line_up(booking, actor=actor, now=now)
    return booking, entry


@booking_verb
def submit_booking(*, booking_id: int, actor: User, now: datetime) -> Booking:
    """With all rooms of its request, which go before the deciders together."""
    members = lock_others(booking_id, Verb.SUBMIT)
    sent = [_submit(pk, actor, now) for pk in (booking_id, *members)]
    ask_deciders(sent, now=now)
    return sent[0][0]


def ask_deciders(asked: Sequence[tuple[Booking, BookingLog]], *, now: datetime, announce: bool = True) -> None:
    """Approved at once where rules cover every room asked for, else before those who decide."""
    bookings = [booking for booking, _ in asked]
    rules = rules_for(bookings)
    if not (rules and _approved_by(rules, bookings, now)) and announce:
        for booking, entry in asked:
            tell_deciders(booking, entry)


def _approved_by(rules: Mapping[int, ApprovalRule], bookings: Sequence[Booking], now: datetime) -> bool:
    """All or none: where others have the equipment, a person decides."""
    occupancy.lock_spaces(*(booking.room_id for booking in bookings))
    try:
        with transaction.atomic():
            approved = [
                unwrap(approve_booking)(booking_id=booking.pk, actor=None, now=now, rule=rules[booking.pk])
                for booking in bookings
            ]
    except EquipmentTaken:
        return False
    for booking, done in zip(bookings, approved, strict=True):
        for name in APPROVED:
            setattr(booking, name, getattr(done, name))
    return True


@booking_verb
def change_booking(
    *,
    booking_id: int,
    changes: Mapping[str, Any],
    actor: User,
    now: datetime,
    version: int | None = None,
    may_reopen: bool = True,
    decides: bool = False,
) -> ChangeResult:
    """Store the difference; one of substance to an approved booking gives the room back and asks for a new decision.

    Where the actor is who would decide, as the caller knows, it `decides` at once, and so does a rule that covers what
    is new: approval, plan and people stay. A change of time is one of all rooms of the request.

    In this order: lock, check the state, check only the rules that the difference touches, write, follow with the
    occupancy or give it back, log, tell. A `version` must still be the booking's; without `may_reopen` a change that
    would give the approval back raises `NeedsNewDecision` instead.
    """
    if unknown := set(changes) - set(FIELDS):
        raise ValueError(f"not fields of a booking: {sorted(unknown)}")
    times = {name: changes[name] for name in TIMES if name in changes}
    members = lock_others(booking_id, Verb.CHANGE, *rooms_in(changes)) if times else []
    drafts = [_drafted(booking_id, changes, now=now, version=version)]
    shared = {name: changes[name] for name in (*TIMES, "exception_reason") if name in changes}
    drafts += [_drafted(pk, shared, now=now) for pk in members]
    reopening = [] if decides else [draft for draft in drafts if draft.reopens]
    rules = rules_for([draft.booking for draft in reopening])
    if reopening and not rules and not may_reopen:
        raise NeedsNewDecision
    results = [_carry_out(draft, rules, decides=decides, actor=actor, now=now) for draft in drafts]
    return results[0]


@booking_verb
def cancel_booking(*, booking_id: int, actor: User, now: datetime, reason: str = "") -> Booking:
    booking = lock_booking(booking_id, Verb.CANCEL)
    before = booking.status
    booking.cancel_reason = check_text("reason", reason, limit=REASON_LIMIT, required=False)
    withdraw_open_offer(booking)
    occupancy.release(booking)
    entry = step(booking, Verb.CANCEL, actor=actor, now=now, fields=("cancel_reason",))
    if before == Status.APPROVED:
        booking_released.send(sender=Booking, booking=booking, actor=actor, now=now)
    if before != Status.DRAFT:
        people = [booking.applicant, *deciders_of(booking)]
        tell(people, "booking_cancelled", booking=booking, entry=entry, mail=True, reason=booking.cancel_reason)
        tell_own_calendar(booking, entry)
    return booking


def tell_deciders(booking: Booking, entry: BookingLog, code: str = "booking_requested") -> None:
    people = deciders_of(booking)
    tell(people, code, booking=booking, entry=entry, applicant=str(booking.applicant), headcount=booking.headcount)


def _submit(booking_id: int, actor: User, now: datetime) -> tuple[Booking, BookingLog]:
    booking = lock_booking(booking_id, Verb.SUBMIT)
    data = data_of(booking)
    check_data(data, now=now)
    booking.exceptions = check_policy(data, now=now)
    occupancy.freeze_minutes(booking)
    occupancy.refuse_if_taken(booking)
    booking.requested_at, booking.read_at = now, None
    fields = ("requested_at", "read_at", "exceptions", "setup_minutes", "teardown_minutes")
    return booking, step(booking, Verb.SUBMIT, actor=actor, now=now, fields=fields, changes=_remarks(booking))


def _must_wait(booking: Booking, *, wait: bool) -> bool:
    try:
        occupancy.refuse_if_taken(booking)
    except RoomTaken:
        if wait:
            return True
        raise
    return False


def _drafted(booking_id: int, changes: Mapping[str, Any], *, now: datetime, version: int | None = None) -> Draft:
    booking = lock_booking(booking_id, Verb.CHANGE)
    if version not in (None, booking.version):
        raise BookingError("changed_meanwhile")
    old = data_of(booking)
    new = with_changes(old, changes)
    stored = difference(old, new)
    if not stored:
        return Draft(booking, stored, new, reopens=False)
    check_data(new, now=now, changed=stored)
    is_sent = booking.status != Status.DRAFT
    booking.exceptions = check_policy(new, now=now, old=old, known=booking.exceptions, is_sent=is_sent)
    is_new = booking.status in Booking.HOLDING and is_substantial(old, new)
    if booking.status == Status.RUNNING and (is_new or PLACE & stored.keys()):
        raise BookingError("no_change_while_running")
    write(booking, new)
    if {"room", "layout"} & stored.keys():
        occupancy.freeze_minutes(booking)
    return Draft(booking, stored, new, reopens=is_new)


def _carry_out(
    draft: Draft, rules: Mapping[int, ApprovalRule], *, decides: bool, actor: User, now: datetime
) -> ChangeResult:
    booking, stored = draft.booking, draft.stored
    if not stored:
        return ChangeResult(booking, {}, reopened=False)
    rule = rules.get(booking.pk)
    reopened = draft.reopens and not decides and rule is None
    if rule:
        booking.decided_at, booking.decided_by = now, None
    _save_change(booking, draft.new, tuple(stored))
    _follow(booking, stored=stored, reopened=reopened)
    entry = _log_change(booking, stored, rule, reopened=reopened, actor=actor, now=now)
    _tell_of_change(booking, entry, stored, reopened=reopened, now=now)
    return ChangeResult(booking, stored, reopened, by_rule=rule is not None)


def _save_change(booking: Booking, data: BookingData, names: tuple[str, ...]) -> None:
    fields = {name for name in names if name in COLUMNS} | {"version", "exceptions", "decided_at", "decided_by"}
    if {"room", "layout"} & set(names):
        fields |= {"site", "setup_minutes", "teardown_minutes"}
    booking.version += 1
    booking.save(update_fields=sorted(fields))
    write_lists(booking, data, names)


def _follow(booking: Booking, *, stored: Mapping[str, Any], reopened: bool) -> None:
    """Have the occupancy say what the booking says now."""
    if reopened:
        occupancy.release(booking)
    if booking.status in Booking.PENDING or reopened:
        if MEASURE & stored.keys():
            withdraw_open_offer(booking)
        if PLACE & stored.keys():
            # The place in line was for the former room and time.
            booking.waiting_places.filter(state__in=WaitingPlace.OPEN).update(state=WaitingPlace.State.LEFT)
            occupancy.refuse_if_taken(booking)
    elif booking.status == Status.APPROVED and (PLACE | {"equipment"}) & stored.keys():
        occupancy.occupy(booking)


def _log_change(
    booking: Booking,
    stored: dict[str, Any],
    rule: ApprovalRule | None,
    *,
    reopened: bool,
    actor: User,
    now: datetime,
) -> BookingLog:
    if not reopened:
        changes = stored | ({"rule": rule.pk} if rule else {})
        return log(booking, Verb.CHANGE, actor=actor, now=now, before=booking.status, changes=changes)
    booking.requested_at, booking.read_at, booking.decided_at, booking.decided_by = now, None, None, None
    fields = ("requested_at", "read_at", "decided_at", "decided_by")
    return step(booking, Verb.REOPEN, actor=actor, now=now, fields=fields, changes=stored)


def _tell_of_change(
    booking: Booking, entry: BookingLog, stored: dict[str, Any], *, reopened: bool, now: datetime
) -> None:
    if reopened:
        booking_released.send(sender=Booking, booking=booking, actor=entry.actor, now=now, changes=stored)
        tell_deciders(booking, entry, "booking_reopened")
    else:
        booking_changed.send(sender=Booking, booking=booking, actor=entry.actor, now=now, changes=stored)
    tell([booking.applicant], "booking_changed", booking=booking, entry=entry, mail=True, actor=str(entry.actor))
    tell_own_calendar(booking, entry)


def _remarks(booking: Booking) -> dict[str, Any]:
    remarks = remarks_on(booking)
    return {"remarks": remarks} if remarks else {}
