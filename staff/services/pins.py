"""PINs for shared tablets: chosen by the person, given once by a manager, and tried so many times and no more."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from staff.models import Pin, PinTries, SharedTablet, StaffLog, User
from staff.roles import Role
from staff.selectors import role_members
from staff.services.notices import notify_many

MOST_TRIES = 5
# Each time it is shut in a row is longer: a PIN has few digits.
LOCKED_MINUTES = (5, 15, 60)
# At all tablets together, lest each of them and each sign-in bring new tries: more within this time shut the PIN.
MOST_WRONG, WRONG_WITHIN = 20, timedelta(hours=24)
GIVEN_DIGITS = 6
GIVEN_VALID = timedelta(hours=24)


# What a PIN knows of tries that nobody has made yet.
UNTRIED: dict[str, Any] = {"wrong_at": [], "shut_at": None}


class PinResult(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    SHUT = "shut"
    NONE = "none"
    EXPIRED = "expired"


@dataclass(frozen=True)
class PinAnswer:
    result: PinResult
    # Tries that are left, where it was wrong; until when it is shut; whether one's own must be chosen first.
    left: int = 0
    until: datetime | None = None
    must_change: bool = False
    # Which PIN was right.
    set_at: datetime | None = None


@transaction.atomic
def set_pin(*, person: User, pin: str, now: datetime) -> None:
    """The person's own choice; whatever was shut is open again."""
    facts = {"encoded": make_password(pin), "set_at": now, "expires_at": None} | UNTRIED
    Pin.objects.update_or_create(user=person, defaults=facts)
    open_again(PinTries.objects.filter(user=person))
    _log(person, "pin_set", {}, person, now)


@transaction.atomic
def choose_pin(*, person: User, given_at: datetime, pin: str, now: datetime) -> bool:
    """One's own in the place of the one given at that moment; False where another has taken its place meanwhile."""
    if given_pin(person, given_at).select_for_update().first() is None:
        return False
    set_pin(person=person, pin=pin, now=now)
    return True


def given_pin(person: User, given_at: datetime) -> QuerySet[Pin]:
    """The one given at that moment, while it must still be changed."""
    return Pin.objects.filter(user=person, set_at=given_at, expires_at__isnull=False)


@transaction.atomic
def give_pin(*, person: User, actor: User, now: datetime) -> str:
    """One that serves for a day, and only to choose one's own; it is never to be had again."""
    pin = "".join(secrets.choice("0123456789") for _ in range(GIVEN_DIGITS))
    facts = {"encoded": make_password(pin), "set_at": now, "expires_at": now + GIVEN_VALID} | UNTRIED
    Pin.objects.update_or_create(user=person, defaults=facts)
    open_again(PinTries.objects.filter(user=person))
    _log(person, "pin_given", {}, actor, now)
    return pin


@transaction.atomic
def try_pin(*, person: User, tablet: SharedTablet, pin: str, now: datetime) -> PinAnswer:
    """Compare under a lock, so that many at once are no more tries than one after the other."""
    # The PIN before the tries at one tablet, as those who set one lock them.
    known = Pin.objects.select_for_update().filter(user=person).first()
    if known is None:
        return PinAnswer(PinResult.NONE)
    if known.shut_at is not None:
        return PinAnswer(PinResult.SHUT)
    PinTries.objects.get_or_create(user=person, tablet=tablet)
    tries = PinTries.objects.select_for_update().get(user=person, tablet=tablet)
    if tries.locked_until and now < tries.locked_until:
        return PinAnswer(PinResult.LOCKED, until=tries.locked_until)
    if not check_password(pin, known.encoded):
        return _shut(known, now) if _is_one_too_many(known, now) else _failed(tries, now)
    if known.expires_at and now >= known.expires_at:
        return PinAnswer(PinResult.EXPIRED)
    open_again(PinTries.objects.filter(pk=tries.pk))
    return PinAnswer(PinResult.RIGHT, must_change=known.must_change, set_at=known.set_at)


@transaction.atomic
def unlock_pin(*, tries_id: int, actor: User, now: datetime) -> bool:
    """True when it was shut until now."""
    tries = PinTries.objects.select_for_update(of=("self",)).select_related("user", "tablet").get(pk=tries_id)
    was_locked = tries.locked_until is not None and now < tries.locked_until
    if was_locked:
        _log(tries.user, "pin_unlocked", {"tablet": tries.tablet.name}, actor, now)
    open_again(PinTries.objects.filter(pk=tries.pk))
    return was_locked


@transaction.atomic
def unlock_everywhere(*, pin_id: int, actor: User, now: datetime) -> bool:
    """True when it was shut at all tablets until now."""
    known = Pin.objects.select_for_update(of=("self",)).select_related("user").get(pk=pin_id)
    was_shut = known.shut_at is not None
    if was_shut:
        _log(known.user, "pin_unlocked", {}, actor, now)
    known.wrong_at, known.shut_at = [], None
    known.save(update_fields=["wrong_at", "shut_at"])
    open_again(PinTries.objects.filter(user=known.user_id))
    return was_shut


def open_again(rows: QuerySet[PinTries]) -> None:
    """The rows stay: another try may be waiting for one of them at this moment."""
    rows.update(failed=0, locks=0, locked_until=None)


def record_tablet_sign_in(*, person: User, tablet: SharedTablet, now: datetime) -> None:
    """Who had which tablet from when on."""
    _log(person, "tablet_signed_in", {"tablet": tablet.name}, person, now)


def _is_one_too_many(known: Pin, now: datetime) -> bool:
    known.wrong_at = [*(at for at in known.wrong_at if now - at < WRONG_WITHIN), now]
    known.save(update_fields=["wrong_at"])
    return len(known.wrong_at) > MOST_WRONG


def _shut(known: Pin, now: datetime) -> PinAnswer:
    """Until a manager has heard of it and opens it."""
    known.shut_at = now
    known.save(update_fields=["shut_at"])
    _log(known.user, "pin_shut", {}, None, now)
    notify_many(
        recipients=role_members(known.user.site, Role.MANAGER) if known.user.site else [],
        code="pin_shut",
        params={"person": known.user.get_full_name()},
        url=reverse("staff:tablets"),
        key=f"pin_shut:{known.pk}:{now.isoformat()}",
        now=now,
    )
    return PinAnswer(PinResult.SHUT)


def _failed(tries: PinTries, now: datetime) -> PinAnswer:
    tries.failed += 1
    if tries.failed < MOST_TRIES:
        tries.save(update_fields=["failed"])
        return PinAnswer(PinResult.WRONG, left=MOST_TRIES - tries.failed)
    minutes = LOCKED_MINUTES[min(tries.locks, len(LOCKED_MINUTES) - 1)]
    tries.failed, tries.locked_until = 0, now + timedelta(minutes=minutes)
    tries.locks = min(tries.locks + 1, len(LOCKED_MINUTES))
    tries.save(update_fields=["failed", "locks", "locked_until"])
    # Nobody knows who it was that tried.
    _log(tries.user, "pin_locked", {"tablet": tries.tablet.name}, None, now)
    return PinAnswer(PinResult.LOCKED, until=tries.locked_until)


def _log(person: User, verb: str, changes: dict[str, Any], actor: User | None, now: datetime) -> None:
    StaffLog.objects.create(person=person, at=now, actor=actor, verb=verb, changes=changes)
