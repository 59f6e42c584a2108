"""Webhooks with what became of their deliveries."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bookings.messages import WEBHOOK_OUTCOMES
from bookings.models import Webhook, WebhookDelivery
from bookings.webhook_events import EVENTS, TEST

MOST_SHOWN = 50


@dataclass(frozen=True)
class DeliveryLine:
    row: WebhookDelivery
    event: str
    fault: str


def webhooks_with_state() -> QuerySet[Webhook]:
    """How many of each wait and how many failed for good."""
    states = WebhookDelivery.State
    waiting = Count("deliveries", filter=Q(deliveries__state__in=(states.PENDING, states.SENDING)))
    failed = Count("deliveries", filter=Q(deliveries__state=states.FAILED))
    return Webhook.objects.select_related("site").annotate(waiting=waiting, failed=failed)


def deliveries_of(webhook: Webhook) -> list[DeliveryLine]:
    return [line_of(row) for row in webhook.deliveries.order_by("-pk")[:MOST_SHOWN]]


def line_of(row: WebhookDelivery) -> DeliveryLine:
    event = "" if row.event == TEST else str(EVENTS.get(row.event, row.event))
    return DeliveryLine(row, event, str(WEBHOOK_OUTCOMES.get(row.error_class, "")))
