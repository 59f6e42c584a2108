"""Reads of people, shifts and notices."""

from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from rooms.models import Site
from rooms.selectors import day_bounds
from rooms.workcal import Period, WorkingCalendar
from staff.models import Delivery, Notice, Shift, User
from staff.roles import Role


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


def people_visible_to(user: User) -> QuerySet[User]:
    """Whom the people's page shows: everyone to administrators, to others the people of their site."""
    people = User.objects.select_related("site").prefetch_related("groups")
    if user.has_role(Role.ADMINISTRATOR):
        return people
    return people.filter(site_id=user.site_id) if user.site_id else people.none()


def notices_of(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user)


def shift_patterns(calendar: WorkingCalendar, on_post_at: time, on: date) -> list[Period]:
    """The usual shifts of a day: on post until the break, and the rest; a closed day uses ordinary hours."""
    ordinary = next((periods for _day, periods in sorted(calendar.weekly.items())), ())
    hours = list(calendar.hours(on) or ordinary)
    if hours and on_post_at < hours[0][1]:
        hours[0] = (min(on_post_at, hours[0][0]), hours[0][1])
    return hours


def deliveries_in_trouble(user: User) -> QuerySet[Delivery]:
    """Failed deliveries, and waiting ones that failed before, to the people a leader sees; newest first."""
    trouble = Q(state=Delivery.State.FAILED) | Q(state=Delivery.State.PENDING, attempts__gt=0)
    rows = Delivery.objects.filter(trouble, notice__recipient__in=people_visible_to(user))
    return rows.select_related("notice__recipient").order_by("-pk")
