"""Calls from the card on the table: nobody is signed in, so the meeting itself says when, and how often."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.models import Step, Wish
from checklists.selectors.wishes import is_served_now
from checklists.services.locks import lock_booking
from checklists.services.wishes import Said, check, write_wish

Kind, Source = Wish.Kind, Wish.Source
# What a guest may ask for by a button.
CALLS = (Kind.MORE_TEA, Kind.TOO_WARM, Kind.TOO_COLD, Kind.SOUND, Kind.OTHER)
LONGEST_WORDS = 100
# At most so many new calls of one meeting within each of these spans.
LIMITS = ((timedelta(minutes=5), 3), (timedelta(hours=1), 12))


@transaction.atomic
def call_service(*, booking_id: int, room_id: int, kind: str, text: str, now: datetime) -> Wish:
    """A wish for whoever is on duty, due in three minutes; the same one, while it is open, answers the open one.

    Raises `InvalidTick`, `not_running`, and `too_many_calls` with the seconds after which the next one is welcome.
    """
    text = text.strip()
    if kind not in CALLS:
        raise InvalidTick({"kind": ["unknown_choice"]})
    if len(text) > LONGEST_WORDS:
        raise InvalidTick({"text": ["too_long"]})
    check(kind, text, Source.CARD)
    lock_booking(booking_id)
    booking = Booking.objects.select_related("room", "site", "applicant").get(pk=booking_id)
    if not is_served_now(booking, now) or booking.room_id != room_id:
        raise ChecklistError("not_running")
    return open_call(booking, kind, text) or new_call(booking, kind, text, now)


def open_call(booking: Booking, kind: str, text: str) -> Wish | None:
    waiting = calls_of(booking).filter(step__state=Step.State.OPEN, kind=kind)
    # Different words ask for different things.
    return (waiting.filter(text=text) if kind == Kind.OTHER else waiting).first()


def new_call(booking: Booking, kind: str, text: str, now: datetime) -> Wish:
    seconds = seconds_to_wait(booking, now)
    if seconds:
        raise ChecklistError("too_many_calls", seconds=seconds)
    return write_wish(booking, Said(kind, text, Source.CARD, now), None, now)


def seconds_to_wait(booking: Booking, now: datetime) -> int:
    """0 when another call is welcome; counted in the database under the lock of the booking."""
    since = now - max(span for span, _most in LIMITS)
    times = list(
        calls_of(booking).filter(raised_at__gt=since).order_by("raised_at").values_list("raised_at", flat=True)
    )
    return max(wait_in(times, span, most, now) for span, most in LIMITS)


def wait_in(times: list[datetime], span: timedelta, most: int, now: datetime) -> int:
    recent = [at for at in times if at > now - span]
    if len(recent) < most:
        return 0
    return max(int((recent[-most] + span - now).total_seconds()), 1)


def calls_of(booking: Booking) -> QuerySet[Wish]:
    return Wish.objects.filter(step__booking=booking, source=Source.CARD)
