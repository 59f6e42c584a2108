"""Quiet hours: wall-clock times of a site, over midnight where the end is earlier than the beginning."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_end(begins: time, ends: time, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that hold `now` end; None outside them."""
    local = now.astimezone(zone)
    at, is_over_midnight = local.time(), ends < begins
    is_inside = (at >= begins or at < ends) if is_over_midnight else begins <= at < ends
    if not is_inside:
        return None
    on = local.date() + timedelta(days=1) if is_over_midnight and at >= begins else local.date()
    return datetime.combine(on, ends, tzinfo=zone).astimezone(UTC)
