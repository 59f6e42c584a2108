"""News of shifts and leave to whoever they concern; nobody is told of their own doing, of drafts, or of the past."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from staff.models import Leave, RosterPublication, Shift, User
from staff.roles import Role
from staff.selectors import role_members
from staff.services.notices import Draft, notify_all

Span = tuple[datetime, datetime]


def is_news(shift: Shift, actor: User | None, now: datetime) -> bool:
    return actor is not None and actor.pk != shift.user_id and not shift.is_draft and shift.during.upper > now


def shift_draft(shift: Shift, code: str, params: dict[str, Any]) -> Draft:
    facts = {"start": shift.during.lower.isoformat(), "end": shift.during.upper.isoformat()}
    key = f"{code}:{shift.pk}:{shift.version}:{shift.user_id}"
    return Draft(shift.user, code, facts | params, reverse("staff:my_shifts"), key, mail=True)


def tell_added(shifts: Sequence[Shift], actor: User | None, now: datetime) -> None:
    """All that one person got in one go, in one notice."""
    fresh = [shift for shift in shifts if is_news(shift, actor, now)]
    if fresh:
        notify_all(drafts=[shift_draft(fresh[0], "shift_added", {"shifts": periods(fresh)})], now=now)


def tell_changed(shift: Shift, before: Span, actor: User | None, now: datetime) -> None:
    if is_news(shift, actor, now):
        notify_all(drafts=[shift_draft(shift, "shift_changed", {"before": period(*before)})], now=now)


def tell_removed(shift: Shift, actor: User | None, now: datetime) -> None:
    if is_news(shift, actor, now):
        notify_all(drafts=[shift_draft(shift, "shift_removed", {})], now=now)


def tell_published(publication: RosterPublication, by_person: dict[User, list[Shift]], now: datetime) -> None:
    """One notice each, with what is theirs."""
    url, on = reverse("staff:my_shifts"), publication.week_on.isoformat()
    drafts = [
        Draft(
            person,
            "roster_published",
            {"on": on, "shifts": periods(shifts)},
            f"{url}?date={on}",
            f"roster:{publication.pk}:{person.pk}",
            mail=True,
        )
        for person, shifts in by_person.items()
        if person.pk != publication.published_by_id
    ]
    notify_all(drafts=drafts, now=now)


def tell_managers(leave: Leave, code: str, params: dict[str, Any], actor: User, now: datetime) -> None:
    """Of the person's site."""
    site = leave.user.site
    if site is None:
        return
    url = f"{reverse('staff:leaves')}?site={site.code}"
    managers = [each for each in role_members(site, Role.MANAGER) if each.pk not in {leave.user_id, actor.pk}]
    facts = {"who": leave.user.get_full_name(), **bounds_of(leave), **params}
    notify_all(drafts=[Draft(each, code, facts, url, f"{code}:{leave.pk}:{each.pk}") for each in managers], now=now)


def tell_person(leave: Leave, code: str, params: dict[str, Any], actor: User, now: datetime) -> None:
    if actor.pk == leave.user_id:
        return
    draft = Draft(
        leave.user,
        code,
        bounds_of(leave) | params,
        reverse("staff:my_leave"),
        f"{code}:{leave.pk}:{leave.user_id}",
        mail=True,
    )
    notify_all(drafts=[draft], now=now)


def bounds_of(leave: Leave) -> dict[str, Any]:
    return period(leave.during.lower, leave.during.upper)


def periods(shifts: Iterable[Shift]) -> list[dict[str, str]]:
    return [
        period(shift.during.lower, shift.during.upper) for shift in sorted(shifts, key=lambda each: each.during.lower)
    ]


def period(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": start.isoformat(), "end": end.isoformat()}
