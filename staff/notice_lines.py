"""Notices as a list shows them: in the reader's language and time, with what can be done where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from rooms.dates import format_moment
from staff.models import Notice, User
from staff.notice_offers import Offer, offers_for
from staff.notice_texts import render_notice


@dataclass(frozen=True)
class NoticeLine:
    notice: Notice
    title: str
    body: str
    at: str
    # When its reader said that it was seen.
    seen_at: str
    offer: Offer


def lines_of(notices: Sequence[Notice], reader: User) -> list[NoticeLine]:
    """A number of queries that does not grow with the notices."""
    language, offers = get_language() or settings.LANGUAGE_CODE, offers_for(notices, reader)
    return [line_of(notice, reader, language, offers.get(notice.pk, Offer())) for notice in notices]


def line_of(notice: Notice, reader: User, language: str, offer: Offer) -> NoticeLine:
    title, body = render_notice(notice, language, reader.zone)
    at = format_moment(notice.created_at, reader.zone)
    seen_at = format_moment(notice.acknowledged_at, reader.zone) if notice.acknowledged_at else ""
    return NoticeLine(notice, title, body, at, seen_at, offer)
