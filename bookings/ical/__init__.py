"""Bookings as iCalendar (RFC 5545): what a calendar program reads, in feeds and in mails."""

from bookings.ical.entries import Entry, calendar_text
from bookings.ical.zones import observances

__all__ = ["Entry", "calendar_text", "observances"]
