"""Shared tablets: the code that makes one, the key it is known by, and shutting it out."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from rooms.models import RoomLog, Site
from staff.errors import StaffError
from staff.models import SharedTablet, TabletCode, User
from staff.permissions import can_set_up_tablets
from staff.services.devices import device_of, shut_out
from staff.services.tokens import digest_of

# Without letters and digits that are taken for each other.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 8
VALID = timedelta(minutes=10)
# What nobody used is of no use to anybody.
FORGOTTEN_AFTER = timedelta(days=1)


def make_tablet_code(*, site: Site, name: str, place: str, actor: User, now: datetime) -> tuple[TabletCode, str]:
    """A code that makes one tablet of the site; it is never to be had again."""
    TabletCode.objects.filter(tablet=None, expires_at__lt=now - FORGOTTEN_AFTER).delete()
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    row = TabletCode.objects.create(
        site=site, name=name, place=place, digest=digest_of_code(code), created_by=actor, created_at=now,
        expires_at=now + VALID,
    )  # fmt: skip
    return row, code


def code_in_force(code: str, *, now: datetime) -> TabletCode:
    """Raises `StaffError` where it would make no tablet."""
    row = TabletCode.objects.select_related("site", "created_by").filter(digest=digest_of_code(code)).first()
    return _usable(row, now)


def enrol_tablet(*, code: str, now: datetime) -> tuple[SharedTablet, str]:
    """The tablet and its key, once for each code. Raises `StaffError`."""
    with transaction.atomic():
        rows = TabletCode.objects.select_for_update(of=("self",)).select_related("site", "created_by")
        # Two tablets with one code: the second waits here, and finds it used.
        row = _usable(rows.filter(digest=digest_of_code(code)).first(), now)
        key = secrets.token_urlsafe(32)
        tablet = SharedTablet.objects.create(
            site=row.site, name=row.name, place=row.place, digest=digest_of(key), enrolled_by=row.created_by,
            enrolled_at=now, last_seen_at=now,
        )  # fmt: skip
        row.tablet = tablet
        row.save(update_fields=["tablet"])
        _log(tablet, "tablet_enrolled", row.created_by, now)
    return tablet, key


def tablet_of(key: str, *, now: datetime) -> SharedTablet | None:
    """The tablet that knows this key, also one that was shut out."""
    return device_of(key, SharedTablet.objects.select_related("site"), now=now)


@transaction.atomic
def revoke_tablet(*, tablet_id: int, actor: User, now: datetime) -> bool:
    """From its next request on it shows nothing; true when it was in use until then."""
    tablet = SharedTablet.objects.select_for_update(of=("self",)).select_related("site").get(pk=tablet_id)
    was_in_use = shut_out(tablet, actor=actor, now=now)
    if was_in_use:
        _log(tablet, "tablet_revoked", actor, now)
    return was_in_use


def digest_of_code(code: str) -> str:
    # Keyed: a code is short enough to be found from a plain digest.
    return salted_hmac("staff.tablet_code", code, algorithm="sha256").hexdigest()


def tidy_code(text: str) -> str:
    """As it was made, however it was typed."""
    return "".join(letter for letter in text.upper() if letter in LETTERS)


def _usable(row: TabletCode | None, now: datetime) -> TabletCode:
    if row is None or not can_set_up_tablets(row.created_by, row.site):
        raise StaffError("code_unknown")
    if row.tablet_id is not None:
        raise StaffError("code_used")
    if now >= row.expires_at:
        raise StaffError("code_expired")
    return row


def _log(tablet: SharedTablet, verb: str, actor: User, now: datetime) -> None:
    changes = {"tablet": tablet.name}
    RoomLog.objects.create(site=tablet.site, room=None, at=now, actor=actor, verb=verb, changes=changes)
