"""What is on offer: for one person, and for the managers who decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from rooms.models import Site
from rooms.ranges import Lower
from staff.models import OpenShift, OpenShiftRequest, Shift, ShiftSwap, User
from staff.roles import DUTY_ROLES

State, Asked = ShiftSwap.State, OpenShiftRequest.State
AHEAD = 100


@dataclass(frozen=True)
class OpenLine:
    opened: OpenShift
    left: int
    # The reader's own wish, or all that wait where a manager reads.
    mine: OpenShiftRequest | None
    waiting: list[OpenShiftRequest]
    granted: list[OpenShiftRequest]


@dataclass(frozen=True)
class MyExchange:
    offered: list[ShiftSwap]
    own: list[ShiftSwap]
    opened: list[OpenLine]
    # What they could give for a shift.
    own_shifts: list[Shift]
    colleagues: list[User]


def my_exchange(*, user: User, now: datetime) -> MyExchange:
    swaps = list(open_swaps(now).filter(site=user.site_id).filter(offered_to(user) | Q(giver=user) | Q(taker=user)))
    team = list(colleagues_of(user))
    peers = {each.pk for each in team}
    return MyExchange(
        offered=[
            each
            for each in swaps
            if each.state == State.OFFERED and each.giver_id != user.pk and each.giver_id in peers
        ],
        own=[each for each in swaps if user.pk in (each.giver_id, each.taker_id)],
        opened=open_lines(opened_ahead(user.site_id, now).filter(role__in=sorted(user.roles)), user),
        own_shifts=list(swappable(user, now)),
        colleagues=team,
    )


def offered_to(user: User) -> Q:
    return Q(colleague=None) | Q(colleague=user)


def open_swaps(now: datetime) -> QuerySet[ShiftSwap]:
    """Not carried out yet, of shifts that have not begun."""
    rows = ShiftSwap.objects.filter(state__in=[State.OFFERED, State.ACCEPTED]).alias(begins=Lower("during"))
    return rows.filter(begins__gt=now).select_related("giver", "taker", "colleague", "shift").order_by("begins", "pk")


def swaps_of_site(site: Site, now: datetime) -> QuerySet[ShiftSwap]:
    return open_swaps(now).filter(site=site)


def swappable(user: User, now: datetime) -> QuerySet[Shift]:
    rows = Shift.objects.published().filter(user=user).alias(begins=Lower("during"))
    return rows.filter(begins__gt=now).select_related("pattern").order_by("begins")[:AHEAD]


def colleagues_of(user: User) -> QuerySet[User]:
    roles = sorted(user.roles & {*DUTY_ROLES})
    rows = User.objects.filter(site=user.site_id, is_active=True, groups__name__in=roles)
    return rows.exclude(pk=user.pk).distinct()


def opened_ahead(site_id: int | None, now: datetime) -> QuerySet[OpenShift]:
    rows = OpenShift.objects.filter(site=site_id, withdrawn_at=None).alias(begins=Lower("during"))
    requests = OpenShiftRequest.objects.filter(state__in=[Asked.ASKED, Asked.GRANTED]).select_related("user")
    found = rows.filter(begins__gt=now).select_related("pattern").order_by("begins", "pk")
    return found.prefetch_related(Prefetch("requests", queryset=requests, to_attr="current"))


def open_lines(rows: QuerySet[OpenShift], reader: User | None) -> list[OpenLine]:
    return [open_line(each, each.current, reader) for each in rows[:AHEAD]]  # type: ignore[attr-defined] # prefetched


def open_line(opened: OpenShift, requests: Sequence[OpenShiftRequest], reader: User | None) -> OpenLine:
    granted = [each for each in requests if each.state == Asked.GRANTED]
    return OpenLine(
        opened=opened,
        left=max(0, opened.places - len(granted)),
        mine=next((each for each in requests if reader and each.user_id == reader.pk), None),
        waiting=[each for each in requests if each.state == Asked.ASKED],
        granted=granted,
    )


def waiting_count(site: Site, now: datetime) -> int:
    """Swaps and wishes that wait for a manager's word."""
    swaps = open_swaps(now).filter(site=site, state=State.ACCEPTED).count()
    asks = opened_ahead(site.pk, now).aggregate(count=Count("requests", filter=Q(requests__state=Asked.ASKED)))
    return swaps + (asks["count"] or 0)
