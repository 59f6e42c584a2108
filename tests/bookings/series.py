"""What the tests of series share: dates of Tuesdays, and short reads of how a series stands."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.recurrence import Every, Rule
from rooms.models import Room
from staff.models import Notice

SHANGHAI = ZoneInfo("Asia/Shanghai")
# What the form of a request sends that repeats weekly.
REPEATS = {"repeats": "week", "interval": "1", "until": "", "times": "4", "more_dates": "", "leaves_holidays": "on"}
TUESDAYS = [date(2026, 11, 24) + timedelta(weeks=number) for number in range(10)]


def at(on, hour):
    return datetime.combine(on, time(hour), tzinfo=SHANGHAI)


def weekly(count=4, **fields):
    return Rule(Every.WEEK, TUESDAYS[0], count=count, **fields)


def rich(room):
    """The room as the services are given it."""
    return Room.objects.with_fittings().get(pk=room.pk)


def starts(series, *statuses):
    rows = series.bookings.order_by("start_at")
    return [row.start_at for row in (rows.filter(status__in=statuses) if statuses else rows)]


def reasons(series):
    return {row.on: row.reason for row in series.dates.filter(booking=None)}


def notices(user):
    rows = Notice.objects.filter(recipient=user, code__startswith="series_").order_by("pk")
    return [(row.code, row.params["count"]) for row in rows]


def titles(series):
    return list(series.bookings.order_by("start_at").values_list("title", flat=True))
