"""Reads of series: what a rule would give before it is asked for, and how its dates stand afterwards."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.alternatives import REACH, Candidate, Kind, Suggestion, Taken, suggest
from bookings.errors import Alternative, Span
from bookings.models import Booking, Offer, Series, SeriesDate, WaitingPlace
from bookings.recurrence import Rule, rule_of
from bookings.selectors.claims import (
    Claim,
    claim_of,
    clashes_among,
    competing_with_all,
    conflicts_at,
    spaces_by_room,
    taken_around,
)
from bookings.selectors.free import Wish, candidate, fitted_rooms, reasons_against
from rooms.models import Room
from rooms.workcal import WorkingCalendar

# Rooms looked at for each taken date, best fit first: a series may have hundreds of them.
MOST_CANDIDATES = 12
MOST_ALTERNATIVES = 4
WHOLE = frozenset({Kind.OTHER_ROOM, Kind.JOINED, Kind.SHIFTED})


@dataclass(frozen=True)
class WantedDate:
    """One date of a rule as it would be asked for, with what is known of it before it is."""

    on: date
    start: datetime
    end: datetime
    room: Room
    claim: Claim


@dataclass(frozen=True)
class DateView:
    """A date in the preview of a series."""

    on: date
    start: datetime
    end: datetime
    room: Room
    conflicts: tuple[Span, ...]
    # It runs into another date of the same series.
    is_clash: bool
    is_holiday: bool
    holiday: str
    is_day_off: bool
    is_provisional: bool
    alternatives: tuple[Alternative, ...]

    @property
    def is_taken(self) -> bool:
        return bool(self.conflicts) or self.is_clash


@dataclass(frozen=True)
class Needs:
    headcount: int
    layout: str
    equipment: tuple[str, ...]
    microphones: int


@dataclass(frozen=True)
class SeriesRow:
    """A date of a series on its page; without a booking the reason says why."""

    on: date
    booking: Booking | None
    reason: str
    is_in_line: bool = False
    # Another room or time, or the slot it waited for.
    offer: Offer | None = None

    @property
    def was_moved(self) -> bool:
        return self.booking is not None and self.booking.start_at != self.booking.recurrence_at


@dataclass(frozen=True)
class WaitingDate:
    """A date that waits for the decision: what stands in its way, and who else wants the room then."""

    booking: Booking
    conflicts: tuple[Span, ...]
    is_clash: bool
    is_over: bool
    # It stands in line for its slot; another room or time is on offer for it.
    is_in_line: bool
    offer: Offer | None

    @property
    def is_taken(self) -> bool:
        return bool(self.conflicts) or self.is_clash

    @property
    def goes_on_waiting(self) -> bool:
        """An approval of the series leaves it as it is."""
        return self.is_taken and (self.is_in_line or self.offer is not None)


@dataclass(frozen=True)
class Standing:
    """Of a series in the inbox: how many dates wait, how many of those are taken, and in which rooms they are."""

    dates: int
    taken: int
    rooms: frozenset[int] = frozenset()


def is_holiday(calendar: WorkingCalendar, on: date) -> bool:
    """Closed although its weekday is an ordinary working day: a public holiday or the site's own day off."""
    return not calendar.hours(on) and bool(calendar.weekly.get(on.weekday()))


def preview_of(
    dates: Sequence[WantedDate], needs: Needs, *, calendar: WorkingCalendar, language: str, now: datetime
) -> list[DateView]:
    """Each date, free or taken or on a holiday, with alternatives for those taken."""
    claims = [each.claim for each in dates]
    conflicts = conflicts_at(claims)
    clashes = clashes_among(claim for claim in claims if claim.key not in conflicts)
    taken = [each for each in dates if each.on in conflicts or each.on in clashes]
    found = alternatives_at(taken, needs, now)
    return [
        DateView(
            on=each.on,
            start=each.start,
            end=each.end,
            room=each.room,
            conflicts=tuple(conflicts.get(each.on, ())),
            is_clash=each.on in clashes,
            is_holiday=is_holiday(calendar, each.on),
            holiday=calendar.holiday_name(each.on, language),
            is_day_off=not calendar.hours(each.on),
            is_provisional=calendar.is_provisional(each.on),
            alternatives=tuple(found.get(each.on, ())),
        )
        for each in dates
    ]


def alternatives_at(dates: Sequence[WantedDate], needs: Needs, now: datetime) -> dict[date, list[Alternative]]:
    """For each taken date another room or a shifted time; in a number of statements that does not grow."""
    if not dates:
        return {}
    own = dates[0].room
    rooms = {room.pk: room for room in fitted_rooms(own.site, needs.layout)}
    candidates = _candidates(rooms, own, needs, dates[0])
    spaces = tuple(sorted({space for each in candidates for space in each.spaces}))
    widest = max((max(each.setup, each.teardown) for each in candidates), default=timedelta(0)) + REACH
    around = taken_around(Claim(each.on, spaces, each.start - widest, each.end + widest) for each in dates)
    return {
        each.on: [
            Alternative(
                rooms[found.room_id],
                found.start,
                found.end,
                found.cost.minutes_shifted,
                found.kind.value,
                found.cost,
            )
            for found in islice(_whole(each, own, candidates, around.get(each.on, {}), now), MOST_ALTERNATIVES)
        ]
        for each in dates
    }


