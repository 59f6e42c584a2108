"""Requests for rooms, what they occupy, and the record of every decision."""

from bookings.models.booking import AgendaItem, Booking, Guest, RefCounter
from bookings.models.conversation import BookingLog, BookingMessage
from bookings.models.occupancy import Closure, Occupancy, Offer

__all__ = [
    "AgendaItem",
    "Booking",
    "BookingLog",
    "BookingMessage",
    "Closure",
    "Guest",
    "Occupancy",
    "Offer",
    "RefCounter",
]
