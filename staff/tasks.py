"""Celery entry points of the staff app."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="staff.deliver_outbox")
def deliver_outbox() -> None:
    from staff.services.outbox import deliver_due

    deliver_due(now=timezone.now())
