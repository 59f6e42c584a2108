"""Writing notices and marking them read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from staff import live
from staff.models import Delivery, Notice, User
from staff.notice_texts import is_registered


@transaction.atomic
def notify(
    *, recipient: User, code: str, params: dict[str, Any], url: str, key: str, now: datetime, mail: bool = False
) -> Notice | None:
    """Tell one person once: nothing happens when a notice with this key exists. `mail` adds a row of the outbox."""
    if not is_registered(code):
        raise LookupError(f"no text is registered for the notice {code!r}")
    facts = {"recipient": recipient, "code": code, "params": params, "url": url, "created_at": now}
    notice, is_new = Notice.objects.get_or_create(key=key, defaults=facts)
    if not is_new:
        return None
    if mail and recipient.email:
        Delivery.objects.create(notice=notice, channel=Delivery.Channel.MAIL, next_at=now)
    live.publish("notice", notice.pk, site_id=None, user_ids=[recipient.pk])
    return notice


def notify_many(
    *,
    recipients: Iterable[User],
    code: str,
    params: dict[str, Any],
    url: str,
    key: str,
    now: datetime,
    mail: bool = False,
) -> list[Notice]:
    """The same notice to several people; the key is made each person's own."""
    notices = (
        notify(recipient=each, code=code, params=params, url=url, key=f"{key}:{each.pk}", now=now, mail=mail)
        for each in recipients
    )
    return [notice for notice in notices if notice]


@dataclass(frozen=True)
class Draft:
    """One notice among many that are written together."""

    recipient: User
    code: str
    params: dict[str, Any]
    url: str
    key: str


@transaction.atomic
def notify_all(*, drafts: Sequence[Draft], now: datetime) -> dict[str, Notice]:
    """Different notices in two statements, by key; one that exists stays as it is and is answered like the others.

    A key must not be written by anybody else at the same time: the second writer gets the database's error.
    """
    if unknown := {draft.code for draft in drafts if not is_registered(draft.code)}:
        raise LookupError(f"no text is registered for the notices {sorted(unknown)}")
    known = {notice.key: notice for notice in Notice.objects.filter(key__in=[draft.key for draft in drafts])}
    new = Notice.objects.bulk_create(
        Notice(
            recipient=draft.recipient,
            code=draft.code,
            params=draft.params,
            url=draft.url,
            key=draft.key,
            created_at=now,
        )
        for draft in drafts
        if draft.key not in known
    )
    for notice in new:
        live.publish("notice", notice.pk, site_id=None, user_ids=[notice.recipient_id])
    return known | {notice.key: notice for notice in new}


def mark_read(*, notice_id: int, actor: User, now: datetime) -> bool:
    """True when the notice was the actor's and unread."""
    return bool(_unread(actor).filter(pk=notice_id).update(read_at=now))


def mark_all_read(*, actor: User, now: datetime) -> int:
    return _unread(actor).filter(created_at__lte=now).update(read_at=now)


def _unread(actor: User) -> Any:
    return Notice.objects.filter(recipient=actor, read_at=None)
