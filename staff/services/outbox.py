"""The outbox: sends what is due, at least once, under a message id that stays the same.

A crash between the server's acceptance and the mark here sends twice: a missed message costs more than a second
copy, and mail programs know a repeated message id. Mail and the web go out in lanes of their own; in the web's lane
several addresses are asked at once, each within its own time, so that a slow one holds nobody but itself.
"""

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.db import transaction
from django.db.models import F, Q, QuerySet

from staff.channels.mail import REFUSALS, is_permanent, message_for
from staff.channels.outcomes import FINAL, Outcome
from staff.channels.sending import sending_of
from staff.models import Delivery, PushSubscription

State, Way, ErrorClass = Delivery.State, Delivery.Channel, Delivery.ErrorClass
LANES = {"mail": (Way.MAIL,), "web": (Way.CHAT, Way.GROUP, Way.PUSH)}
MAX_ATTEMPTS = 6
# A sender gone for this long is taken for dead, and its row is tried again.
LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=30)
AT_ONCE = 8
MOST_HELD = 2000


@dataclass
class DeliveryReport:
    sent: list[int] = field(default_factory=list)
    retried: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{len(self.sent)} sent, {len(self.retried)} put off, {len(self.failed)} failed"


def deliver_due(*, now: datetime, limit: int = 100, lane: str = "") -> DeliveryReport:
    """Send what is due in one lane, or in all."""
    report = DeliveryReport()
    release_abandoned(now=now)
    release_held(now=now)
    if lane in {"", "web"}:
        deliver_web(now, limit, report)
    if lane in {"", "mail"}:
        deliver_mail(now, limit, report)
    return report


def deliver_mail(now: datetime, limit: int, report: DeliveryReport) -> None:
    """One connection for all; a server that does not answer ends the round: the next mail would wait as long."""
    connection = mail.get_connection()
    try:
        for _turn in range(limit):
            delivery = claim_next(now=now, ways=LANES["mail"])
            if delivery is None or not _deliver(delivery, connection, report, now):
                break
    finally:
        connection.close()


def deliver_web(now: datetime, limit: int, report: DeliveryReport) -> None:
    """Several at once, one at a time for each address; an address that does not answer is left alone this round."""
    under_way: dict[Future[Outcome], Delivery] = {}
    silent: list[Delivery] = []
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for _turn in range(limit):
            if len(under_way) >= AT_ONCE:
                silent += settle_finished(under_way, report, now)
            delivery = next_web(now, [*under_way.values(), *silent])
            while delivery is None and under_way:
                silent += settle_finished(under_way, report, now)
                delivery = next_web(now, [*under_way.values(), *silent])
            if delivery is None:
                return
            under_way[pool.submit(sending_of(delivery))] = delivery
        while under_way:
            settle_finished(under_way, report, now)


def next_web(now: datetime, passed_over: Sequence[Delivery]) -> Delivery | None:
    return claim_next(
        now=now,
        ways=LANES["web"],
        not_targets=[each.target_id for each in passed_over if each.target_id],
        not_browsers=[each.subscription_id for each in passed_over if each.subscription_id],
    )


def settle_finished(
    under_way: dict[Future[Outcome], Delivery], report: DeliveryReport, now: datetime
) -> list[Delivery]:
    """Wait for the first to finish; answers those whose address did not."""
    finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
    silent = []
    for future in finished:
        delivery = under_way.pop(future)
        outcome = Outcome.OTHER if future.exception() else future.result()
        settle(delivery, outcome, report, now)
        if outcome == Outcome.NO_ANSWER:
            silent.append(delivery)
    return silent


def settle(delivery: Delivery, outcome: Outcome, report: DeliveryReport, now: datetime) -> None:
    if outcome == Outcome.SENT:
        _mark(delivery, State.SENT, sent_at=now, error_class="", last_error="")
        report.sent.append(delivery.pk)
        return
    _put_off(delivery, outcome.value, "", report, now, is_final=outcome in FINAL)
    if outcome == Outcome.GONE and delivery.subscription_id:
        PushSubscription.objects.filter(pk=delivery.subscription_id).delete()


def release_abandoned(*, now: datetime) -> None:
    abandoned = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LEASE)
    given_up = abandoned.filter(attempts__gte=MAX_ATTEMPTS)
    given_up.update(state=State.FAILED, error_class=ErrorClass.ABANDONED, last_error="abandoned")
    abandoned.update(state=State.PENDING, next_at=now)


