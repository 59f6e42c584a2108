"""All writes of the bookings app, one function for each verb. Callers check permission, services everything else."""

from bookings.services.closures import close_room, close_room_often, reopen_room
from bookings.services.data import AgendaData, BookingData, GuestData, data_of
from bookings.services.decisions import answer_booking, approve_booking, decline_booking, question_booking
from bookings.services.groups import FurtherRoom, accept_offer, cancel_all_rooms, request_rooms
from bookings.services.imports import import_booking
from bookings.services.many import ManyResult, approve_many, undo_many
from bookings.services.meetings import close_booking, end_meeting, extend_meeting, start_meeting
from bookings.services.offers import offer_alternative, open_offer_of, withdraw_expired_offers
from bookings.services.reading import mark_read, nudge_deciders
from bookings.services.requests import ChangeResult, cancel_booking, change_booking, request_booking, submit_booking
from bookings.services.undo import undo_decision
from bookings.services.waiting import leave_line, offer_free_slots, open_place_of, settle_places, wait_for_slot

__all__ = [
    "AgendaData",
    "BookingData",
    "ChangeResult",
    "FurtherRoom",
    "GuestData",
    "ManyResult",
    "accept_offer",
    "answer_booking",
    "approve_booking",
    "approve_many",
    "cancel_all_rooms",
    "cancel_booking",
    "change_booking",
    "close_booking",
    "close_room",
    "close_room_often",
    "data_of",
    "decline_booking",
    "end_meeting",
    "extend_meeting",
    "import_booking",
    "leave_line",
    "mark_read",
    "nudge_deciders",
    "offer_alternative",
    "offer_free_slots",
    "open_offer_of",
    "open_place_of",
    "question_booking",
    "reopen_room",
    "request_booking",
    "request_rooms",
    "settle_places",
    "start_meeting",
    "submit_booking",
    "undo_decision",
    "undo_many",
    "wait_for_slot",
    "withdraw_expired_offers",
]
