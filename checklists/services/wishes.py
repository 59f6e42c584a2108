"""Wishes during a meeting (U5), heard in the room or called from the card on its table: each a step with a person."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.links import booking_params, calls_url
from checklists.models import Step, Wish
from checklists.selectors.wishes import WISHED_BEFORE, is_served_now
from checklists.services.locks import lock_booking
from checklists.services.on_demand import SAME_TAP, Asked, add_step, people_asked
from checklists.wording import in_each_language
from staff.models import User
from staff.roles import Role
from staff.services.notices import notify_many

Kind, Source = Wish.Kind, Wish.Source
ANSWER_CARD_WITHIN = timedelta(minutes=3)
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Said:
    """The wish itself, in the kinds and words of the table, and when it was heard."""

    kind: str
    text: str
    source: str
    raised_at: datetime


@transaction.atomic
def raise_wish(
    *,
    booking: Booking,
    kind: str,
    text: str,
    source: str,
    actor: User | None,
    now: datetime,
    at: datetime | None = None,
) -> Wish:
    """Ask whoever serves the meeting; the same wish by the same person a moment later is the same tap.

    `at` is when it was heard, where a tablet waited for a connection.

    Raises `InvalidTick` with codes by field, and `not_running` where nobody sits in the room.
    """
    text = text.strip()
    check(kind, text, source)
    lock_booking(booking.pk)
    booking = Booking.objects.select_related("room", "site", "applicant").get(pk=booking.pk)
    if not is_served_now(booking, now, before=WISHED_BEFORE):
        raise ChecklistError("not_running")
    said = Said(kind, text, source, at or now)
    return same_tap(booking, said, actor) or write_wish(booking, said, actor, now)


def check(kind: str, text: str, source: str) -> None:
    errors = {}
    if kind not in Kind.values:
        errors["kind"] = ["unknown_choice"]
    if source not in Source.values:
        errors["source"] = ["unknown_choice"]
    if len(text) > LONGEST_TEXT:
        errors["text"] = ["too_long"]
    elif kind in {Kind.OTHER, Kind.OBJECT} and not text and source == Source.STAFF:
        errors["text"] = ["required"]
    if errors:
        raise InvalidTick(errors)


def same_tap(booking: Booking, said: Said, actor: User | None) -> Wish | None:
    if actor is None:
        return None
    mine = Wish.objects.filter(step__booking=booking, step__state=Step.State.OPEN, raised_by=actor)
    moment = (said.raised_at - SAME_TAP, said.raised_at + SAME_TAP)
    return mine.filter(kind=said.kind, text=said.text, raised_at__range=moment).first()


def write_wish(booking: Booking, said: Said, actor: User | None, now: datetime) -> Wish:
    """Under the lock of the booking."""
    asked = Asked(
        "U5",
        {"wish": asdict(said) | {"raised_at": said.raised_at.isoformat()}},
        role=Role.TECHNICIAN if said.kind == Kind.SOUND else "",
        due_at=now + ANSWER_CARD_WITHIN if said.source == Source.CARD else None,
    )
    step = add_step(booking=booking, asked=asked, actor=actor, now=now)
    wish = Wish.objects.create(step=step, **asdict(said), raised_by=actor)
    tell(wish, step, booking, actor, now)
    return wish


def tell(wish: Wish, step: Step, booking: Booking, actor: User | None, now: datetime) -> None:
    """What was wished in a word; the guest's own words stay on the tablet."""
    notify_many(
        recipients=[user for user in people_asked(step, now) if actor is None or user.pk != actor.pk],
        code="service_call" if wish.source == Source.CARD else "wish_raised",
        params=booking_params(booking)
        | {"what": in_each_language(Kind(wish.kind).label), "due": step.due_at.isoformat()},
        url=calls_url(),
        key=f"wish:{wish.pk}",
        now=now,
        urgency="urgent" if wish.source == Source.CARD else "",
    )
