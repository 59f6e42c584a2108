"""Reads of the bookings app."""

from bookings.selectors.competing import competing_with, conflicts_of, waiting_for
from bookings.selectors.day import DaySpan, RoomDay, SpanKind, days_of_rooms, room_day
from bookings.selectors.free import RoomFit, Wish, free_rooms
from bookings.selectors.groups import rooms_of_request, with_room_numbers
from bookings.selectors.inbox import (
    InboxItem,
    InboxWish,
    bookings_of,
    inbox_of,
    inbox_refs,
    undoable,
    waiting_at,
)
from bookings.selectors.instead import alternatives_for, alternatives_to
from bookings.selectors.remarks import remarks_on
from bookings.selectors.titles import title_for
from bookings.selectors.waiting import place_in_line, places_of

__all__ = [
    "DaySpan",
    "InboxItem",
    "InboxWish",
    "RoomDay",
    "RoomFit",
    "SpanKind",
    "Wish",
    "alternatives_for",
    "alternatives_to",
    "bookings_of",
    "competing_with",
    "conflicts_of",
    "days_of_rooms",
    "free_rooms",
    "inbox_of",
    "inbox_refs",
    "place_in_line",
    "places_of",
    "remarks_on",
    "room_day",
    "rooms_of_request",
    "title_for",
    "undoable",
    "waiting_at",
    "waiting_for",
    "with_room_numbers",
]
