"""Puts an event into the outbox of every webhook that wants it, in the transaction of the change."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from bookings.models import Booking, BookingLog, WebhookDelivery
from bookings.webhook_events import event_of, facts_of

WANTING = """
    SELECT id FROM bookings_webhook WHERE site_id = %s AND is_active AND events @> ARRAY[%s]::varchar[]
    ORDER BY name, id
"""


def queue_event(booking: Booking, entry: BookingLog) -> None:
    event = event_of(entry)
    if not event:
        return
    with connection.cursor() as cursor:
        cursor.execute(WANTING, [booking.site_id, event])
        ids = [pk for (pk,) in cursor.fetchall()]
    if ids:
        WebhookDelivery.objects.bulk_create(deliveries(ids, facts_of(booking, entry, event), entry.at))


def deliveries(webhook_ids: Iterable[int], facts: Mapping[str, Any], now: datetime) -> list[WebhookDelivery]:
    """The id that the other side tells repetitions by is the delivery's own."""
    rows = []
    for webhook_id in webhook_ids:
        message_id = uuid.uuid4()
        payload = {"id": str(message_id), **facts}
        rows.append(
            WebhookDelivery(
                webhook_id=webhook_id,
                event=facts["event"],
                payload=payload,
                message_id=message_id,
                created_at=now,
                next_at=now,
            )
        )
    return rows
