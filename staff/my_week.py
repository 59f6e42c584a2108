"""A week as one person sees it: their own published shifts, and who of their team works beside them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from rooms.selectors import calendar_of, site_today
from staff.models import Shift, User
from staff.roles import DUTY_ROLES
from staff.week_reads import week_window
from staff.working_time import hours_of, monday_of


@dataclass(frozen=True)
class MyDay:
    on: date
    is_today: bool
    is_working: bool
    holiday: str
    shifts: list[Shift]
    others: list[Shift]


@dataclass(frozen=True)
class MyWeek:
    monday: date
    days: list[MyDay]
    hours: str

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def my_week(*, user: User, site: Site, on: date, language: str, now: datetime) -> MyWeek:
    """Names and times only: of whoever is not at work it does not even say that they are away."""
    monday, window = monday_of(on), week_window(site, on)
    team = User.objects.filter(site=site, is_active=True, groups__name__in=sorted(user.roles & {*DUTY_ROLES}))
    rows = Shift.objects.published().filter(during__overlap=DateTimeTZRange(*window, "[)"))
    shifts = rows.filter(user__in=team.values("pk")).select_related("user", "pattern").order_by("during", "user")
    own: dict[date, list[Shift]] = defaultdict(list)
    others: dict[date, list[Shift]] = defaultdict(list)
    for shift in shifts:
        starts_on = shift.during.lower.astimezone(site.zone).date()
        (own if shift.user_id == user.pk else others)[starts_on].append(shift)
    calendar, today = calendar_of(site), site_today(site, now)
    dates = [monday + timedelta(days=count) for count in range(7)]
    days = [
        MyDay(
            each,
            each == today,
            calendar.is_working(each),
            calendar.holiday_name(each, language),
            own[each],
            others[each],
        )
        for each in dates
    ]
    at_work = [(shift.during.lower, shift.during.upper) for day in days for shift in day.shifts if not shift.is_on_call]
    return MyWeek(monday, days, f"{hours_of(at_work):.2f}".rstrip("0").rstrip("."))
