"""Reads of people, shifts and notices."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from rooms.models import Site
from rooms.selectors import day_bounds, site_today, sites_visible_to
from rooms.workcal import Period, WorkingCalendar
from staff.models import (
    Channel,
    Delivery,
    Notice,
    NoticePreferences,
    Pin,
    PinTries,
    PushSubscription,
    SharedTablet,
    Shift,
    ShiftQuerySet,
    User,
)
from staff.notice_kinds import Urgency
from staff.roles import DUTY_ROLES, FLOOR_ROLES, Role


def role_members(site: Site, role: str) -> QuerySet[User]:
    """Active people of a site with a role."""
    return User.objects.filter(site=site, is_active=True, groups__name=role).order_by("username")


def people_on_shift(*, site: Site, role: str, at: datetime) -> list[User]:
    on_shift = Shift.objects.on_duty().filter(site=site, during__contains=at).values("user")
    return list(role_members(site, role).filter(pk__in=on_shift))


def shifts_on(*, site: Site, on: date) -> ShiftQuerySet:
    """Shifts that touch a day of the site, with their people."""
    return shifts_between(site=site, window=day_bounds(site, on))


def shifts_between(*, site: Site, window: tuple[datetime, datetime]) -> ShiftQuerySet:
    return Shift.objects.filter(site=site, during__overlap=window).select_related("user").order_by("during", "user")


def unread_count(user: User) -> int:
    return Notice.objects.filter(recipient=user, read_at=None).count()


def people_visible_to(user: User) -> QuerySet[User]:
    """Whom the people's page shows: everyone to administrators, to others the people of their site."""
    people = User.objects.select_related("site").prefetch_related("groups")
    if user.has_role(Role.ADMINISTRATOR):
        return people
    return people.filter(site_id=user.site_id) if user.site_id else people.none()


# Urgent, and its reader has not yet said that it was seen.
WAITING = Q(urgency=Urgency.URGENT, acknowledged_at=None, over_at=None)


def notices_of(user: User) -> QuerySet[Notice]:
    """What waits for a word of its reader stands on top, then the newest."""
    waits = ExpressionWrapper(WAITING, output_field=BooleanField())
    return Notice.objects.filter(recipient=user).order_by(waits.desc(), "-created_at", "-pk")


def waiting_count(user: User) -> int:
    return Notice.objects.filter(WAITING, recipient=user).count()


def preferences_of(user: User) -> NoticePreferences:
    return NoticePreferences.objects.filter(user=user).first() or NoticePreferences(user=user)


def channels_of(user: User) -> QuerySet[Channel]:
    """A person's own; the sealed address is left where it is."""
    return Channel.objects.filter(user=user).defer("sealed")


def browsers_of(user: User) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(user=user)


def site_channels_visible_to(user: User) -> QuerySet[Channel]:
    return Channel.objects.filter(site__in=sites_visible_to(user)).select_related("site").defer("sealed")


def shift_patterns(calendar: WorkingCalendar, on_post_at: time, on: date) -> list[Period]:
    """The usual shifts of a day: on post until the break, and the rest; a closed day uses ordinary hours."""
    ordinary = next((periods for _day, periods in sorted(calendar.weekly.items())), ())
    hours = list(calendar.hours(on) or ordinary)
    if hours and on_post_at < hours[0][1]:
        hours[0] = (min(on_post_at, hours[0][0]), hours[0][1])
    return hours


def deliveries_of_site(site_id: int | None) -> QuerySet[Delivery]:
    """To the people and groups of one site; None stands for all of them."""
    if site_id is None:
        return Delivery.objects.all()
    return Delivery.objects.filter(Q(notice__recipient__site=site_id) | Q(target__site=site_id))


def deliveries_in_trouble(user: User) -> QuerySet[Delivery]:
    """Failed deliveries, and waiting ones that failed before, at whatever sites a leader sees; newest first."""
    trouble = Q(state=Delivery.State.FAILED) | Q(state=Delivery.State.PENDING, attempts__gt=0)
    if user.has_role(Role.ADMINISTRATOR):
        rows = deliveries_of_site(None)
    else:
        rows = deliveries_of_site(user.site_id) if user.site_id else Delivery.objects.none()
    return rows.filter(trouble).select_related("notice__recipient", "target__site", "subscription").order_by("-pk")


@dataclass(frozen=True)
class TabletPerson:
    """One of those who may take a shared tablet, as its first page shows them."""

    user: User
    id: int
    name: str
    roles: list[str]
    shifts: list[Shift]
    is_on_shift: bool


def people_at_tablet(tablet: SharedTablet, *, now: datetime) -> list[TabletPerson]:
    """Those who serve at its site, in three statements: on shift now, then later today, then the others."""
    shifts: dict[int, list[Shift]] = {}
    for shift in Shift.objects.on_duty().filter(
        site=tablet.site_id, during__overlap=day_bounds(tablet.site, site_today(tablet.site, now))
    ):
        shifts.setdefault(shift.user_id, []).append(shift)
    # The office leaves the tablet to the floor, but for the days it serves itself.
    serving = Q(groups__name__in=FLOOR_ROLES) | Q(groups__name__in=DUTY_ROLES, pk__in=list(shifts))
    people = User.objects.filter(serving, site=tablet.site_id, is_active=True, is_superuser=False)
    rows = people.exclude(groups__name=Role.ADMINISTRATOR).distinct().prefetch_related("groups")
    found = [tablet_person(user, shifts.get(user.pk, []), now) for user in rows]
    return sorted(found, key=lambda each: (not each.is_on_shift, not each.shifts, each.name))


def tablet_person(user: User, shifts: list[Shift], now: datetime) -> TabletPerson:
    is_on_shift = any(shift.during.lower <= now < shift.during.upper for shift in shifts)
    return TabletPerson(user, user.pk, user.get_full_name(), user.role_labels, shifts, is_on_shift)


def tablets_of(site: Site) -> QuerySet[SharedTablet]:
    return SharedTablet.objects.filter(site=site, revoked_at=None).select_related("enrolled_by")


def pins_locked_at(site: Site, *, now: datetime) -> QuerySet[PinTries]:
    rows = PinTries.objects.filter(tablet__site=site, tablet__revoked_at=None, locked_until__gt=now)
    return rows.select_related("user", "tablet").order_by("locked_until")


def pins_shut_at(site: Site) -> QuerySet[Pin]:
    """Those that too many wrong tries shut at all tablets."""
    rows = Pin.objects.filter(shut_at__isnull=False, user__site=site, user__is_active=True)
    return rows.select_related("user").order_by("shut_at")
