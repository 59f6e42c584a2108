"""What a booking's page says in words: its state, what comes next and by when, and what a change changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _, gettext_lazy

from bookings.errors import BookingError, RoomTaken
from bookings.messages import error_text
from bookings.models import Booking, Guest, Offer
from bookings.services.data import FIELDS
from bookings.transitions import Verb
from rooms.dates import format_moment, format_time, instant_of
from rooms.equipment import equipment_word
from rooms.models import Site
from rooms.text import listed
from rooms.workcal import WorkingCalendar

Status = Booking.Status

# Requests are read several times each working day; half a day is what an applicant may count on.
DECISION_WITHIN = timedelta(hours=4)

VERBS = {
    Verb.REQUEST: gettext_lazy("Written"),
    Verb.SUBMIT: gettext_lazy("Sent"),
    Verb.CHANGE: gettext_lazy("Changed"),
    Verb.REOPEN: gettext_lazy("Changed; needs a new decision"),
    Verb.QUESTION: gettext_lazy("Question asked"),
    Verb.ANSWER: gettext_lazy("Answered"),
    Verb.OFFER: gettext_lazy("Another room or time offered"),
    Verb.WITHDRAW_OFFER: gettext_lazy("Offer expired"),
    Verb.ACCEPT: gettext_lazy("Offer accepted"),
    Verb.APPROVE: gettext_lazy("Approved"),
    Verb.DECLINE: gettext_lazy("Declined"),
    Verb.UNDO: gettext_lazy("Decision taken back"),
    Verb.WAIT: gettext_lazy("Joined the waiting list"),
    Verb.LEAVE_LINE: gettext_lazy("Left the waiting list"),
    Verb.CANCEL: gettext_lazy("Cancelled"),
    Verb.WARN_NO_SHOW: gettext_lazy("Nobody has checked in; the applicant was warned"),
    Verb.NO_SHOW: gettext_lazy("Given back: nobody came"),
    Verb.START: gettext_lazy("Meeting started"),
    Verb.EXTEND: gettext_lazy("Meeting extended"),
    Verb.END: gettext_lazy("Meeting ended"),
    Verb.CLOSE: gettext_lazy("Closed"),
}
FIELD_NAMES = {"guests": gettext_lazy("Important guests"), "agenda": gettext_lazy("Agenda")}
NAMED = {*FIELD_NAMES, *(field.name for field in Booking._meta.fields)}
# Fields whose difference would tell what the booking's page keeps from some readers.
GUEST_FIELDS = ("guests",)
# Habits that a value alone does not name.
LABELLED = ("ash_tray", "tea", "seat")
TOPIC_FIELDS = ("title", "purpose", "agenda", "exception_reason")


@dataclass(frozen=True)
class StateWords:
    """What the state means for the applicant, and what happens next; `tone` is ok, warn, bad or info."""

    headline: str
    following: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


def decision_due(booking: Booking, calendar: WorkingCalendar) -> datetime | None:
    """By when the applicant may count on an answer: half a working day, and before the meeting in any case."""
    if booking.requested_at is None:
        return None
    return min(calendar.add_working(booking.requested_at, DECISION_WITHIN), booking.start_at)


def state_words(
    booking: Booking,
    *,
    calendar: WorkingCalendar,
    now: datetime,
    offer: Offer | None = None,
    line_number: int | None = None,
) -> StateWords:
    """`line_number` is its place in the waiting list."""
    zone = booking.site.zone
    facts = {
        "room": booking.room.code,
        "start": format_moment(booking.start_at, zone),
        "ready": format_time(booking.start_at - timedelta(minutes=10), zone),
        "reason": reason_in_words(booking),
    }
    if booking.status in Booking.PENDING:
        return _pending_words(booking, calendar, now, offer, line_number)
    headline, following, tone, icon = WORDS[Status(booking.status)]
    return StateWords(str(headline) % facts, str(following) % facts, tone, icon)


def reason_in_words(booking: Booking) -> str:
    """Why it was declined or cancelled, in somebody's own words or, where no person did it, in ours."""
    if booking.cancel_reason == Booking.NO_SHOW:
        return _("nobody checked in")
    return booking.decline_reason or booking.cancel_reason or "–"


def _pending_words(
    booking: Booking, calendar: WorkingCalendar, now: datetime, offer: Offer | None, line_number: int | None
) -> StateWords:
    if offer and offer.offered_by_id is None:
        return StateWords(
            _("The room you wait for is free."),
            _("It is held for you; accept it below and it is yours. After that the next in line is asked."),
            "warn",
            "bell",
        )
    if offer:
        return StateWords(
            _("The secretary offers another room or time."),
            _("Accept the offer below and the room is yours, or wait for a decision on your own request."),
            "warn",
            "arrow-left-right",
        )
    if booking.status == Status.QUESTIONED:
        return StateWords(
            _("The secretary has a question."),
            _("Answer it below; until then your request waits."),
            "warn",
            "chat-left-dots",
        )
    if line_number:
        return StateWords(
            _("Your request is number %(n)s on the waiting list for this room and time.") % {"n": line_number},
            _("When it comes free, it is held for you and you are told. Another room or time may be quicker."),
            "info",
            "list-ol",
        )
    due = decision_due(booking, calendar)
    if due is None or due < now:
        return StateWords(
            _("Your request is waiting for a decision."),
            _("It takes longer than usual. Please call the secretary if it is urgent."),
            "warn",
            "hourglass-split",
        )
    by = format_moment(due, booking.site.zone)
    return StateWords(
        _("Your request is waiting for a decision."),
        _("It is decided by %(by)s; you are told at once. Until then the room is not yet yours.") % {"by": by},
        "info",
        "hourglass-split",
    )


