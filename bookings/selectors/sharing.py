"""Who has the shared equipment when: whoever holds a room has what the meeting asks for as long as the room."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from bookings.alternatives import Span, overlaps
from bookings.levels import Use, most_at_once, stretches_of
from bookings.models import Booking, Occupancy, Offer
from bookings.selectors.titles import title_for
from rooms.equipment import pools_by_code, shared_codes
from rooms.models import EquipmentPool, Room, Site
from staff.models import User

Pools = Mapping[str, EquipmentPool]


@dataclass(frozen=True)
class Holding:
    """A meeting, or an offer for one, that has a room for a stretch."""

    booking: Booking
    room: Room
    start: datetime
    end: datetime
    is_offer: bool

    @property
    def use(self) -> Use:
        return self.start, self.end, 1


@dataclass(frozen=True)
class PoolUser:
    words: str
    room: Room
    start: datetime
    end: datetime
    is_offer: bool


@dataclass(frozen=True)
class PoolFit:
    """One kind of shared equipment measured against a meeting that wants it."""

    pool: EquipmentPool
    # How many others have at once during the meeting, and who they are.
    in_use: int
    users: tuple[PoolUser, ...]
    # The room has such a thing of its own.
    is_fixed: bool

    @property
    def left(self) -> int:
        return max(0, self.pool.quantity - self.in_use)

    @property
    def fits(self) -> bool:
        return self.left > 0


def holdings_at(
    site_id: int, spans: Sequence[Span], *, exclude: Collection[int] = (), codes: Collection[str] = ()
) -> list[Holding]:
    """Everything of the site that has a room within the spans, once for each room, bookings of these ids apart.

    With `codes` only what has some of this equipment.
    """
    return holdings_among(holding_rows(site_id, spans, codes=codes), exclude) if spans else []


def holding_rows(site_id: int, spans: Sequence[Span], *, codes: Collection[str] = ()) -> QuerySet[Occupancy]:
    near = reduce(or_, (Q(during__overlap=span) for span in spans))
    of_site = Q(booking__site=site_id) | Q(offer__booking__site=site_id)
    if codes:
        of_site &= Q(booking__equipment__overlap=list(codes)) | Q(offer__booking__equipment__overlap=list(codes))
    rows = Occupancy.objects.filter(near, of_site).order_by("during", "pk")
    return rows.select_related("booking__room", "booking__site", "offer__room", "offer__booking__site")


def holdings_among(rows: Iterable[Occupancy], exclude: Collection[int] = ()) -> list[Holding]:
    found: dict[tuple[int, int], Holding] = {}
    for row in rows:
        # A hall takes a row for each of its parts.
        key = (row.booking_id or 0, row.offer_id or 0)
        if key not in found and (holder := row.offer or row.booking):
            booking = holder.booking if isinstance(holder, Offer) else holder
            found[key] = Holding(booking, holder.room, row.during.lower, row.during.upper, is_offer=bool(row.offer))
    return [each for each in found.values() if each.booking.pk not in exclude]


def in_use(
    site: Site, codes: Collection[str], spans: Sequence[Span], *, exclude: Collection[int] = ()
) -> dict[str, list[Use]]:
    """By code, when a piece of it is with somebody."""
    found: dict[str, list[Use]] = defaultdict(list)
    for each in holdings_at(site.pk, spans, exclude=exclude, codes=codes) if codes else ():
        for code in set(codes) & set(each.booking.equipment):
            found[code].append(each.use)
    return found


def used_up(
    site: Site,
    equipment: Iterable[str],
    spans: Sequence[Span],
    *,
    exclude: Collection[int] = (),
    pools: Pools | None = None,
) -> dict[str, list[Span]]:
    """By each shared code among the equipment, when no piece of it is left; the whole time where there is none.

    `pools` are the site's, where the caller has locked them.
    """
    codes = shared_codes(equipment)
    if not codes:
        return {}
    pools = pools_by_code(site) if pools is None else pools
    uses = in_use(site, codes, spans, exclude=exclude)
    stretches = {}
    for code in codes:
        quantity = pools[code].quantity if code in pools else 0
        stretches[code] = stretches_of(uses[code], quantity) if quantity else list(spans)
    return stretches


def short_codes(booking: Booking, *, pools: Pools | None = None) -> list[str]:
    """Of what it wants, what others have all of at its time."""
    span = span_of(booking)
    stretches = used_up(booking.site, booking.equipment, [span], exclude=[booking.pk], pools=pools)
    return [code for code, spans in stretches.items() if overlaps(*span, spans)]


def short_at(site: Site, equipment: Iterable[str], spans: Sequence[Span]) -> list[list[str]]:
    """For each of the spans the codes that others have all of, in one statement for all."""
    stretches = used_up(site, equipment, spans)
    return [[code for code, taken in stretches.items() if overlaps(*span, taken)] for span in spans]


def pool_fits(
    site: Site,
    codes: Iterable[str],
    span: Span,
    holdings: Sequence[Holding],
    *,
    kinds: Collection[str] = (),
    user: User | None = None,
) -> list[PoolFit]:
    """In the order of the codes; `kinds` are what the room has of its own. Without a user nobody is named."""
    pools = pools_by_code(site)
    return [_fit(pools[code], span, holdings, kinds, user) for code in codes if code in pools]


def _fit(
    pool: EquipmentPool, span: Span, holdings: Sequence[Holding], kinds: Collection[str], user: User | None
) -> PoolFit:
    having = [each for each in holdings if pool.code in each.booking.equipment]
    users = [_user(each, user) for each in having] if user else []
    number = most_at_once([each.use for each in having], *span)
    return PoolFit(pool, number, tuple(users), is_fixed=bool(pool.kind) and pool.kind in kinds)


def _user(each: Holding, user: User) -> PoolUser:
    return PoolUser(title_for(user, each.booking), each.room, each.start, each.end, each.is_offer)


def short_among(bookings: Sequence[Booking], *, pools: Pools | None = None) -> dict[str, list[Booking]]:
    """By code, which of these bookings of one site others leave no piece for; they may also take it from each other."""
    wanting = [each for each in bookings if shared_codes(each.equipment)]
    if not wanting:
        return {}
    site = wanting[0].site
    codes = sorted({code for each in wanting for code in shared_codes(each.equipment)})
    uses = in_use(site, codes, [span_of(each) for each in wanting], exclude=[each.pk for each in wanting])
    pools = pools_by_code(site) if pools is None else pools
    short = {}
    for code in codes:
        mine = [each for each in wanting if code in each.equipment]
        quantity = pools[code].quantity if code in pools else 0
        over = stretches_of([*uses[code], *((*span_of(each), 1) for each in mine)], quantity + 1)
        if lost := [each for each in mine if overlaps(*span_of(each), over)]:
            short[code] = lost
    return short


def span_of(booking: Booking) -> Span:
    return booking.occupied_from, booking.occupied_until
