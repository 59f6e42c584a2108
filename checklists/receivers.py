"""News from bookings and from the migrations: each receiver is one call of a service of this app."""

from datetime import datetime
from typing import Any

from django.apps import apps as present_apps
from django.db.models.signals import post_migrate
from django.dispatch import Signal, receiver
from django.utils import timezone

from bookings.models import Booking
from bookings.signals import (
    booking_approved,
    booking_changed,
    booking_released,
    meeting_ended,
    meeting_extended,
    meeting_started,
)
from checklists.models import StandardItem
from checklists.services.plans import plan_booking
from checklists.services.standards import load_shipped
from checklists.services.sweep import CLOSELY
from staff.models import User

CAUSES = {
    booking_approved: "approved",
    booking_changed: "changed",
    booking_released: "released",
    meeting_started: "started",
    meeting_extended: "extended",
    meeting_ended: "ended",
}


@receiver(list(CAUSES), dispatch_uid="checklists.follow_booking")
def follow_booking(
    signal: Signal,
    booking: Booking,
    now: datetime,
    actor: User | None = None,
    is_one_of_many: bool = False,
    **_kwargs: Any,
) -> None:
    """In the transaction that sends it. Planning reads the booking's state: it withdraws what is not live.

    Of a series only what is close is planned at once: hundreds of plans would keep its rooms locked for seconds,
    and the sweep finds the rest within a minute.
    """
    if is_one_of_many and booking.start_at > now + CLOSELY:
        return
    plan_booking(booking_id=booking.pk, now=now, actor=actor, cause=CAUSES[signal])


@receiver(post_migrate, sender=present_apps.get_app_config("checklists"), dispatch_uid="checklists.load_shipped")
def load_shipped_standard(apps: Any = present_apps, **_kwargs: Any) -> None:
    """Every database has the shipped standard; an older table, on the way back, is left alone."""
    try:
        migrated = apps.get_model("checklists", "StandardItem")
    except LookupError:
        return
    if {field.name for field in migrated._meta.fields} == {field.name for field in StandardItem._meta.fields}:
        load_shipped(now=timezone.now())
