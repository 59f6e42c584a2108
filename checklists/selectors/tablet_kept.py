"""What a tablet may keep for when there is no connection: today's and tomorrow's open steps, and nothing confidential.

Neither topics nor guests, no words of wishes or notes, no telephone numbers, no unannounced checks: a tablet is left
lying about, and what is on it is on it after the sign-out of whoever forgot it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from django.db.models import Q

from bookings.models import Booking
from checklists.models import Handover, Step
from checklists.permissions import can_hand_over
from checklists.selectors.cards import StepCard, cards_of, with_card_relations
from checklists.selectors.handovers import open_handovers_of
from checklists.selectors.tablet import LONGEST_LATE
from checklists.unannounced import SPOT_CHECK
from rooms.models import Site
from rooms.selectors import day_bounds, site_today
from staff.models import User

DAYS = 2
# Of a step's facts, those that say how the room is to be and nothing of who sits in it.
PLAIN = (
    "layout", "layout_code", "previous_layout", "standing_layout", "stands_now", "layouts", "headcount", "drinks",
    "equipment", "microphones", "curtains", "temperature",
)  # fmt: skip


@dataclass(frozen=True)
class KeptDay:
    on: date
    until: datetime
    cards: Sequence[StepCard]


@dataclass(frozen=True)
class KeptMeeting:
    """Where a wish or an incident may come up."""

    ref: str
    room: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Kept:
    days: tuple[KeptDay, ...]
    meetings: tuple[KeptMeeting, ...]
    # What waits for the person's word, without what was written with it.
    offers: tuple[Handover, ...]
    may_hand_over: bool


def kept_for(user: User, site: Site, now: datetime) -> Kept:
    today = site_today(site, now)
    days = [today + timedelta(days=number) for number in range(DAYS)]
    bounds = [day_bounds(site, on) for on in days]
    cards = plain_cards(user, site, now, until=bounds[-1][1])
    found, begins = [], now - LONGEST_LATE
    for on, (_from, until) in zip(days, bounds, strict=True):
        found.append(KeptDay(on, until, [card for card in cards if begins <= card.due_at < until]))
        begins = until
    meetings = Booking.objects.filter(site=site).planned().on_day(bounds[0][0], bounds[-1][1]).select_related("room")
    rows = meetings.filter(status__in=Booking.HOLDING).order_by("start_at", "room__code")
    kept = tuple(KeptMeeting(row.ref, row.room.code, row.start_at, row.end_at) for row in rows)
    offers = tuple(each for each in open_handovers_of(user) if each.receiver_id == user.pk)
    return Kept(tuple(found), kept, offers, can_hand_over(user))


def plain_cards(user: User, site: Site, now: datetime, *, until: datetime) -> list[StepCard]:
    mine = Q(assignee=user) | Q(assignee=None, role__in=user.roles)
    mine |= Q(item__phase="daily", helpers__overlap=sorted(user.roles))
    steps = Step.objects.filter(
        mine, site=site, state=Step.State.OPEN, due_at__gte=now - LONGEST_LATE, due_at__lt=until
    )
    rows = list(with_card_relations(steps.exclude(item__code=SPOT_CHECK)).order_by("due_at", "item__position", "pk"))
    cards = zip(rows, cards_of(rows, user=user, now=now), strict=True)
    return [plain(step, card) for step, card in cards if not card.own_page]


def plain(step: Step, card: StepCard) -> StepCard:
    shown = {name: value for name, value in card.shown.items() if name in PLAIN}
    is_of_a_person = bool({"guest", "guests", "agenda"} & set(step.details))
    return replace(
        card,
        topic="",
        ref="",
        title=step.item.title if is_of_a_person else card.title,
        shown=MappingProxyType(shown),
        wish=None,
        note="",
        pictures=(),
        fault=None,
    )
