"""Questions whether a change of a plan was seen, and who has not answered yet."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.models import Booking
from checklists.models import Acknowledgement
from staff.models import User

# A change of a meeting that is long over is nobody's concern any more.
CONCERNS = timedelta(hours=2)
# Without a word this long before it matters, somebody has to go and tell the person.
PRESSING = timedelta(minutes=10)


def open_questions() -> QuerySet[Acknowledgement]:
    """The newest unanswered question to each person about each plan: older ones are folded into it."""
    newer = Acknowledgement.objects.filter(
        user=OuterRef("user"), revision__plan=OuterRef("revision__plan"), revision__gt=OuterRef("revision")
    )
    return Acknowledgement.objects.filter(acknowledged_at=None).exclude(Exists(newer))


def waiting_for(user: User, now: datetime) -> QuerySet[Acknowledgement]:
    """What the person has still to acknowledge, soonest first; older changes are folded into the newest."""
    return current(now).filter(user=user)


def unanswered(*, site_id: int, window: tuple[datetime, datetime], now: datetime) -> QuerySet[Acknowledgement]:
    """Everyone's open questions that concern a day of a site: by its meetings, or by when they matter."""
    day_from, day_until = window
    is_held = Q(revision__plan__booking__start_at__gte=day_from, revision__plan__booking__start_at__lt=day_until)
    matters = Q(matters_at__gte=day_from, matters_at__lt=day_until)
    return current(now).filter(is_held | matters, revision__plan__booking__site=site_id)


def current(now: datetime) -> QuerySet[Acknowledgement]:
    """Clearing may fall on the morning after, long after the meeting."""
    since = now - CONCERNS
    is_running = Q(revision__plan__booking__status=Booking.Status.RUNNING)
    concerns = Q(revision__plan__booking__end_at__gt=since) | Q(matters_at__gt=since) | is_running
    return (
        open_questions()
        .filter(concerns)
        .select_related("user", "revision__plan__standard", "revision__plan__booking__room")
        .select_related("revision__plan__booking__site")
        .defer("revision__plan__standard__document")
        .order_by("matters_at", "pk")
    )
