"""Requests for rooms, what they occupy, and the record of every decision."""

from bookings.models.booking import AgendaItem, Booking, Guest, RefCounter
from bookings.models.conversation import BookingLog, BookingMessage
from bookings.models.deciding import ApprovalRule, Approver, BookingPolicy, DeclineReason, WaitingPlace
from bookings.models.occupancy import Closure, Occupancy, Offer

__all__ = [
    "AgendaItem",
    "ApprovalRule",
    "Approver",
    "Booking",
    "BookingLog",
    "BookingMessage",
    "BookingPolicy",
    "Closure",
    "DeclineReason",
    "Guest",
    "Occupancy",
    "Offer",
    "RefCounter",
    "WaitingPlace",
]
