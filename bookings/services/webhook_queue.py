"""Puts an event into the outbox of every webhook that wants it, in the transaction of the change."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from bookings.models import BookingLog, WebhookDelivery
from bookings.webhook_events import event_of, facts_of

WANTING = """
    SELECT id, events FROM bookings_webhook WHERE site_id = %s AND is_active AND events && %s::varchar[]
    ORDER BY name, id
"""


def queue_events(entries: Sequence[BookingLog]) -> None:
    """Of one site's bookings; with the same statements for many entries as for one."""
    told = [(entry, event) for entry in entries if (event := event_of(entry))]
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(WANTING, [told[0][0].booking.site_id, sorted({event for _entry, event in told})])
        wanted = cursor.fetchall()
    rows: list[WebhookDelivery] = []
    for entry, event in told:
        ids = [pk for pk, wants in wanted if event in wants]
        if ids:
            rows += deliveries(ids, facts_of(entry.booking, entry, event), entry.at)
    if rows:
        WebhookDelivery.objects.bulk_create(rows)


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
