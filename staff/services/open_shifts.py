"""Open shifts: published for a role, asked for by its people, granted place by place.

Locks are taken in one order: the person, then the open shift, then the request.
"""

from datetime import datetime

from django.db import transaction

from rooms.models import Site
from rooms.refusals import refusing
from staff.errors import StaffError
from staff.exchange_news import managers_of, tell_open
from staff.models import OpenShift, OpenShiftRequest, ShiftPattern, User
from staff.selectors import role_members
from staff.services.shifts import create_shifts, queue_for, range_of
from staff.working_time_reads import rules_of

State = OpenShiftRequest.State


@transaction.atomic
def publish_open_shift(
    *,
    site: Site,
    role: str,
    start: datetime,
    end: datetime,
    places: int,
    actor: User,
    now: datetime,
    pattern: ShiftPattern | None = None,
    is_on_call: bool = False,
    besides: User | None = None,
) -> OpenShift:
    """Who is named in `besides` knows why it is open, and is told otherwise."""
    if start <= now:
        raise StaffError("shift_begun")
    opened = OpenShift.objects.create(
        site=site,
        role=role,
        during=range_of(start, end),
        pattern=pattern,
        is_on_call=is_on_call,
        places=places,
        published_by=actor,
        published_at=now,
    )
    known = {actor.pk, besides.pk if besides else None}
    tell_open(opened, "open_shift_published", [each for each in role_members(site, role) if each.pk not in known], now)
    return opened


def ask_open_shift(*, open_shift_id: int, user: User, now: datetime) -> OpenShiftRequest:
    """Taken at once where the site asks for no approval; else it waits, after a look whether it would do."""
    with transaction.atomic():
        queue_for(user)
        opened = locked_open(open_shift_id)
        refuse_closed(opened, now)
        if opened.role not in user.roles or user.site_id != opened.site_id:
            raise StaffError("open_shift_role")
        request = asked(opened, user, now)
        if rules_of(opened.site).swaps_need_approval:
            rehearse(opened, user, now)
            tell_open(opened, "open_shift_asked", managers_of(opened.site, user), now, who=user)
        else:
            give(request, user, now)
    return request


def asked(opened: OpenShift, user: User, now: datetime) -> OpenShiftRequest:
    with refusing({"open_shift_asked_once": "open_shift_asked"}, StaffError):
        return OpenShiftRequest.objects.create(open_shift=opened, user=user, asked_at=now)


@transaction.atomic
def grant_open_shift(*, request_id: int, actor: User, now: datetime) -> OpenShiftRequest:
    """Leave, overlaps and bars are looked at again; the last place closes it for the others, who are told."""
    request = locked_request(request_id)
    refuse_closed(request.open_shift, now)
    give(request, actor, now)
    return request


@transaction.atomic
def decline_open_shift(*, request_id: int, actor: User, now: datetime) -> None:
    request = locked_request(request_id)
    settle(request, State.DECLINED, actor, now)
    tell_open(request.open_shift, "open_shift_declined", [request.user], now)


@transaction.atomic
def withdraw_open_request(*, request_id: int, actor: User, now: datetime) -> None:
    """One's wish; a shift that it became already is given away by a swap."""
    settle(locked_request(request_id), State.WITHDRAWN, actor, now)


@transaction.atomic
def withdraw_open_shift(*, open_shift_id: int, actor: User, now: datetime) -> None:
    """No further places; shifts that were granted stay."""
    opened = locked_open(open_shift_id)
    if opened.withdrawn_at is None:
        opened.withdrawn_at = now
        opened.save(update_fields=["withdrawn_at"])
        close_for_others(opened, "open_shift_withdrawn", actor, now)


def give(request: OpenShiftRequest, actor: User, now: datetime) -> None:
    opened = request.open_shift
    write_shift(opened, request.user, actor, now)
    settle(request, State.GRANTED, actor, now)
    if places_left(opened) == 0:
        close_for_others(opened, "open_shift_filled", actor, now)


def rehearse(opened: OpenShift, user: User, now: datetime) -> None:
    with transaction.atomic():
        write_shift(opened, user, user, now)
        transaction.set_rollback(True)


def write_shift(opened: OpenShift, user: User, actor: User, now: datetime) -> None:
    create_shifts(
        user=user,
        site=opened.site,
        spans=[(opened.during.lower, opened.during.upper)],
        pattern=opened.pattern,
        is_on_call=opened.is_on_call,
        actor=actor,
        now=now,
    )


def close_for_others(opened: OpenShift, code: str, actor: User, now: datetime) -> None:
    waiting = list(opened.requests.filter(state=State.ASKED).select_related("user"))
    opened.requests.filter(state=State.ASKED).update(state=State.DECLINED, decided_by=actor, decided_at=now)
    tell_open(opened, code, [each.user for each in waiting], now)


def settle(request: OpenShiftRequest, state: str, actor: User, now: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, actor, now
    request.save(update_fields=["state", "decided_by", "decided_at"])


def refuse_closed(opened: OpenShift, now: datetime) -> None:
    if opened.withdrawn_at is not None:
        raise StaffError("open_shift_closed")
    if opened.during.lower <= now:
        raise StaffError("shift_begun")
    if places_left(opened) == 0:
        raise StaffError("open_shift_full")


def places_left(opened: OpenShift) -> int:
    return max(0, opened.places - opened.requests.filter(state=State.GRANTED).count())


def locked_open(open_shift_id: int) -> OpenShift:
    rows = OpenShift.objects.select_for_update(of=("self",)).select_related("site", "pattern")
    found = rows.filter(pk=open_shift_id).first()
    if found is None:
        raise StaffError("open_shift_closed")
    return found


def locked_request(request_id: int) -> OpenShiftRequest:
    """One that still waits."""
    found = OpenShiftRequest.objects.select_related("user").filter(pk=request_id).first()
    if found is None:
        raise StaffError("open_shift_settled")
    queue_for(found.user)
    opened = locked_open(found.open_shift_id)
    request = OpenShiftRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=request_id)
    if request.state != State.ASKED:
        raise StaffError("open_shift_settled")
    request.open_shift = opened
    return request
