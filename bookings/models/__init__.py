"""Requests for rooms, what they occupy, and the record of every decision."""

from bookings.models.booking import AgendaItem, Booking, Guest, RefCounter
from bookings.models.conversation import BookingLog, BookingMessage
from bookings.models.deciding import ApprovalRule, Approver, BookingPolicy, DeclineReason, WaitingPlace
from bookings.models.door import DoorDevice
from bookings.models.exchange import BookingImport, CalendarFeed, ImportMapping, Webhook, WebhookDelivery
from bookings.models.group import BookingGroup
from bookings.models.occupancy import Closure, Occupancy, Offer
from bookings.models.series import Series, SeriesDate, SeriesDraft

__all__ = [
    "AgendaItem",
    "ApprovalRule",
    "Approver",
    "Booking",
    "BookingGroup",
    "BookingImport",
    "BookingLog",
    "BookingMessage",
    "BookingPolicy",
    "CalendarFeed",
    "Closure",
    "DeclineReason",
    "DoorDevice",
    "Guest",
    "ImportMapping",
    "Occupancy",
    "Offer",
    "RefCounter",
    "Series",
    "SeriesDate",
    "SeriesDraft",
    "WaitingPlace",
    "Webhook",
    "WebhookDelivery",
]
