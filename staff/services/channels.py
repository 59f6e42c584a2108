"""How people and sites are reached outside the app: chat addresses, browsers, and who hears of what by which way.

The logs say that an address was added or removed, never which.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.db import transaction

from rooms.models import Site
from rooms.services.log import record
from staff.channels.addresses import ChatAddress
from staff.channels.push import Browser
from staff.channels.sealing import seal
from staff.errors import StaffError
from staff.models import Channel, NoticePreferences, PushSubscription, StaffLog, User

MOST_OWN, MOST_OF_SITE, MOST_BROWSERS = 5, 20, 10


@transaction.atomic
def add_own_channel(*, actor: User, name: str, address: ChatAddress, now: datetime) -> Channel:
    """Raises `too_many_channels`."""
    lock_person(actor)
    if actor.channels.count() >= MOST_OWN:
        raise StaffError("too_many_channels", most=MOST_OWN)
    channel = Channel.objects.create(
        user=actor, name=name or address.service_name, created_by=actor, created_at=now, **kept(address)
    )
    log_own(actor, "channel_added", {"name": channel.name}, now)
    return channel


@transaction.atomic
def add_site_channel(
    *, site: Site, name: str, address: ChatAddress, kinds: Sequence[str], language: str, actor: User, now: datetime
) -> Channel:
    """Raises `too_many_channels`."""
    Site.objects.select_for_update().get(pk=site.pk)
    if Channel.objects.filter(site=site).count() >= MOST_OF_SITE:
        raise StaffError("too_many_channels", most=MOST_OF_SITE)
    channel = Channel.objects.create(
        site=site,
        name=name,
        kinds=list(kinds),
        language=language,
        created_by=actor,
        created_at=now,
        **kept(address),
    )
    record(site=site, room=None, verb="channel_added", changes={"channel": [None, name]}, actor=actor, now=now)
    return channel


@transaction.atomic
def change_site_channel(
    *,
    channel_id: int,
    name: str,
    kinds: Sequence[str],
    language: str,
    address: ChatAddress | None = None,
    actor: User,
    now: datetime,
) -> Channel:
    """Without an address the present one stays. Raises `channel_gone`."""
    channel = locked_channel(channel_id)
    assert channel.site is not None  # noqa: S101 - only rooms of sites are changed
    old, fields = channel.name, {"name": name, "kinds": list(kinds), "language": language}
    if address is not None:
        # What was found out about the old address says nothing about the new one.
        fields |= kept(address) | {"tested_at": None, "outcome": ""}
    for field, value in fields.items():
        setattr(channel, field, value)
    channel.save(update_fields=list(fields))
    changes = {"channel": [old, name]}
    record(site=channel.site, room=None, verb="channel_changed", changes=changes, actor=actor, now=now)
    return channel


@transaction.atomic
def remove_channel(*, channel_id: int, actor: User, now: datetime) -> None:
    """With it goes what still waited to be sent there. Raises `channel_gone`."""
    channel = locked_channel(channel_id)
    name, site = channel.name, channel.site
    channel.delete()
    if site is None:
        log_own(actor, "channel_removed", {"name": name}, now)
    else:
        record(site=site, room=None, verb="channel_removed", changes={"channel": [name, None]}, actor=actor, now=now)


@transaction.atomic
def register_browser(*, actor: User, browser: Browser, label: str, now: datetime) -> PushSubscription:
    """A browser belongs to whoever registered it last. Raises `too_many_browsers`."""
    lock_person(actor)
    others = actor.push_subscriptions.exclude(endpoint=browser.endpoint)
    if others.count() >= MOST_BROWSERS:
        raise StaffError("too_many_browsers", most=MOST_BROWSERS)
    # What still waits for the person who had it before must not appear to the next one.
    PushSubscription.objects.filter(endpoint=browser.endpoint).exclude(user=actor).delete()
    facts = {"user": actor, "p256dh": browser.p256dh, "auth": browser.auth, "label": label, "created_at": now}
    row, _is_new = PushSubscription.objects.update_or_create(endpoint=browser.endpoint, defaults=facts)
    log_own(actor, "browser_added", {"name": label}, now)
    return row


def rename_browser(*, browser_id: int, actor: User, label: str) -> bool:
    """False when it is no longer there."""
    return bool(actor.push_subscriptions.filter(pk=browser_id).update(label=label))


@transaction.atomic
def remove_browser(*, browser_id: int, actor: User, now: datetime) -> bool:
    """False when it was gone already."""
    row = actor.push_subscriptions.filter(pk=browser_id).first()
    if row is None:
        return False
    row.delete()
    log_own(actor, "browser_removed", {"name": row.label}, now)
    return True


@transaction.atomic
def keep_preferences(
    *,
    person: User,
    quiet_from: time | None,
    quiet_until: time | None,
    choices: Mapping[str, Sequence[str]],
    now: datetime,
) -> NoticePreferences:
    """A kind without a choice goes as it always did. What waits already keeps its moment."""
    row, _is_new = NoticePreferences.objects.select_for_update().get_or_create(user=person)
    wanted = {"quiet_from": quiet_from, "quiet_until": quiet_until, "choices": {k: list(v) for k, v in choices.items()}}
    changes = {name: [plain(getattr(row, name)), plain(value)] for name, value in wanted.items()}
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(update_fields=list(wanted))
    if any(old != new for old, new in changes.values()):
        log_own(person, "preferences_changed", changes, now)
    return row


def plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def kept(address: ChatAddress) -> dict[str, Any]:
    return {"service": address.service, "sealed": seal(address.url), "hint": address.hint}


def locked_channel(channel_id: int) -> Channel:
    channel = Channel.objects.select_for_update(of=("self",)).select_related("site").filter(pk=channel_id).first()
    if channel is None:
        raise StaffError("channel_gone")
    return channel


def lock_person(person: User) -> None:
    """Two tabs at once must not get past a limit."""
    User.objects.select_for_update().get(pk=person.pk)


def log_own(person: User, verb: str, changes: dict[str, Any], now: datetime) -> None:
    StaffLog.objects.create(person=person, at=now, actor=person, verb=verb, changes=changes)