WORDS: dict[Status, tuple[Any, Any, str, str]] = {
    Status.DRAFT: (
        gettext_lazy("This is a draft; nobody else sees it."),
        gettext_lazy("Send it when it is complete. It takes no room until then."),
        "info",
        "pencil",
    ),
    Status.APPROVED: (
        gettext_lazy("Approved: room %(room)s is yours."),
        gettext_lazy("The room is being prepared and will be ready at %(ready)s, ten minutes before the start."),
        "ok",
        "check-circle",
    ),
    Status.RUNNING: (
        gettext_lazy("The meeting is running in room %(room)s."),
        gettext_lazy("Service goes on until the meeting is marked as ended."),
        "ok",
        "play-circle",
    ),
    Status.ENDED: (
        gettext_lazy("The meeting has ended."),
        gettext_lazy("The room is being cleared. Your opinion of the service is asked for within a working day."),
        "info",
        "flag",
    ),
    Status.CLOSED: (
        gettext_lazy("The meeting is over and everything is done."),
        gettext_lazy("Nothing is left to do here."),
        "info",
        "check2-all",
    ),
    Status.DECLINED: (
        gettext_lazy("The request was declined: %(reason)s"),
        gettext_lazy("You can make a new request from this one with another time or room."),
        "bad",
        "x-octagon",
    ),
    Status.CANCELLED: (
        gettext_lazy("The booking was cancelled."),
        gettext_lazy("The room has been given back. Reason: %(reason)s"),
        "info",
        "slash-circle",
    ),
}


def differences(
    changes: Mapping[str, Any], site: Site, *, may_see_guests: bool, may_see_title: bool
) -> list[Difference]:
    hidden = {*(() if may_see_guests else GUEST_FIELDS), *(() if may_see_title else TOPIC_FIELDS)}
    return list(_differences({name: pair for name, pair in changes.items() if name not in hidden}, site))


def _differences(changes: Mapping[str, Any], site: Site) -> Iterator[Difference]:
    for name, pair in sorted(changes.items(), key=_place):
        # Other facts of an entry stand beside the changes, such as whom an approval kept waiting.
        if name not in NAMED or not (isinstance(pair, list) and len(pair) == 2):
            continue
        before, after = (_readable(name, value, site) for value in pair)
        yield Difference(field_name(name), before, after)


def _place(change: tuple[str, Any]) -> int:
    """As the request form asks for it; the database keeps no order of its own."""
    return FIELDS.index(change[0]) if change[0] in FIELDS else len(FIELDS)


def field_name(name: str) -> str:
    if name in FIELD_NAMES:
        return str(FIELD_NAMES[name])
    column: Any = Booking._meta.get_field(name)
    label = str(column.verbose_name)
    return label[:1].upper() + label[1:]


def _readable(name: str, value: Any, site: Site) -> str:
    if value in (None, "", [], ()):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed(_entry(name, each, site) for each in value)
    if name.endswith("_at"):
        return format_moment(datetime.fromisoformat(value), site.zone)
    return _choice(name, value)


def _entry(name: str, value: Any, site: Site) -> str:
    if isinstance(value, dict):
        return _agenda_entry(value, site.zone) if name == "agenda" else _guest_entry(value)
    return equipment_word(site, value) if name == "equipment" else str(value)


def _agenda_entry(item: Mapping[str, Any], zone: ZoneInfo) -> str:
    starts, ends = (instant_of(str(item.get(name, ""))) for name in ("starts_at", "ends_at"))
    times = f"{format_time(starts, zone)}–{format_time(ends, zone)} " if starts and ends else ""
    return f"{times}{item.get('title', '')}"


def _guest_entry(guest: Mapping[str, Any]) -> str:
    """The name with the habits that are set, so that a change of one is seen."""
    habits = []
    for name in ("country", "ash_tray", "tea", "drink", "diet", "seat"):
        if value := guest.get(name):
            column: Any = Guest._meta.get_field(name)
            choices = dict(Guest.Tea.choices if name == "tea" else column.choices or ())
            habits.append(f"{column.verbose_name} {choices.get(value, value)}" if name in LABELLED else str(value))
    said = str(guest.get("name", ""))
    return _("%(name)s (%(habits)s)") % {"name": said, "habits": listed(habits)} if habits else said


def _choice(name: str, value: Any) -> str:
    column: Any = Booking._meta.get_field(name)
    choices = dict(column.choices or ())
    return str(choices.get(value, value))


def verb_name(verb: str) -> str:
    return str(VERBS[Verb(verb)]) if verb in set(Verb) else verb


def refusal_words(error: BookingError, booking: Booking) -> str:
    """Why a verb was refused; where another room of the same request was in the way, which one."""
    words = error_text(error)
    wanted = error.wanted if isinstance(error, RoomTaken) else None
    return f"{wanted.room.code}: {words}" if wanted and booking.group_id and wanted.room != booking.room else words


def taken_words(error: RoomTaken, site: Site) -> str:
    """When the room is taken, without saying by whom."""
    zone = site.zone
    times = listed(f"{format_time(start, zone)}–{format_time(end, zone)}" for start, end in error.conflicts)
    return _(
        "The room is already taken %(times)s, set-up and clearing included. Please choose another room or time."
    ) % {"times": times}