def _whole(
    wanted: WantedDate, own: Room, candidates: Sequence[Candidate], taken: Taken, now: datetime
) -> Iterator[Suggestion]:
    """A date of a series keeps its day, its length and what it needs."""
    found = suggest(
        own_room=own.pk, start=wanted.start, end=wanted.end, candidates=candidates, taken=taken, earliest=now
    )
    return (each for each in found if each.kind in WHOLE)


def dates_of_series(series: Series) -> list[SeriesRow]:
    rows = SeriesDate.objects.filter(series=series).select_related("booking__room", "booking__site").order_by("on")
    pending = [row.booking for row in rows if row.booking and row.booking.status in Booking.PENDING]
    in_line, offers = places_and_offers(pending)
    return [
        SeriesRow(row.on, row.booking, row.reason, row.booking_id in in_line, offers.get(row.booking_id or 0))
        for row in rows
    ]


def waiting_dates(series: Series, now: datetime) -> list[WaitingDate]:
    """The dates that wait for a decision, with what stands in the way of each."""
    bookings = list(
        series.bookings.filter(status__in=Booking.PENDING).select_related("room", "site", "applicant", "series_date")
    )
    spaces = spaces_by_room(each.room_id for each in bookings)
    claims = [claim_of(each, spaces) for each in bookings]
    conflicts = conflicts_at(claims, exclude=[each.pk for each in bookings])
    clashes = clashes_among(claim for claim in claims if claim.key not in conflicts)
    in_line, offers = places_and_offers(bookings)
    return [
        WaitingDate(
            booking=each,
            conflicts=tuple(conflicts.get(each.pk, ())),
            is_clash=each.pk in clashes,
            is_over=each.end_at <= now,
            is_in_line=each.pk in in_line,
            offer=offers.get(each.pk),
        )
        for each in bookings
    ]


def places_and_offers(bookings: Sequence[Booking]) -> tuple[set[int], dict[int, Offer]]:
    """Which of them stand in a waiting list, and what is on offer for which."""
    ids = [each.pk for each in bookings]
    places = WaitingPlace.objects.filter(booking__in=ids, state__in=WaitingPlace.OPEN)
    offers = Offer.objects.filter(booking__in=ids, state=Offer.State.OPEN).select_related("room")
    return set(places.values_list("booking", flat=True)), {each.booking_id: each for each in offers}


def rivals_of(bookings: Sequence[Booking]) -> list[Booking]:
    """Other pending requests that would lose if all of these were approved."""
    spaces = spaces_by_room(each.room_id for each in bookings)
    claims = [claim_of(each, spaces) for each in bookings]
    return list(competing_with_all(claims, exclude=[each.pk for each in bookings]))


def one_of_each_series(rows: QuerySet[Booking], among: Q | None = None) -> QuerySet[Booking]:
    """Of each series only the first pending booking `among` those: it stands for all of them in a list of requests."""
    among = among or Q()
    earlier = Booking.objects.filter(among, series=OuterRef("series"), status__in=Booking.PENDING).filter(
        Q(start_at__lt=OuterRef("start_at")) | Q(start_at=OuterRef("start_at"), pk__lt=OuterRef("pk"))
    )
    return rows.filter(among).filter(Q(series=None) | ~Exists(earlier))


def series_standing(series_ids: Collection[int]) -> dict[int, Standing]:
    """How many dates of each series wait, and how many of those are taken by now."""
    if not series_ids:
        return {}
    bookings = list(Booking.objects.filter(series__in=series_ids, status__in=Booking.PENDING))
    spaces = spaces_by_room(each.room_id for each in bookings)
    conflicts = conflicts_at([claim_of(each, spaces) for each in bookings], exclude=[each.pk for each in bookings])
    dates, taken = (
        Counter(each.series_id for each in bookings),
        Counter(each.series_id for each in bookings if each.pk in conflicts),
    )
    rooms: dict[int | None, set[int]] = defaultdict(set)
    for each in bookings:
        rooms[each.series_id].add(each.room_id)
    return {pk: Standing(dates[pk], taken[pk], frozenset(rooms[pk])) for pk in series_ids}


def rule_of_series(series: Series) -> Rule:
    return rule_of(series.rule, first=series.starts_on, zone=series.zone, dates=tuple(series.picked_dates))


def counts_of(rows: Sequence[SeriesRow]) -> dict[str, int]:
    """How many dates stand how, by the state of their booking or the reason for having none."""
    return dict(Counter(str(row.booking.status if row.booking else row.reason) for row in rows))


def place_in_series(booking: Booking) -> tuple[int, int]:
    """The booking's number among the dates of its series, and how many there are."""
    starts = list(
        Booking.objects.filter(series=booking.series_id).order_by("recurrence_at").values_list("pk", flat=True)
    )
    return starts.index(booking.pk) + 1, len(starts)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _candidates(rooms: Mapping[int, Room], own: Room, needs: Needs, first: WantedDate) -> list[Candidate]:
    equipment = frozenset(needs.equipment)
    wish = Wish(first.start, first.end, needs.headcount, needs.layout, equipment, needs.microphones)
    suited = (room for room in rooms.values() if not list(reasons_against(room, wish)))
    fitting = [candidate(room, wish) for room in suited]
    fitting.sort(key=lambda each: (each.room_id != own.pk, each.spare_seats, each.room_id))
    return fitting[: MOST_CANDIDATES + 1]
