"""News of swaps and open shifts: the offer, the answer, the decision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from rooms.models import Site
from staff.duty_news import period
from staff.languages import in_each_language
from staff.models import OpenShift, ShiftSwap, User
from staff.roles import DUTY_ROLES, Role
from staff.selectors import role_members
from staff.services.notices import Draft, notify_all


def tell_offer(swap: ShiftSwap, now: datetime) -> None:
    """The colleague it is for, or everyone of the team."""
    people = [swap.colleague] if swap.colleague else team_of(swap.giver)
    tell_swap(swap, "swap_offered", people, now)


def tell_accepted(swap: ShiftSwap, now: datetime) -> None:
    tell_swap(swap, "swap_accepted", [swap.giver], now)
    tell_swap(swap, "swap_waiting", managers_of(swap.site, swap.giver, swap.taker), now, reverse("staff:exchange"))


def tell_swap(swap: ShiftSwap, code: str, people: Iterable[User | None], now: datetime, url: str = "") -> None:
    facts: dict[str, Any] = {"giver": swap.giver.get_full_name(), **span_of(swap.during)}
    if swap.taker:
        facts["taker"] = swap.taker.get_full_name()
    drafts = [
        Draft(each, code, facts, url or reverse("staff:my_shifts"), f"{code}:{swap.pk}:{each.pk}", mail=True)
        for each in people
        if each is not None
    ]
    notify_all(drafts=drafts, now=now)


def tell_open(opened: OpenShift, code: str, people: Iterable[User], now: datetime, who: User | None = None) -> None:
    role = in_each_language(Role(opened.role).label)
    facts: dict[str, Any] = {"what": role, "count": opened.places, **span_of(opened.during)}
    url = reverse("staff:my_shifts")
    if who is not None:
        facts["who"] = who.get_full_name()
        url = reverse("staff:exchange")
    # Asked for again after a withdrawal is news again.
    key = f"{code}:{opened.pk}:{now.isoformat()}"
    notify_all(drafts=[Draft(each, code, facts, url, f"{key}:{each.pk}", mail=True) for each in people], now=now)


def team_of(person: User) -> list[User]:
    """Those who share a duty with them."""
    roles = sorted(person.roles & {*DUTY_ROLES})
    rows = User.objects.filter(site=person.site_id, is_active=True, groups__name__in=roles)
    return list(rows.exclude(pk=person.pk).distinct())


def managers_of(site: Site, *but: User | None) -> list[User]:
    others = {each.pk for each in but if each is not None}
    return [each for each in role_members(site, Role.MANAGER) if each.pk not in others]


def span_of(during: DateTimeTZRange) -> dict[str, str]:
    return period(during.lower, during.upper)
