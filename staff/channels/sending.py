"""What one delivery to a chat room or a browser says, and the call that sends it; that call needs no database."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings

from staff.channels.chat import send_chat
from staff.channels.mail import link_to
from staff.channels.outcomes import Outcome
from staff.channels.push import Browser, send_push
from staff.channels.sealing import UnreadableError, unseal
from staff.models import Channel, Delivery, Notice, PushSubscription
from staff.notice_kinds import Urgency
from staff.outside_texts import group_line, heading_of_several, listed, person_line, trial

Sending = Callable[[], Outcome]


def sending_of(delivery: Delivery) -> Sending:
    """Everything is read here, so that the thread that sends touches no row."""
    if delivery.channel == Delivery.Channel.GROUP:
        return to_group(delivery)
    if delivery.reader is None:
        return lambda: Outcome.GONE
    if delivery.channel == Delivery.Channel.CHAT:
        return to_chat(delivery)
    return to_browser(delivery)


def to_group(delivery: Delivery) -> Sending:
    room = delivery.target
    assert room is not None  # noqa: S101 - the table says so for a group
    assert room.site is not None  # noqa: S101 - the same
    language = room.language or settings.LANGUAGE_CODE
    line = group_line(delivery.code, delivery.params, language, room.site.zone)
    return to_room(room, line, link_to(delivery.url))


def to_chat(delivery: Delivery) -> Sending:
    assert delivery.target is not None  # noqa: S101 - the table says so for a chat
    title, body, link = told_person(delivery)
    return to_room(delivery.target, title, "\n".join(filter(None, (body, link))))


def to_room(room: Channel, title: str, body: str) -> Sending:
    try:
        address = unseal(room.sealed)
    except UnreadableError:
        return lambda: Outcome.UNREADABLE
    return partial(send_chat, address, title, body)


def to_browser(delivery: Delivery) -> Sending:
    if delivery.subscription is None or delivery.notice is None:
        return lambda: Outcome.GONE
    title, body, _link = told_person(delivery)
    payload = {"title": title, "body": body, "url": delivery.notice.url, "tag": str(delivery.message_id)}
    is_urgent = delivery.notice.urgency == Urgency.URGENT
    return partial(send_push, browser_of(delivery.subscription), payload | {"urgent": is_urgent}, is_urgent=is_urgent)


def told_person(delivery: Delivery) -> tuple[str, str, str]:
    """Title, lines and link: of one notice, or of several that waited for the end of the quiet hours."""
    assert delivery.notice is not None  # noqa: S101 - the table says so for a person's channel
    recipient = delivery.notice.recipient
    language = recipient.language or settings.LANGUAGE_CODE
    notices: list[Notice] = [delivery.notice, *(each.notice for each in delivery.folded.all() if each.notice)]
    lines = [person_line(notice, language, recipient.zone) for notice in notices]
    if len(lines) == 1:
        return lines[0], "", link_to(delivery.notice.url)
    return heading_of_several(len(lines), language), listed(lines, language), link_to("/notices/")


def browser_of(subscription: PushSubscription) -> Browser:
    return Browser(subscription.endpoint, subscription.p256dh, subscription.auth)


def trial_of_room(room: Channel, language: str) -> Sending:
    return to_room(room, *trial(language))


def trial_of_browser(subscription: PushSubscription, language: str) -> Sending:
    title, body = trial(language)
    payload: dict[str, Any] = {"title": title, "body": body, "url": "/me/notices/", "tag": "trial", "urgent": False}
    return partial(send_push, browser_of(subscription), payload)
