"""Webhooks made, changed, tested and removed; each is logged at its site, without its address."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from bookings.errors import BookingError
from bookings.models import Webhook, WebhookDelivery
from bookings.services.webhook_queue import deliveries
from bookings.webhook_events import EVENTS, TEST
from rooms.models import Site
from rooms.services.log import record
from staff.channels.sealing import seal
from staff.models import User

MOST_WEBHOOKS = 20
PREFIX = "whsec_"


@transaction.atomic
def add_webhook(
    *, site: Site, name: str, url: str, host: str, events: Collection[str], actor: User, now: datetime
) -> tuple[Webhook, str]:
    """The webhook and its secret, which is told this once."""
    # The site's row, so that two who add the last one do not both find room.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    if site.webhooks.count() >= MOST_WEBHOOKS:
        raise BookingError("too_many_webhooks", most=MOST_WEBHOOKS)
    secret = new_secret()
    webhook = Webhook.objects.create(
        site=site,
        name=name,
        sealed_url=seal(url),
        sealed_secret=seal(secret),
        host=host,
        events=in_order(events),
        created_at=now,
        created_by=actor,
    )
    note(webhook, "webhook_added", actor, now)
    return webhook, secret


@transaction.atomic
def change_webhook(
    *,
    webhook_id: int,
    name: str,
    events: Collection[str],
    is_active: bool,
    actor: User,
    now: datetime,
    url: str = "",
    host: str = "",
) -> Webhook:
    """Without an address it keeps its own."""
    webhook = Webhook.objects.select_for_update(of=("self",)).select_related("site").get(pk=webhook_id)
    webhook.name, webhook.events, webhook.is_active = name, in_order(events), is_active
    if url:
        webhook.sealed_url, webhook.host = seal(url), host
    webhook.save(update_fields=["name", "events", "is_active", "sealed_url", "host"])
    note(webhook, "webhook_changed", actor, now)
    return webhook


@transaction.atomic
def renew_secret(*, webhook_id: int, actor: User, now: datetime) -> str:
    """The new secret, told this once; what is sent from now on is signed with it."""
    webhook = Webhook.objects.select_for_update(of=("self",)).select_related("site").get(pk=webhook_id)
    secret = new_secret()
    webhook.sealed_secret = seal(secret)
    webhook.save(update_fields=["sealed_secret"])
    note(webhook, "webhook_secret_renewed", actor, now)
    return secret


@transaction.atomic
def remove_webhook(*, webhook_id: int, actor: User, now: datetime) -> None:
    webhook = Webhook.objects.select_related("site").filter(pk=webhook_id).first()
    if webhook:
        note(webhook, "webhook_removed", actor, now)
        webhook.delete()


def queue_test(*, webhook: Webhook, now: datetime) -> WebhookDelivery:
    facts = {"event": TEST, "at": now.astimezone(webhook.site.zone).isoformat(), "site": webhook.site.code}
    (delivery,) = WebhookDelivery.objects.bulk_create(deliveries([webhook.pk], facts, now))
    return delivery


def note(webhook: Webhook, verb: str, actor: User, now: datetime) -> None:
    record(site=webhook.site, room=None, verb=verb, changes={"name": [None, webhook.name]}, actor=actor, now=now)


def in_order(events: Collection[str]) -> list[str]:
    return [event for event in EVENTS if event in events]


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)
