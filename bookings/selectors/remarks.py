"""What is unwise about a request but not refused: shown before the decision and kept in the log."""

from bookings.models import Booking


def remarks_on(booking: Booking) -> list[str]:
    """Codes of `BOOKING_MESSAGES`."""
    remarks = []
    if not booking.room.allows_smoking and any(guest.ash_tray for guest in booking.guests.all()):
        remarks.append("ash_tray_no_smoking")
    return remarks
