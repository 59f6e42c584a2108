"""Puts an event into the outbox of every webhook that wants it, in the transaction of the change."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bookings.models import Booking, BookingLog, Webhook, WebhookDelivery
from bookings.webhook_events import event_of, facts_of


def queue_event(booking: Booking, entry: BookingLog) -> None:
    event = event_of(entry)
    if not event:
        return
    wanted = Webhook.objects.filter(site=booking.site_id, is_active=True, events__contains=[event])
    ids = list(wanted.values_list("pk", flat=True))
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