@transaction.atomic
def release_held(*, now: datetime) -> int:
    """The quiet hours are over: what waited for one person and channel goes out as one message."""
    # Not skipping locked rows: two pulses would make two messages of one night.
    held = Delivery.objects.filter(state=State.HELD, next_at__lte=now).select_for_update(of=("self",))
    leads: dict[tuple[Any, ...], Delivery] = {}
    rows = list(held.select_related("notice").order_by("pk")[:MOST_HELD])
    for row in rows:
        assert row.notice is not None  # noqa: S101 - the table says so for what may be held
        lead = leads.setdefault((row.notice.recipient_id, row.channel, row.target_id, row.subscription_id), row)
        if lead is row:
            row.state = State.PENDING
        else:
            row.state, row.folded_into = State.FOLDED, lead
    if rows:
        Delivery.objects.bulk_update(rows, ["state", "folded_into"])
    return len(rows)


def claim_next(
    *,
    now: datetime,
    ways: Collection[str] = (),
    not_targets: Collection[int] = (),
    not_browsers: Collection[int] = (),
) -> Delivery | None:
    """Take the oldest due row; rows another sender holds are passed over."""
    with transaction.atomic():
        due = Delivery.objects.filter(state=State.PENDING, next_at__lte=now)
        if ways:
            due = due.filter(channel__in=ways)
        if not_targets:
            due = due.filter(Q(target=None) | ~Q(target__in=not_targets))
        if not_browsers:
            due = due.filter(Q(subscription=None) | ~Q(subscription__in=not_browsers))
        rows = due.select_for_update(skip_locked=True, of=("self",))
        related = ("notice__recipient__site", "target__site", "subscription")
        delivery = rows.select_related(*related).order_by("next_at", "pk").first()
        if delivery is None:
            return None
        delivery.state = State.SENDING
        delivery.attempts = F("attempts") + 1
        delivery.claimed_at = now
        delivery.save(update_fields=["state", "attempts", "claimed_at"])
    delivery.refresh_from_db(fields=["attempts"])
    return delivery


def retry_failed(*, delivery_id: int, now: datetime) -> bool:
    """Put a failed row back to the start; false when it was not failed."""
    return bool(retry_all(deliveries=Delivery.objects.filter(pk=delivery_id), now=now))


def retry_all(*, deliveries: QuerySet[Delivery], now: datetime) -> int:
    """The failed ones among these go back to the start; how many."""
    failed = Delivery.objects.filter(pk__in=deliveries.order_by().values("pk"), state=State.FAILED)
    return failed.update(state=State.PENDING, attempts=0, next_at=now, error_class="", last_error="")


def _deliver(delivery: Delivery, connection: Any, report: DeliveryReport, now: datetime) -> bool:
    """Send one mail and mark it; false when the server did not answer."""
    if delivery.reader is None or not delivery.reader.email:
        _mark(delivery, State.FAILED, error_class=ErrorClass.NO_ADDRESS, last_error="no address")
        report.failed.append(delivery.pk)
        return True
    try:
        message = message_for(delivery)
        message.connection = connection
        message.send()
    except REFUSALS as exc:
        _put_off(delivery, ErrorClass.REFUSED, said_by(exc), report, now, is_final=is_permanent(exc))
    except OSError as exc:
        _put_off(delivery, ErrorClass.NO_ANSWER, said_by(exc), report, now)
        return False
    except Exception as exc:  # noqa: BLE001 - one unsendable message must not hold up all others
        _put_off(delivery, ErrorClass.OTHER, said_by(exc), report, now, is_final=True)
    else:
        _mark(delivery, State.SENT, sent_at=now, error_class="", last_error="")
        report.sent.append(delivery.pk)
    return True


def said_by(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}"[:300]


def _put_off(
    delivery: Delivery, error_class: str, error: str, report: DeliveryReport, now: datetime, *, is_final: bool = False
) -> None:
    if is_final or delivery.attempts >= MAX_ATTEMPTS:
        _mark(delivery, State.FAILED, error_class=error_class, last_error=error)
        report.failed.append(delivery.pk)
        return
    next_at = now + FIRST_RETRY * 2 ** (delivery.attempts - 1)
    _mark(delivery, State.PENDING, next_at=next_at, error_class=error_class, last_error=error)
    report.retried.append(delivery.pk)


def _mark(delivery: Delivery, state: str, **fields: Any) -> None:
    # Conditional: after the lease ran out, the row may be another sender's.
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    mine.update(state=state, **fields)
