"""Celery entry points: one service call each."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="feedback.sweep_surveys")
def sweep_surveys() -> int:
    from feedback import services
    from staff.services.pulses import beat

    now = timezone.now()
    asked = services.sweep_surveys(now=now)
    beat("surveys", now, f"{asked} asked", "beat")
    return asked
