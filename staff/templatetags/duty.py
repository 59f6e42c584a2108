"""Template filters for leave as people speak of it."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from django import template

from rooms.dates import format_date, format_period
from staff.models import Leave

register = template.Library()


@register.filter
def leave_days(leave: Leave, zone: ZoneInfo) -> str:
    """Whole days by their dates alone, hours of a day with their times."""
    start, end = leave.during.lower.astimezone(zone), leave.during.upper.astimezone(zone)
    if start.time() != time.min or end.time() != time.min:
        return format_period(start, end, zone)
    first, last = start.date(), end.date() - timedelta(days=1)
    return format_date(first) if first == last else f"{format_date(first)} – {format_date(last)}"
