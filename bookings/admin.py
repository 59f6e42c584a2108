"""Bookings, what they occupy and their log in the administration: to look at; decisions are taken on the pages."""

from django.contrib import admin

from bookings.models import AgendaItem, Booking, BookingLog, BookingMessage, Closure, Guest, Occupancy, Offer
from rooms.readonly import ReadOnlyAdmin, ReadOnlyRows


class GuestRows(ReadOnlyRows):
    model = Guest


class AgendaRows(ReadOnlyRows):
    model = AgendaItem


class OfferRows(ReadOnlyRows):
    model = Offer


class MessageRows(ReadOnlyRows):
    model = BookingMessage


class LogRows(ReadOnlyRows):
    model = BookingLog


class OccupancyRows(ReadOnlyRows):
    model = Occupancy


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("ref", "status", "site", "room", "start_at", "end_at", "applicant", "decided_by")
    list_filter = ("site", "status")
    list_select_related = ("site", "room", "applicant", "decided_by")
    search_fields = ("ref", "host_department", "applicant__username")
    date_hierarchy = "start_at"
    inlines = (GuestRows, AgendaRows, OccupancyRows, OfferRows, MessageRows, LogRows)


@admin.register(Closure)
class ClosureAdmin(ReadOnlyAdmin):
    list_display = ("room", "during", "reason", "created_by")
    list_select_related = ("room", "created_by")


@admin.register(BookingLog)
class BookingLogAdmin(ReadOnlyAdmin):
    list_display = ("at", "booking", "verb", "from_status", "to_status", "actor")
    list_filter = ("verb",)
    list_select_related = ("booking", "actor")
    date_hierarchy = "at"
