"""All writes of the bookings app, one function for each verb. Callers check permission, services everything else."""

from bookings.services.closures import close_room, reopen_room
from bookings.services.data import AgendaData, BookingData, GuestData, data_of
from bookings.services.decisions import answer_booking, approve_booking, decline_booking, question_booking
from bookings.services.meetings import close_booking, end_meeting, extend_meeting, start_meeting
from bookings.services.offers import accept_offer, offer_alternative, open_offer_of, withdraw_expired_offers
from bookings.services.requests import ChangeResult, cancel_booking, change_booking, request_booking, submit_booking

__all__ = [
    "AgendaData",
    "BookingData",
    "ChangeResult",
    "GuestData",
    "accept_offer",
    "answer_booking",
    "approve_booking",
    "cancel_booking",
    "change_booking",
    "close_booking",
    "close_room",
    "data_of",
    "decline_booking",
    "end_meeting",
    "extend_meeting",
    "offer_alternative",
    "open_offer_of",
    "question_booking",
    "reopen_room",
    "request_booking",
    "start_meeting",
    "submit_booking",
    "withdraw_expired_offers",
]
