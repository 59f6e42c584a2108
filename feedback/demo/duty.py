"""The demo's roster: usual shifts, this week published, and one of each that waits for a word."""

from datetime import datetime, timedelta

from django.db.models import Q

from rooms.models import Site
from rooms.selectors import at_wall, day_bounds, site_today
from staff.models import Leave, Notice, OpenShift, Shift, ShiftSwap, User
from staff.pattern_times import walls_of
from staff.roles import Role
from staff.services.leave import request_leave
from staff.services.open_shifts import publish_open_shift
from staff.services.rosters import drafts_of_week, publish_week
from staff.services.swaps import accept_swap, offer_swap
from staff.working_time import monday_of

DAY = timedelta(days=1)


def bring_back_roster(site: Site, people: dict[str, User], now: datetime) -> None:
    today = site_today(site, now)
    told = Q(code__startswith="leave_") | Q(code__startswith="swap_") | Q(code__startswith="open_shift_")
    Notice.objects.filter(told, recipient__in=people.values()).delete()
    if drafts_of_week(site, monday_of(today)):
        publish_week(site=site, on=today, actor=people["manager"], now=now)
    for rows in (Leave.objects.filter(user__in=people.values()), OpenShift.objects.filter(site=site)):
        rows.delete()
    ShiftSwap.objects.filter(giver__in=people.values()).delete()
    friday = today - today.weekday() * DAY + 11 * DAY
    start, end = day_bounds(site, friday)
    facts = {"kind": Leave.Kind.LEAVE, "note": "孩子家长会", "actor": people["staff3"], "now": now}
    request_leave(user=people["staff3"], start=start, end=end, **facts)
    begins, ends = walls_of([["09:00", "17:00"]])[0]
    times = {"start": at_wall(site, friday + DAY, begins), "end": at_wall(site, friday + DAY, ends)}
    publish_open_shift(site=site, role=Role.SERVICE_STAFF, places=2, actor=people["manager"], now=now, **times)
    offer_a_swap(people, now)


def offer_a_swap(people: dict[str, User], now: datetime) -> None:
    """A late shift for the early one of the same day, where both have one ahead."""
    late, early = (coming(people[name], now) for name in ("staff4", "staff1"))
    day = next((on for on in late if on in early), None)
    if day is None:
        return
    swap = offer_swap(shift_id=late[day], giver=people["staff4"], colleague=people["staff1"], now=now)
    accept_swap(swap_id=swap.pk, taker=people["staff1"], given_id=early[day], now=now)


def coming(user: User, now: datetime) -> dict[object, int]:
    """Their published shifts that have not begun, by day."""
    rows = Shift.objects.published().filter(user=user, during__startswith__gt=now).order_by("during")
    return {shift.during.upper.astimezone(user.zone).date(): shift.pk for shift in rows}
