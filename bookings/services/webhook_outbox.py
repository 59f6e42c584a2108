"""The outbox of webhooks: at least once, with back-off, several addresses at once and one event at a time for each."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from bookings.models import WebhookDelivery
from bookings.webhook_sending import Answer, post_event
from staff.channels.outcomes import FINAL, Outcome
from staff.channels.sealing import UnreadableError, unseal

State = WebhookDelivery.State
MAX_ATTEMPTS = 10
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(hours=2)
# A sender gone for this long is taken for dead, and its row is tried again.
LEASE = timedelta(minutes=2)
AT_ONCE = 8
KEPT = timedelta(days=30)


@dataclass
class WebhookReport:
    sent: int = 0
    retried: int = 0
    failed: int = 0
    # Addresses that did not answer are left alone for the rest of the round.
    silent: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.retried} put off, {self.failed} failed"


def deliver_webhooks(*, now: datetime, limit: int = 200) -> WebhookReport:
    report, left = WebhookReport(), limit
    release_abandoned(now=now)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        while left > 0 and (batch := claim_batch(now=now, limit=min(AT_ONCE, left), without=report.silent)):
            left -= len(batch)
            under_way = [(row, pool.submit(sending_of(row, now))) for row in batch]
            for row, future in under_way:
                settle(row, future.result(), report, now)
    WebhookDelivery.objects.filter(state=State.SENT, sent_at__lt=now - KEPT).delete()
    return report


def deliver_now(*, delivery_id: int, now: datetime) -> Answer | None:
    """One at once, while somebody waits; None when another sender has it."""
    row = claim(delivery_id, now)
    if row is None:
        return None
    answer = sending_of(row, now)()
    settle(row, answer, WebhookReport(), now)
    return answer


def claim_batch(*, now: datetime, limit: int, without: Collection[int] = ()) -> list[WebhookDelivery]:
    """The oldest that is due of each webhook; rows another sender holds are passed over."""
    due = WebhookDelivery.objects.filter(state=State.PENDING, next_at__lte=now, webhook__is_active=True)
    oldest = due.exclude(webhook__in=without).order_by("webhook_id", "next_at", "pk").distinct("webhook_id")
    ids = list(oldest.values_list("pk", flat=True)[:limit])
    rows = [claim(pk, now) for pk in ids]
    return [row for row in rows if row]


@transaction.atomic
def claim(delivery_id: int, now: datetime) -> WebhookDelivery | None:
    waiting = WebhookDelivery.objects.filter(pk=delivery_id, state=State.PENDING)
    row = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("webhook").first()
    if row is None:
        return None
    mine = WebhookDelivery.objects.filter(pk=row.pk)
    mine.update(state=State.SENDING, attempts=F("attempts") + 1, claimed_at=now)
    row.attempts += 1
    return row


def sending_of(row: WebhookDelivery, now: datetime) -> Callable[[], Answer]:
    """Everything is read here, so that the thread that sends touches no row."""
    try:
        url, secret = unseal(row.webhook.sealed_url), unseal(row.webhook.sealed_secret)
    except UnreadableError:
        return lambda: Answer(Outcome.UNREADABLE)
    return partial(post_event, url, secret, row.payload, int(now.timestamp()))


def settle(row: WebhookDelivery, answer: Answer, report: WebhookReport, now: datetime) -> None:
    if answer.outcome == Outcome.SENT:
        report.sent += 1
        mark(row, state=State.SENT, sent_at=now, answered=answer.status, error_class="")
        return
    if answer.outcome == Outcome.NO_ANSWER:
        report.silent.add(row.webhook_id)
    facts = {"answered": answer.status, "error_class": answer.outcome.value}
    if answer.outcome in FINAL or row.attempts >= MAX_ATTEMPTS:
        report.failed += 1
        mark(row, state=State.FAILED, **facts)
        return
    report.retried += 1
    pause = min(FIRST_RETRY * 2 ** (row.attempts - 1), LONGEST_RETRY)
    mark(row, state=State.PENDING, next_at=now + pause, **facts)


def mark(row: WebhookDelivery, **fields: Any) -> None:
    # Conditional: after the lease ran out, the row may be another sender's.
    WebhookDelivery.objects.filter(pk=row.pk, state=State.SENDING, attempts=row.attempts).update(**fields)


def release_abandoned(*, now: datetime) -> None:
    abandoned = WebhookDelivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LEASE)
    abandoned.filter(attempts__gte=MAX_ATTEMPTS).update(state=State.FAILED, error_class=Outcome.NO_ANSWER.value)
    abandoned.update(state=State.PENDING, next_at=now)


def retry_delivery(*, delivery_id: int, now: datetime) -> bool:
    """Put a failed row back to the start; false when it was not failed."""
    failed = WebhookDelivery.objects.filter(pk=delivery_id, state=State.FAILED)
    return bool(failed.update(state=State.PENDING, attempts=0, next_at=now, error_class="", answered=None))
