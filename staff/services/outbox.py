"""The outbox: sends what is due, at least once, under a message id that stays the same.

A crash between the mail server's acceptance and the mark here sends twice: a missed message costs more
than a second copy, and mail programs know a repeated message id.
"""

import smtplib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation

from staff.models import Delivery
from staff.notice_texts import render_notice

MAX_ATTEMPTS = 6
# A sender gone for this long is taken for dead, and its row is tried again.
LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=30)
# What the mail server says about one message, as opposed to not answering at all.
REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


@dataclass
class DeliveryReport:
    sent: list[int] = field(default_factory=list)
    retried: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def deliver_due(*, now: datetime, limit: int = 100) -> DeliveryReport:
    """Send what is due. A server that does not answer ends the round: the next message would wait for it as long."""
    report = DeliveryReport()
    release_abandoned(now=now)
    connection = mail.get_connection()
    try:
        for _turn in range(limit):
            delivery = claim_next(now=now)
            if delivery is None or not _deliver(delivery, connection, report, now):
                break
    finally:
        connection.close()
    return report


def release_abandoned(*, now: datetime) -> None:
    abandoned = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=now - LEASE)
    given_up = abandoned.filter(attempts__gte=MAX_ATTEMPTS)
    given_up.update(state=Delivery.State.FAILED, last_error="abandoned")
    abandoned.update(state=Delivery.State.PENDING, next_at=now)


def claim_next(*, now: datetime) -> Delivery | None:
    """Take the oldest due row; rows another sender holds are passed over."""
    with transaction.atomic():
        due = Q(state=Delivery.State.PENDING, next_at__lte=now)
        rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        delivery = rows.select_related("notice__recipient__site").filter(due).order_by("next_at", "pk").first()
        if delivery is None:
            return None
        delivery.state = Delivery.State.SENDING
        delivery.attempts = F("attempts") + 1
        delivery.claimed_at = now
        delivery.save(update_fields=["state", "attempts", "claimed_at"])
    delivery.refresh_from_db(fields=["attempts"])
    return delivery


def retry_failed(*, delivery_id: int, now: datetime) -> bool:
    """Put a failed row back to the start; false when it was not failed."""
    failed = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.FAILED)
    return bool(failed.update(state=Delivery.State.PENDING, attempts=0, next_at=now, last_error=""))


def message_for(delivery: Delivery) -> mail.EmailMessage:
    """The mail in its reader's language and their site's time."""
    notice, recipient = delivery.notice, delivery.notice.recipient
    language = recipient.language or settings.LANGUAGE_CODE
    title, text = render_notice(notice, language, recipient.zone)
    link = settings.SITE_URL.rstrip("/") + notice.url if notice.url else ""
    with translation.override(language):
        body = render_to_string("staff/notice-body.txt", {"text": text, "link": link, "recipient": recipient})
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    # One line, whatever a parameter brought along: a line break would start another header.
    subject = " ".join(title.split())
    headers = {"Message-ID": f"<{delivery.message_id}@{host}>", "Auto-Submitted": "auto-generated"}
    return mail.EmailMessage(subject=subject, body=body, to=[recipient.email], headers=headers)


def _deliver(delivery: Delivery, connection: Any, report: DeliveryReport, now: datetime) -> bool:
    """Send one row and mark it; false when the server did not answer."""
    recipient = delivery.notice.recipient
    if not (recipient.is_active and recipient.email):
        _mark(delivery, Delivery.State.FAILED, last_error="no address")
        report.failed.append(delivery.pk)
        return True
    try:
        message = message_for(delivery)
        message.connection = connection
        message.send()
    except REFUSALS as exc:
        _put_off(delivery, exc, report, now, is_final=_is_permanent(exc))
    except OSError as exc:
        _put_off(delivery, exc, report, now)
        return False
    except Exception as exc:  # noqa: BLE001 - one unsendable message must not hold up all others
        _put_off(delivery, exc, report, now, is_final=True)
    else:
        _mark(delivery, Delivery.State.SENT, sent_at=now, last_error="")
        report.sent.append(delivery.pk)
    return True


def _is_permanent(exc: Exception) -> bool:
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in exc.recipients.values())
    return isinstance(exc, smtplib.SMTPResponseException) and exc.smtp_code >= 500


def _put_off(
    delivery: Delivery, exc: Exception, report: DeliveryReport, now: datetime, *, is_final: bool = False
) -> None:
    error = f"{type(exc).__name__}: {exc}"[:300]
    if is_final or delivery.attempts >= MAX_ATTEMPTS:
        _mark(delivery, Delivery.State.FAILED, last_error=error)
        report.failed.append(delivery.pk)
        return
    next_at = now + FIRST_RETRY * 2 ** (delivery.attempts - 1)
    _mark(delivery, Delivery.State.PENDING, next_at=next_at, last_error=error)
    report.retried.append(delivery.pk)


def _mark(delivery: Delivery, state: str, **fields: Any) -> None:
    # Conditional: after the lease ran out, the row may be another sender's.
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, attempts=delivery.attempts)
    mine.update(state=state, **fields)
