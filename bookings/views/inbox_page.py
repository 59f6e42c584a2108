"""What the inbox shows around the open request, and what an action left to say there."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bookings.drawing_inbox import inbox_rows
from bookings.forms import InboxFilterForm
from bookings.inbox_window import InboxWindow, window_of
from bookings.permissions import can_use_inbox
from bookings.selectors import InboxItem, inbox_of, inbox_refs, undoable
from bookings.selectors.inbox import UNDO_SHOWN, Desk, Undoable, desk_of, recent_decisions
from bookings.services import mark_read
from bookings.views.choices import number_in
from bookings.views.inbox_facts import age_in_words, request_facts, request_forms
from bookings.views.series_facts import series_facts
from rooms.text import listed as join_texts
from staff.models import User


@dataclass
class Page:
    """What is open in the inbox, and what an action left to say."""

    request: HttpRequest
    now: datetime
    ref: str = ""
    status: int = 200
    said: str = ""
    refusal: str = ""
    # Of several decided at once: which could not be, and why.
    refused: list[dict[str, Any]] = field(default_factory=list)
    forms: dict[str, Any] = field(default_factory=dict)
    # The panel that stays open because its form has to be corrected.
    panel: str = ""
    # The date of a series for which another room or time is looked for.
    offer_for: int | None = None
    # What opens when all went well; else what the form names as the next.
    follows: str = ""

    def render(self) -> HttpResponse:
        template = "bookings/_inbox.html" if self.request.htmx else "bookings/inbox.html"
        user = self.request.user
        wanted = InboxFilterForm(self.request.GET, user=user)
        rooms, recent = wanted.rooms, recent_decisions(user, self.now)
        items, window, desk = seen(wanted, self.ref, user, self.now, rooms, recent)
        wanted.list_rooms(rooms)
        # After a refusal nothing else opens in the place of what was refused.
        ref = self.ref if self.refusal else window.chosen
        chosen = next((item for item in items if item.booking.ref == ref), None)
        context = {
            **listed(items, window, wanted, chosen.booking.ref if chosen else ""),
            "filter": wanted,
            "chosen": chosen.booking if chosen else None,
            "following": window.following if chosen else "",
            "refusal": self.refusal,
            "refused": self.refused,
            "panel": self.panel,
            "undoable": [_undo_row(each, self.now) for each in undoable(user, self.now, recent)],
        }
        if chosen:
            context |= request_facts(chosen.booking, user, self.now, desk.deciders)
            context |= request_forms(chosen.booking, context["reasons"], rooms, number_in(self.request.GET, "room"))
            # After the forms: of a series the offer is for the date that was chosen.
            context |= series_facts(chosen.booking, user, self.now, desk.deciders, self.offer_for) | self.forms
            if chosen.is_unread and chosen.may_decide:
                mark_read(booking_id=chosen.booking.pk, now=self.now)
        return self._answer(render(self.request, template, context, status=self.status), chosen, wanted.query)

    def _answer(self, response: HttpResponse, chosen: InboxItem | None, query: str) -> HttpResponse:
        if not self.request.htmx:
            return response
        if self.said:
            response["HX-Trigger"] = json.dumps({"toast": {"text": self.said, "level": "success"}})
        url = reverse("bookings:inbox_request", args=[chosen.booking.ref]) if chosen else reverse("bookings:inbox")
        response["HX-Push-Url"] = f"{url}?{query}" if query else url
        return response


def require_desk(user: User) -> None:
    if not can_use_inbox(user):
        raise PermissionDenied


def seen(
    wanted: InboxFilterForm, ref: str, user: User, now: datetime, *further: QuerySet[Any]
) -> tuple[list[InboxItem], InboxWindow, Desk]:
    """The requests around the open one; `further` is read along.

    What only the requests themselves can tell is asked of all that wait.
    """
    wish = wanted.wish
    if wish.is_told_by_columns:
        refs = inbox_refs(user, wish)
        desk = desk_of(user, refs, *further)
        window = window_of(list(refs), ref)
        return inbox_of(user, now, wish, window.shown, desk), window, desk
    desk = desk_of(user, *further)
    items = inbox_of(user, now, wish, desk=desk)
    window = window_of([item.booking.ref for item in items], ref)
    shown = set(window.shown)
    return [item for item in items if item.booking.ref in shown], window, desk


def listed(items: list[InboxItem], window: InboxWindow, wanted: InboxFilterForm, chosen: str) -> dict[str, Any]:
    rows = [{"item": item, "age": age_in_words(item.age)} for item in items]
    drawn = inbox_rows(rows, chosen=chosen, query=wanted.query)
    return {"items": rows, "rows": drawn, "window": window, "query": wanted.query}


def _undo_row(each: Undoable, now: datetime) -> dict[str, Any]:
    """A request of several rooms stands there once, with all of them."""
    bookings = sorted(each.bookings, key=lambda booking: booking.pk)
    seconds = ceil((each.entry.at + UNDO_SHOWN - now).total_seconds())
    rooms = join_texts(dict.fromkeys(booking.room.code for booking in bookings))
    return {"verb": each.entry.verb, "booking": bookings[0], "rooms": rooms, "seconds": seconds}
