"""Swaps: a shift offered, accepted by a colleague, approved, carried out. Never more than the shifts that are named.

Locks are taken in one order: the people by id, then the swap, then the shifts by id.
"""

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.refusals import refusing
from staff.duty_news import period
from staff.errors import StaffError
from staff.exchange_news import tell_accepted, tell_offer, tell_swap
from staff.models import Shift, ShiftSwap, User
from staff.roles import DUTY_ROLES
from staff.services.shifts import (
    leave_trace,
    locked_shift,
    overlap_refused,
    queue_for,
    record_shift,
    refuse_absent,
)
from staff.services.working_time import held_to_rules
from staff.working_time_reads import rules_of

State = ShiftSwap.State


def offer_swap(*, shift_id: int, giver: User, colleague: User | None, now: datetime) -> ShiftSwap:
    """Raises `swap_open` where the shift is on offer already."""
    with transaction.atomic():
        shift = locked_shift(shift_id)
        refuse_unswappable(shift, giver, now)
        if colleague is not None:
            refuse_unfit(giver, colleague)
        facts = {"shift": shift, "during": shift.during, "giver": giver, "colleague": colleague, "asked_at": now}
        with refusing({"shift_swap_open_once": "swap_open"}, StaffError):
            swap = ShiftSwap.objects.create(site=shift.site, **facts)
        tell_offer(swap, now)
    return swap


def accept_swap(*, swap_id: int, taker: User, given_id: int | None, now: datetime) -> ShiftSwap:
    """Holds at once where the site asks for no approval; else it waits, after a look whether it would do."""
    with transaction.atomic(), overlap_refused():
        swap = locked_swap(swap_id, taker)
        if swap.state != State.OFFERED:
            raise StaffError("swap_settled")
        if swap.colleague_id not in (None, taker.pk):
            raise StaffError("swap_not_yours")
        refuse_unfit(swap.giver, taker)
        given = Shift.objects.select_related("user", "site").filter(pk=given_id).first() if given_id else None
        if given_id:
            refuse_unswappable(given, taker, now)
        swap.taker, swap.accepted_at, swap.given = taker, now, given
        swap.given_during = given.during if given else None
        if rules_of(swap.site).swaps_need_approval:
            rehearse(swap, now)
            swap.state = State.ACCEPTED
            swap.save()
            tell_accepted(swap, now)
        else:
            carry_out(swap, taker, now)
    return swap


def approve_swap(*, swap_id: int, actor: User, now: datetime) -> ShiftSwap:
    """Rules and leave are looked at again: days may lie between the word of the colleague and this one."""
    with transaction.atomic(), overlap_refused():
        swap = locked_swap(swap_id)
        if swap.state != State.ACCEPTED:
            raise StaffError("swap_settled")
        carry_out(swap, actor, now)
    return swap


@transaction.atomic
def decline_swap(*, swap_id: int, actor: User, now: datetime) -> None:
    swap = locked_swap(swap_id)
    if not swap.is_open:
        raise StaffError("swap_settled")
    settle(swap, State.DECLINED, actor, now)
    tell_swap(swap, "swap_declined", [swap.giver, swap.taker], now)


@transaction.atomic
def withdraw_swap(*, swap_id: int, actor: User, now: datetime) -> None:
    """By the giver, until it is carried out."""
    swap = locked_swap(swap_id)
    if not swap.is_open:
        raise StaffError("swap_settled")
    settle(swap, State.WITHDRAWN, actor, now)
    tell_swap(swap, "swap_withdrawn", [swap.taker or swap.colleague], now)


def settle(swap: ShiftSwap, state: str, actor: User, now: datetime) -> None:
    swap.state, swap.decided_by, swap.decided_at = state, actor, now
    swap.save(update_fields=["state", "decided_by", "decided_at"])


def rehearse(swap: ShiftSwap, now: datetime) -> None:
    """What would refuse it, said to whoever accepts and not days later."""
    with transaction.atomic():
        exchange(swap, None, now)
        transaction.set_rollback(True)


def carry_out(swap: ShiftSwap, actor: User, now: datetime) -> None:
    exchange(swap, actor, now)
    swap.state, swap.decided_by, swap.decided_at = State.DONE, actor, now
    swap.save()
    people = [each for each in (swap.giver, swap.taker) if each is not None and each.pk != actor.pk]
    tell_swap(swap, "swap_done", people, now)


def exchange(swap: ShiftSwap, actor: User | None, now: datetime) -> None:
    taker = swap.taker
    assert taker is not None  # noqa: S101 - set by whoever accepts
    moves = [(still_as_offered(swap.shift_id, swap.during, swap.giver, now), taker)]
    if swap.given_during is not None:
        moves.append((still_as_offered(swap.given_id, swap.given_during, taker, now), swap.giver))
    spans = [(shift.during.lower, shift.during.upper) for shift, _to in moves]
    with held_to_rules([swap.giver, taker], swap.site, spans):
        pass_all(moves, actor, now)
    for (_shift, to), span in zip(moves, spans, strict=True):
        refuse_absent(to, [span])


def still_as_offered(shift_id: int | None, during: DateTimeTZRange, owner: User, now: datetime) -> Shift:
    """Behind its owner's lock. One moved, shortened, removed or passed on is not the shift that was spoken of."""
    rows = Shift.objects.select_for_update(of=("self",)).select_related("user", "site")
    shift = rows.filter(pk=shift_id or 0, user=owner, during=during).first()
    if shift is None:
        raise StaffError("swap_shift_changed")
    refuse_unswappable(shift, owner, now)
    return shift


def pass_all(found: list[tuple[Shift, User]], actor: User | None, now: datetime) -> None:
    """In one statement, so that shifts of the same hours may cross."""
    for shift, to in found:
        bounds = list(period(shift.during.lower, shift.during.upper).values())
        record_shift(shift, "shift_removed", {"during": [bounds, None]}, actor, now)
        leave_trace(shift, now)
        shift.user, shift.version, shift.changed_at = to, shift.version + 2, now
        record_shift(shift, "shift_created", {"during": [None, bounds]}, actor, now)
    Shift.objects.bulk_update([shift for shift, _to in found], ["user", "version", "changed_at"])


def refuse_unswappable(shift: Shift | None, owner: User, now: datetime) -> None:
    """Only one's own, published, and not begun."""
    if shift is None or shift.user_id != owner.pk or shift.is_draft:
        raise StaffError("shift_gone")
    if shift.during.lower <= now:
        raise StaffError("shift_begun")


def refuse_unfit(giver: User, taker: User) -> None:
    """Somebody else of the same site and duty."""
    shared = giver.roles & taker.roles & {*DUTY_ROLES}
    if taker.pk == giver.pk or taker.site_id != giver.site_id or not taker.is_active or not shared:
        raise StaffError("swap_unfit")


def locked_swap(swap_id: int, *others: User) -> ShiftSwap:
    rows = ShiftSwap.objects.select_related("giver", "colleague", "taker", "site")
    found = rows.filter(pk=swap_id).first()
    if found is None:
        raise StaffError("swap_settled")
    queue_for(*[each for each in (found.giver, found.taker, *others) if each is not None])
    swap = rows.select_for_update(of=("self",)).get(pk=swap_id)
    # Accepted meanwhile by somebody whose lock is not held.
    if swap.taker_id not in {None, found.taker_id, *(other.pk for other in others)}:
        raise StaffError("swap_settled")
    return swap
