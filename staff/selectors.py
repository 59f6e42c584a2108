"""Reads of people, shifts and notices."""

from datetime import date, datetime

from django.db.models import QuerySet

from rooms.models import Site
from rooms.selectors import day_bounds
from staff.models import Notice, Shift, User


def role_members(site: Site, role: str) -> QuerySet[User]:
    """Active people of a site with a role."""
    return User.objects.filter(site=site, is_active=True, groups__name=role).order_by("username")


def people_on_shift(*, site: Site, role: str, at: datetime) -> list[User]:
    on_shift = Shift.objects.filter(site=site, during__contains=at).values("user")
    return list(role_members(site, role).filter(pk__in=on_shift))


def shifts_on(*, site: Site, on: date) -> QuerySet[Shift]:
    """Shifts that touch a day of the site, with their people."""
    return shifts_between(site=site, window=day_bounds(site, on))


def shifts_between(*, site: Site, window: tuple[datetime, datetime]) -> QuerySet[Shift]:
    return Shift.objects.filter(site=site, during__overlap=window).select_related("user").order_by("during", "user")


def unread_count(user: User) -> int:
    return Notice.objects.filter(recipient=user, read_at=None).count()
