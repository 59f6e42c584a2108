"""Celery entry points: one call of a service each, imported inside because services may import tasks."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="bookings.deliver_webhooks")
def deliver_webhooks() -> None:
    from bookings.services import webhook_outbox
    from staff.services.pulses import beat

    now = timezone.now()
    beat("webhooks", now, str(webhook_outbox.deliver_webhooks(now=now)), "beat")


@shared_task(name="bookings.run_import")
def run_import(run_id: int) -> None:
    from bookings.services import import_runs

    import_runs.run_import(run_id=run_id, clock=timezone.now)
