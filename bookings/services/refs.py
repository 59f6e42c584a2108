"""Running numbers of references: HW-20261123-007 is the seventh booking for that day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

UPSERT = """
    INSERT INTO bookings_refcounter ("on", last) VALUES (%s, 1)
    ON CONFLICT ("on") DO UPDATE SET last = bookings_refcounter.last + 1
    RETURNING last
"""


def next_ref(start: datetime, zone: ZoneInfo) -> str:
    """The next reference of the meeting's day at its site; the counter's row stays locked until commit."""
    on = start.astimezone(zone).date()
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [on])
        (number,) = cursor.fetchone()
    return f"HW-{on:%Y%m%d}-{number:03}"
