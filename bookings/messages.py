"""The wording of every refusal and fault of this app, by code."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.errors import BookingError, Fault, InvalidBooking
from rooms.dates import format_date
from rooms.text import listed

# Shown in place of a topic the reader may not see.
MASKED_TITLE = _("Reserved")

BOOKING_MESSAGES: dict[str, Promise] = {
    "room_taken": _("The room is taken at that time."),
    "equipment_taken": _(
        "Others have all of it at that time, set-up and clearing included: %(names)s. "
        "Another time, or a request without it, would do."
    ),
    "equipment_taken_on": _(
        "Others have all of it on some of these dates: %(names)s (%(dates)s). Leave these dates out, or ask without it."
    ),
    "wrong_state": _(
        "The booking has meanwhile moved on, so this can no longer be done. Its state is shown as it is now."
    ),
    "invalid": _("Please check what is marked."),
    "changed_meanwhile": _("Somebody has changed this booking in the meantime. It is shown as it is now."),
    "needs_new_decision": _("This booking is approved. The change needs a new decision."),
    "offer_gone": _("The offer has expired or was withdrawn."),
    "too_early": _("A meeting can be started from 60 minutes before its time."),
    "too_late": _("The booked time is over."),
    "slot_free": _("The room is free then; there is nothing to wait for."),
    "undo_gone": _("This can no longer be undone."),
    "setting_gone": _("This is no longer there."),
    "not_yours": _("Somebody else decides on this request."),
    # Faults of a sheet and of its cells.
    "import_moved_on": _("This sheet is being worked on or has been brought in already."),
    "not_a_date": _("Please give the date like 2026-11-23."),
    "not_a_time": _("Please give the time like 14:30."),
    "no_date": _("The date is missing."),
    "not_a_number": _("A whole number is needed."),
    "not_yes_or_no": _("Please say yes or no."),
    "unknown_person": _("There is no such person at this site."),
    "repeated_row": _("Row %(row)s has the same number already."),
    "external_id_taken": _("This external number belongs to a booking that you may not see."),
    "too_many_webhooks": _("There are %(most)s webhooks already. Remove one first."),
    "too_many_feeds": _("There are %(most)s calendars already. Revoke one first."),
    "not_at_door": _("This cannot be done at the door. Please sign in by the QR code."),
    "too_early_at_door": _("Checking in is possible from %(minutes)s minutes before the start."),
    "room_in_use": _("The meeting before is still running in this room."),
    "closure_gone": _("The room is already back in use."),
    "series_taken": _("Taken dates in this series: %(count)s. Nothing has been changed yet."),
    "no_open_dates": _("No date that lies ahead and can still be changed is among these."),
    # Faults of one field.
    "outside_policy": _(
        "This goes beyond the rules of the room (%(respects)s). "
        "Say why it is needed, and it is sent as a request for exception."
    ),
    "cannot_decide": _("This person does not work at the site as a secretary or manager."),
    "rule_without_condition": _("Give at least one condition: this rule would approve everything."),
    "policy_without_bound": _("Give at least one bound, or remove the line."),
    "required": _("Please fill this in."),
    "too_long": _("At most %(limit)s characters."),
    "bad_character": _("This contains a character that cannot be stored."),
    "one_line": _("Please keep this to one line."),
    "too_many": _("At most %(limit)s entries."),
    "unknown_choice": _("This is not one of the choices."),
    "unknown_room": _("There is no such room."),
    "room_inactive": _("This room cannot be booked at present."),
    "no_zone": _("The time needs its offset, such as +08:00."),
    "no_such_time": _("This time does not exist: the clock is put forward over it."),
    "in_past": _("This time is already past."),
    "end_before_start": _("The end must be after the start."),
    "too_short": _("A meeting takes at least %(minutes)s minutes."),
    "lasts_too_long": _("A meeting takes at most %(hours)s hours."),
    "too_far_ahead": _("A room can be booked at most %(days)s days ahead."),
    "no_layout": _("This room is not set up in that layout."),
    "below_one": _("At least one."),
    "over_capacity": _("In this layout the room seats %(capacity)s."),
    "not_equipped": _("This room does not have: %(missing)s."),
    "too_few_microphones": _("This room has %(available)s."),
    "out_of_bounds": _("Between %(least)s and %(most)s."),
    "outside_meeting": _("“%(title)s” lies outside the meeting's time."),
    "agenda_order": _("“%(title)s” ends before it begins."),
    "weeks_overlap": _("One week's closure would reach into the next."),
    "shares_floor": _("This room shares its floor with another room of the request."),
    "together": _("The rooms of this request stay at one time: offer another room at the same time."),
    "not_later": _("The new end must be later than the booked one."),
    "no_end": _("Please say until when it repeats, or how often."),
    "two_ends": _("Please give either the last day or the number of times, not both."),
    "until_before_first": _("The last day lies before the first."),
    "too_many_dates": _("A series has at most %(limit)s dates."),
    "no_dates": _("The rule gives no date."),
    "no_dates_left": _("No date is left: all of them are taken, on holidays or left out."),
    "draft_gone": _("This draft was sent or thrown away meanwhile. Send once more to ask for another series."),
    "too_many_drafts": _("You have %(limit)s drafts of series already. Please send or throw away one of them first."),
    "not_a_series_date": _("The series has no such date: %(dates)s."),
    "no_change_while_running": _("While the meeting runs only the wording can be changed."),
    # Remarks: accepted, but worth knowing.
    "ash_tray_no_smoking": _("Smoking is not allowed in this room: no ash tray will be set out."),
}

# In which respects a request goes beyond the policy of its room.
EXCEPTION_TEXTS: dict[str, Promise] = {
    "too_long": _("longer than allowed"),
    "too_far": _("too far ahead"),
    "too_soon": _("at too short notice"),
    "outside_hours": _("outside the opening hours"),
}

# Why an address of another system is not taken.
WEBHOOK_MESSAGES: dict[str, Promise] = {
    "bad_url": _("This is no address. It looks like https://oa.example.com/hook."),
    "url_not_allowed": _("This address is inside the network and may not be used."),
    "url_not_secure": _("The address must begin with https://."),
}

# What became of a delivery to another system; what that said is not among it.
WEBHOOK_OUTCOMES: dict[str, Promise] = {
    "refused": _("The other side did not take it."),
    "no_answer": _("The other side did not answer in time."),
    "not_allowed": _("The address leads inside the network and may not be used."),
    "unreadable": _("The address can no longer be read. Please enter it again."),
    "other": _("It could not be sent."),
}

# Why a room does not suit, shown beside it in the choice of rooms.
ROOM_REASONS: dict[str, Promise] = {
    "taken": _("Taken"),
    "no_layout": _("Not in this layout"),
    "too_small": _("Too small"),
    "not_equipped": _("Equipment is missing"),
    "equipment_in_use": _("Shared equipment is in use"),
}


def fault_text(fault: Fault) -> str:
    return str(BOOKING_MESSAGES[fault.code]) % _readable(fault.params)


def error_text(error: BookingError) -> str:
    return str(BOOKING_MESSAGES[error.code]) % _readable(error.params)


def error_texts(error: InvalidBooking) -> dict[str, list[str]]:
    """The faults in the reader's language, by field: what a form or an API answer shows."""
    return {name: [fault_text(fault) for fault in faults] for name, faults in error.errors.items()}


def _readable(params: Mapping[str, object]) -> dict[str, str]:
    return {
        name: listed(map(_word, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in params.items()
    }


def _word(value: object) -> object:
    return format_date(value) if isinstance(value, date) else value
