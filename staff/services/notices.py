"""Writing notices with their deliveries, marking them read and acknowledged."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from staff import live
from staff.models import Channel, Delivery, Notice, User
from staff.notice_kinds import kind_of, urgency_of
from staff.notice_texts import is_registered
from staff.outside_texts import is_for_groups
from staff.reach import deliveries_of, reach_of

INSERT = """
    INSERT INTO staff_notice (recipient_id, code, params, url, key, urgency, created_at)
    SELECT recipient_id, code, params::jsonb, url, key, urgency, created_at FROM unnest(
        %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]
    ) AS t(recipient_id, code, params, url, key, urgency, created_at)
    ON CONFLICT (key) DO NOTHING RETURNING key, id
"""


@dataclass(frozen=True)
class Draft:
    """One notice among many that are written together. `event` is what a group's room is told of once."""

    recipient: User
    code: str
    params: dict[str, Any]
    url: str
    key: str
    mail: bool = False
    urgency: str = ""
    event: str = ""
    # Nothing leaves the house before: until then it may be recalled.
    not_before: datetime | None = None


def notify(
    *,
    recipient: User,
    code: str,
    params: dict[str, Any],
    url: str,
    key: str,
    now: datetime,
    mail: bool = False,
    urgency: str = "",
) -> Notice | None:
    """Tell one person once: nothing happens when a notice with this key exists. `mail` adds a row of the outbox."""
    draft = Draft(recipient, code, params, url, key, mail, urgency, event=key)
    return write_new([draft], now).get(key)


def notify_many(
    *,
    recipients: Iterable[User],
    code: str,
    params: dict[str, Any],
    url: str,
    key: str,
    now: datetime,
    mail: bool = False,
    urgency: str = "",
    not_before: datetime | None = None,
) -> list[Notice]:
    """The same notice to several people."""
    terms: dict[str, Any] = {"mail": mail, "urgency": urgency, "not_before": not_before}
    drafts = drafts_to(recipients, code=code, params=params, url=url, key=key, **terms)
    return list(write_new(drafts, now).values())


def drafts_to(
    recipients: Iterable[User], *, code: str, params: dict[str, Any], url: str, key: str, **terms: Any
) -> list[Draft]:
    """What `notify_many` would write, for whoever writes it along with more; the key is made each person's own."""
    return [Draft(each, code, params, url, f"{key}:{each.pk}", event=key, **terms) for each in recipients]


def notify_all(*, drafts: Sequence[Draft], now: datetime) -> dict[str, Notice]:
    """Different notices, by key, in a number of statements that does not grow.

    One that exists stays as it is and is answered like the others.
    """
    write_new(drafts, now)
    return {notice.key: notice for notice in Notice.objects.filter(key__in=[draft.key for draft in drafts])}


def write_new(drafts: Sequence[Draft], now: datetime) -> dict[str, Notice]:
    """The notices that did not exist, with their deliveries; the first of several drafts with one key counts."""
    if unknown := {draft.code for draft in drafts if not is_registered(draft.code)}:
        raise LookupError(f"no text is registered for the notices {sorted(unknown)}")
    by_key = {draft.key: draft for draft in reversed(drafts)}
    made = {key: notice_from(by_key[key], now) for key in dict.fromkeys(draft.key for draft in drafts)}
    with transaction.atomic(savepoint=False):
        # In one order everywhere: whoever writes the same keys at the same moment waits here.
        pks = insert([made[key] for key in sorted(made)])
        notices = {key: notice for key, notice in made.items() if key in pks}
        for key, notice in notices.items():
            notice.pk = pks[key]
        if notices:
            add_deliveries(notices, {key: by_key[key] for key in notices}, now)
            live.publish_notices([(notice.pk, notice.recipient_id) for notice in notices.values()])
    return notices


def insert(notices: Sequence[Notice]) -> dict[str, int]:
    """Ids by key of those that did not exist; `bulk_create` would not say which these are."""
    if not notices:
        return {}
    rows = [
        (each.recipient_id, each.code, json.dumps(each.params), each.url, each.key, each.urgency, each.created_at)
        for each in notices
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])
        return dict(cursor.fetchall())


def notice_from(draft: Draft, now: datetime) -> Notice:
    return Notice(
        recipient=draft.recipient,
        code=draft.code,
        params=draft.params,
        url=draft.url,
        key=draft.key,
        urgency=draft.urgency or urgency_of(draft.code),
        created_at=now,
    )


def add_deliveries(notices: Mapping[str, Notice], drafts: Mapping[str, Draft], now: datetime) -> None:
    reach = reach_of({draft.recipient.pk for draft in drafts.values()})
    rows: list[Delivery] = []
    for key, notice in notices.items():
        draft = drafts[key]
        rows += put_off(deliveries_of(notice, draft.recipient, reach, mail=draft.mail, now=now), draft.not_before)
    rows += group_deliveries(list(drafts.values()), now)
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def put_off(deliveries: list[Delivery], not_before: datetime | None) -> list[Delivery]:
    for delivery in deliveries:
        delivery.next_at = max(delivery.next_at, not_before or delivery.next_at)
    return deliveries


def group_deliveries(drafts: Sequence[Draft], now: datetime) -> list[Delivery]:
    """One row for each event and room of a site that wants its kind, however many people hear of it."""
    events = {
        (draft.recipient.site_id, draft.event): draft for draft in drafts if draft.event and is_for_groups(draft.code)
    }
    if not events:
        return []
    rooms = Channel.objects.filter(site__in={site_id for site_id, _event in events}).defer("sealed")
    return [
        Delivery(
            channel=Delivery.Channel.GROUP,
            target=room,
            event=event,
            code=draft.code,
            params=draft.params,
            url=draft.url,
            created_at=now,
            next_at=max(now, draft.not_before or now),
        )
        for room in rooms
        for (site_id, event), draft in events.items()
        if room.site_id == site_id and kind_of(draft.code) in room.kinds
    ]


def mark_read(*, notice_id: int, actor: User, now: datetime) -> bool:
    """True when the notice was the actor's and unread."""
    return bool(_unread(actor).filter(pk=notice_id).update(read_at=now))


def mark_all_read(*, actor: User, now: datetime) -> int:
    return _unread(actor).filter(created_at__lte=now).update(read_at=now)


def acknowledge_notice(*, notice_id: int, actor: User, now: datetime) -> bool:
    """The reader's word that it was seen; true when the notice was the actor's and waited for that word."""
    mine = Notice.objects.filter(pk=notice_id, recipient=actor, acknowledged_at=None)
    return bool(mine.update(acknowledged_at=now, read_at=Coalesce("read_at", now)))


def end_notices(*, notices: Q, now: datetime) -> int:
    """What they ask for is settled: they wait for nobody's word any more."""
    return Notice.objects.filter(notices, over_at=None).update(over_at=now)


def _unread(actor: User) -> Any:
    return Notice.objects.filter(recipient=actor, read_at=None)
