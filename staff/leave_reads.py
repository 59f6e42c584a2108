"""Leave as its pages list it: one's own, and what a site's managers decide on with what it would cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from rooms.models import Site
from staff.models import Leave, Shift, User

ENDED_SHOWN = 20


@dataclass(frozen=True)
class LeaveLine:
    leave: Leave
    shifts: list[Shift]
    # Of several people of one role the others who are away as well.
    others: list[str]


def leaves_of(user: User) -> QuerySet[Leave]:
    return Leave.objects.filter(user=user).select_related("decided_by").order_by("-during")


def leaves_waiting(site: Site) -> QuerySet[Leave]:
    return Leave.objects.filter(user__site=site, state=Leave.State.REQUESTED).select_related("user")


def leaves_ahead(site: Site, now: datetime) -> QuerySet[Leave]:
    """Granted, and not over yet."""
    ahead = DateTimeTZRange(now, None, "[)")
    rows = Leave.objects.filter(user__site=site, state=Leave.State.GRANTED, during__overlap=ahead)
    return rows.select_related("user", "decided_by")


def lines_of(leaves: Sequence[Leave]) -> list[LeaveLine]:
    """With the shifts each falls into and who else is away then, in two statements however many there are."""
    if not leaves:
        return []
    window = DateTimeTZRange(min(each.during.lower for each in leaves), max(each.during.upper for each in leaves), "[)")
    people = {each.user_id for each in leaves}
    shifts = list(Shift.objects.filter(user__in=people, during__overlap=window).order_by("during"))
    sites = {each.user.site_id for each in leaves}
    away = Leave.objects.filter(user__site__in=sites, state=Leave.State.GRANTED, during__overlap=window)
    granted = list(away.select_related("user").defer("note"))
    return [
        LeaveLine(
            each,
            [shift for shift in shifts if shift.user_id == each.user_id and meet(shift.during, each.during)],
            sorted({str(o.user) for o in granted if o.user_id != each.user_id and meet(o.during, each.during)}),
        )
        for each in leaves
    ]


def meet(one: DateTimeTZRange, other: DateTimeTZRange) -> bool:
    return one.lower < other.upper and other.lower < one.upper
