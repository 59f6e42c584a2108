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


@shared_task(name="staff.make_certificate")
def make_certificate(certificate_id: int) -> None:
    from staff.services import certificates

    certificates.make_certificate(certificate_id=certificate_id)


@shared_task(name="staff.sweep_training")
def sweep_training() -> None:
    """Papers whose time is up, and word of skills that lapse; what was told is not told again."""
    from staff.services.exams import settle_over
    from staff.services.growth import tell_due, tell_lapses
    from staff.services.pulses import beat

    now = timezone.now()
    over, told = settle_over(now=now), tell_lapses(now=now) + tell_due(now=now)
    beat("training", now, f"{over} papers over, {told} lapse or are due", "beat")
