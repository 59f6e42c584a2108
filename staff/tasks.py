"""Celery entry points of the staff app."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="staff.deliver_outbox")
def deliver_outbox(lane: str = "") -> None:
    from staff.services.outbox import deliver_due
    from staff.services.pulses import beat

    now = timezone.now()
    report = deliver_due(now=now, lane=lane)
    beat(f"outbox_{lane}" if lane else "outbox", now, str(report), "beat")
