"""Devices known by a key: found and seen, and shut out."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import QuerySet

from staff.models import KeyedDevice, User
from staff.services.tokens import digest_of

D = TypeVar("D", bound=KeyedDevice)

# Writing the moment of every page would turn each page into a write.
SEEN_RESOLUTION = timedelta(minutes=1)


def device_of(key: str, rows: QuerySet[D], *, now: datetime) -> D | None:
    """The one among the rows that knows this key, also one that was shut out; one in use has been seen now."""
    device = rows.filter(digest=digest_of(key)).first()
    if device and not device.revoked_at and (not device.last_seen_at or now - device.last_seen_at >= SEEN_RESOLUTION):
        rows.filter(pk=device.pk).update(last_seen_at=now)
    return device


def shut_out(device: KeyedDevice, *, actor: User, now: datetime) -> bool:
    """True when it was in use until now. The caller holds its lock."""
    if device.revoked_at:
        return False
    device.revoked_at, device.revoked_by = now, actor
    device.save(update_fields=["revoked_at", "revoked_by"])
    return True
