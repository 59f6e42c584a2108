"""The mail of one notice, and what a mail server's refusal means."""

import smtplib
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.utils import translation

from staff.channels.outcomes import Outcome
from staff.mail_parts import MailPart, parts_of
from staff.models import Delivery, Notice
from staff.notice_texts import render_notice
from staff.outside_texts import heading_of_several, trial

# What the mail server says about one message, as opposed to not answering at all.
REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def message_for(delivery: Delivery) -> mail.EmailMessage:
    """The mail in its reader's language and their site's time; with it what was folded into it."""
    assert delivery.notice is not None  # noqa: S101 - the table says so for mail
    notices = [delivery.notice, *(each.notice for each in delivery.folded.all() if each.notice)]
    recipient = delivery.notice.recipient
    language = recipient.language or settings.LANGUAGE_CODE
    entries = [entry_of(notice, language) for notice in notices]
    subject = entries[0]["title"] if len(entries) == 1 else heading_of_several(len(entries), language)
    context = {"entries": entries, "recipient": recipient, "is_digest": len(entries) > 1}
    with translation.override(language):
        body = render_to_string("staff/notice-body.txt", context)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{delivery.message_id}@{host}>", "Auto-Submitted": "auto-generated"}
    # One line, whatever a parameter brought along: a line break would start another header.
    facts = {"subject": " ".join(subject.split()), "to": [recipient.email], "headers": headers}
    return with_parts(mail.EmailMultiAlternatives(body=body, **facts), parts_of(notices, language))


def with_parts(message: mail.EmailMultiAlternatives, parts: list[MailPart]) -> mail.EmailMultiAlternatives:
    """Another way to read the mail when there is one; of several, mail programs would show but the last."""
    if len(parts) == 1:
        message.attach_alternative(parts[0].content, parts[0].mimetype)
    for part in parts:
        message.attach(part.filename, part.content.encode(), part.mimetype.partition(";")[0])
    return message


def entry_of(notice: Notice, language: str) -> dict[str, str]:
    title, text = render_notice(notice, language, notice.recipient.zone)
    return {"title": title, "text": text, "link": link_to(notice.url)}


def link_to(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path if path else ""


def is_permanent(exc: Exception) -> bool:
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in exc.recipients.values())
    return isinstance(exc, smtplib.SMTPResponseException) and exc.smtp_code >= 500


def trial_of_mail(address: str, language: str) -> Callable[[], Outcome]:
    """A test to one address, tried once; the server has as long as for any mail."""
    return partial(send_trial, address, *trial(language))


def send_trial(address: str, subject: str, body: str) -> Outcome:
    headers = {"Auto-Submitted": "auto-generated"}
    message = mail.EmailMessage(subject=subject, body=body, to=[address], headers=headers)
    try:
        message.send()
    except REFUSALS:
        return Outcome.REFUSED
    except OSError:
        return Outcome.NO_ANSWER
    return Outcome.SENT
