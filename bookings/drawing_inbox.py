"""The requests of the inbox's list as rows of text, each with the marks a decision wants to see first."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext

from bookings.models import Booking
from bookings.selectors.inbox import InboxItem
from rooms.dates import format_moment, format_time
from rooms.pieces import mark

CHOSEN = ' aria-current="true"'


def inbox_rows(rows: Iterable[dict[str, Any]], *, chosen: str, query: str) -> SafeString:
    """Each `item` with its `age` in words; `query` is the filter that the addresses carry on."""
    drawn = [_row(**row, is_chosen=row["item"].booking.ref == chosen, query=query) for row in rows]
    return mark_safe("\n".join(drawn))  # noqa: S308 - escaped below


def _row(item: InboxItem, age: str, *, is_chosen: bool, query: str) -> str:
    booking = item.booking
    ref, url = escape(booking.ref), reverse("bookings:inbox_request", args=[booking.ref])
    url = escape(f"{url}?{query}" if query else url)
    kind = " is-questioned" if booking.status == Booking.Status.QUESTIONED else ""
    return (
        f'<li class="inbox-row{" is-unread" if item.is_unread else ""}"{" data-current" if is_chosen else ""}>'
        f'{_choice(item, ref)}<a id="item-{ref}" class="inbox-item{kind}" href="{url}" hx-get="{url}"'
        ' hx-target="#inbox" hx-swap="outerHTML" hx-sync="#inbox-list:replace"'
        f"{CHOSEN if is_chosen else ''}>"
        f'<span class="item-top"><strong>{_unread() if item.is_unread else ""}{escape(booking.title)}</strong>'
        f'<span class="quieter">{escape(age)}</span></span> {_facts(booking)}'
        f' <span class="item-marks">{"".join(_marks(item))}</span></a></li>'
    )


def _choice(item: InboxItem, ref: str) -> str:
    """A series is decided on its own page."""
    state = " disabled" if item.dates or not item.may_decide else ""
    words = escape(_("Choose %(ref)s") % {"ref": item.booking.ref})
    return (
        f'<label class="inbox-choice"><input type="checkbox" class="form-check-input" name="chosen" value="{ref}"'
        f' form="many"{state}><span class="visually-hidden">{words}</span></label>'
    )


def _unread() -> str:
    word = _("Unread:")
    return f'<span class="unread" aria-hidden="true"></span><span class="visually-hidden">{word} </span>'


def _facts(booking: Booking) -> str:
    zone = booking.site.zone
    return (
        f'<span class="item-who quiet">{escape(booking.host_department)} · {escape(str(booking.applicant))}</span>'
        f' <span class="item-when num">{format_moment(booking.start_at, zone)}–{format_time(booking.end_at, zone)}'
        f" · <b>{escape(booking.room.code)}</b> · {booking.headcount}</span>"
    )


def _marks(item: InboxItem) -> Iterator[str]:
    booking = item.booking
    if booking.room_count:
        words = _("room %(number)s of %(total)s") % {"number": booking.room_number, "total": booking.room_count}
        yield mark("", "link", escape(words))
    if item.dates:
        words = ngettext("Series, %(n)s date", "Series, %(n)s dates", item.dates) % {"n": item.dates}
        yield mark("", "calendar-range", escape(words))
    if item.is_due:
        yield mark("bad", "alarm", _("Look-time missed"))
    if booking.status == Booking.Status.QUESTIONED:
        yield mark("info", "chat-left-dots", _("Waits for an answer"))
    if item.has_offer:
        yield mark("info", "arrow-left-right", _("Slot offered") if item.waits_for_slot else _("Offer made"))
    if booking.exceptions:
        yield mark("warn", "shield-exclamation", _("Exception"))
    yield from _rivals(item)


def _rivals(item: InboxItem) -> Iterator[str]:
    if item.is_taken:
        yield mark("bad", "x-octagon", _("Taken"))
    if item.waits_for_slot:
        yield mark("", "list-ol", _("Waiting list"))
    if item.competing:
        yield mark("warn", "people", escape(_("Competing %(n)s") % {"n": item.competing}))
    if not item.may_decide:
        yield mark("", "person-lock", _("Others decide"))
