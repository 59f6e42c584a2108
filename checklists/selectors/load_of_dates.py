"""Where people do not suffice on the dates of a series, and which date is the worst; read once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from bookings.models import Booking
from checklists.selectors.load import QUARTER, Gap, RoleLoad, Wanted, Work, gaps_of, slots_of, work_of
from checklists.selectors.needs import item_titles, unrostered_roles
from checklists.selectors.roster import Roster, roster_of
from staff.roles import DUTY_ROLES, Role

# What is done before a meeting needs people too; and what others do around it may need the same ones.
BEFORE, AROUND = timedelta(minutes=60), timedelta(hours=2)
# Of a series of a whole year the next ones.
MOST_DATES = 60
Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class DateLoad:
    booking: Booking
    gaps: tuple[Gap, ...]
    # How many people more it would take, all requests of that time approved.
    missing: int
    # Nobody at all has a shift then: the roster is still to be made.
    has_roster: bool


@dataclass(frozen=True)
class SeriesLoad:
    dates: int
    short: tuple[DateLoad, ...]
    without_roster: int

    @property
    def worst(self) -> DateLoad | None:
        """The one that wants for most people; of several the longest, then the first."""
        return max(self.short, key=lambda each: (each.missing, length_of(each)), default=None)


def length_of(date: DateLoad) -> timedelta:
    return sum((gap.end - gap.start for gap in date.gaps), timedelta())


def load_of_dates(*, bookings: Sequence[Booking], now: datetime) -> SeriesLoad:
    """In a number of statements that does not grow with the dates; all of one site."""
    coming = sorted((each for each in bookings if each.end_at > now), key=lambda each: each.start_at)[:MOST_DATES]
    if not coming:
        return SeriesLoad(0, (), 0)
    site, windows = coming[0].site, {each.pk: window_of(each) for each in coming}
    near = reduce(or_, (Q(start_at__lt=until + AROUND, end_at__gt=since - AROUND) for since, until in windows.values()))
    wanted = work_of(site, Booking.objects.filter(near, site=site), now)
    titles, whole = item_titles(site), (coming[0].start_at - BEFORE, max(until for _since, until in windows.values()))
    skipped, roster = unrostered_roles(site, whole), roster_of(site, *whole)
    roles = [role for role in DUTY_ROLES if role.value not in skipped]
    found = [date_load(each, wanted, part_of(roster, windows[each.pk]), roles, titles) for each in coming]
    return SeriesLoad(
        dates=len(found),
        short=tuple(each for each in found if each.gaps and each.has_roster),
        without_roster=sum(not each.has_roster for each in found),
    )


def window_of(booking: Booking) -> Window:
    """Whole quarter hours."""
    since, until = booking.start_at - BEFORE, booking.end_at
    first = since - timedelta(minutes=since.minute % 15, seconds=since.second)
    return first, first + QUARTER * -(-(until - first) // QUARTER)


def part_of(roster: Roster, window: Window) -> Roster:
    shifts = {
        user_id: [span for span in spans if span[0] < window[1] and window[0] < span[1]]
        for user_id, spans in roster.shifts.items()
    }
    return Roster(roster.members, {user_id: spans for user_id, spans in shifts.items() if spans})


def date_load(
    booking: Booking, wanted: Wanted, roster: Roster, roles: Sequence[Role], titles: Mapping[str, str]
) -> DateLoad:
    window = window_of(booking)
    gaps: list[Gap] = []
    missing = 0
    for role in roles:
        works = [work for work in wanted.by_role[role.value] if touches(work, window)]
        slots = slots_of(works, roster, role, window, titles)
        gaps += gaps_of(RoleLoad(role.value, str(role.label), slots))
        missing = max([missing, *(slot.needed + slot.asked - slot.people for slot in slots)])
    return DateLoad(booking, tuple(gaps), missing, has_roster=bool(roster.shifts))


def touches(work: Work, window: Window) -> bool:
    return any(begins < window[1] and window[0] < ends for begins, ends in work.spans)


def pending_dates(booking: Booking) -> list[Booking]:
    """The dates of a booking's series that wait for a decision."""
    rows = Booking.objects.filter(series=booking.series_id, status__in=Booking.PENDING).select_related("site")
    return list(rows.order_by("start_at", "pk"))
