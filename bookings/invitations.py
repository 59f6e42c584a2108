"""The invitation in an applicant's mail: it enters the meeting, follows its changes and takes it out again.

It is made when the mail is sent and says how the booking stands then, so that a mail that was late cannot bring an
older state back: its sequence is the newest one as well.
"""

from dataclasses import replace

from django.conf import settings
from django.utils import translation

from bookings.feeds import entry_of, status_of
from bookings.ical import calendar_text
from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.selectors.feeds import with_last_change
from staff.mail_parts import MailPart, register_part
from staff.models import Notice

# Mails to applicants after which their calendar must be right.
CODES = (
    *("booking_approved", "booking_changed", "booking_cancelled", "booking_declined", "booking_calendar"),
    "booking_reopened",
)


def invitation_for(notice: Notice, language: str) -> MailPart | None:
    """None for anyone but the applicant, and for what never stood in their calendar."""
    ref = str(notice.params.get("ref", ""))
    booking = with_last_change(Booking.objects.filter(ref=ref, applicant=notice.recipient)).first()
    if booking is None or not has_been_approved(booking):
        return None
    with translation.override(language):
        entry = entry_of(booking, notice.recipient)
        # Mail is read by more eyes than a calendar: a private topic does not travel by it.
        summary = str(MASKED_TITLE) if booking.is_private else entry.summary
        recipient = notice.recipient
        people = {"organizer": organizer(), "attendee": (recipient.email, recipient.get_full_name())}
        method = "CANCEL" if status_of(booking) == "CANCELLED" else "REQUEST"
        content = calendar_text([replace(entry, summary=summary, **people)], method=method).decode()
    return MailPart(content, f"text/calendar; method={method}", f"{booking.ref}.ics")


def has_been_approved(booking: Booking) -> bool:
    return booking.log.filter(to_status=Booking.Status.APPROVED).exists()


def organizer() -> str:
    """The address alone, whatever name stands before it."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip()


register_part(CODES, invitation_for)
