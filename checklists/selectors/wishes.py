"""Wishes and notes: whether a meeting is being served, what is open for a person, and the list of one meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from bookings.models import Booking
from bookings.permissions import OFFICE
from checklists.models import Assignment, Incident, PassedNote, Step, StepEvent, Wish
from checklists.selectors.cards import StepCard, cards_of, with_card_relations
from staff.models import User
from staff.roles import Role

State = Step.State
# People take their seats before the hour.
WISHED_BEFORE = timedelta(minutes=60)
# What was settled this long ago is off the page of calls.
SHOWN_AFTER = timedelta(minutes=15)
CODES = ("U5", "U6")


def is_served_now(booking: Booking, now: datetime, *, before: timedelta = timedelta()) -> bool:
    """Running; or in its booked time and approved, where nobody has yet said that it began."""
    if booking.status == Booking.Status.RUNNING:
        return True
    return booking.status == Booking.Status.APPROVED and booking.start_at - before <= now < booking.end_at


def open_calls_of(user: User) -> QuerySet[Step]:
    """Open wishes and notes of the person's meetings; a manager's and secretary's are those of the site."""
    rows = Step.objects.filter(site=user.site_id, is_on_demand=True, state=State.OPEN, item__code__in=CODES)
    if user.has_role(*OFFICE, Role.ADMINISTRATOR):
        return rows
    mine = Q(assignee=user) | Q(assignee=None, role__in=user.roles) | Q(assignee=None, helpers__overlap=[*user.roles])
    serving = Assignment.objects.filter(user=user).values("booking")
    return rows.filter(mine | Q(booking__in=serving))


def open_call_count(user: User) -> int:
    return open_calls_of(user).count() if user.site_id else 0


def calls_for(user: User, now: datetime) -> list[StepCard]:
    """The open ones, newest first."""
    rows = with_card_relations(open_calls_of(user)).order_by("-opens_at", "-pk")
    return cards_of(rows, user=user, now=now)


def calls_just_settled(user: User, now: datetime) -> list[StepCard]:
    """What the person settled a moment ago, so that a wrong tap can be taken back."""
    rows = Step.objects.filter(
        site=user.site_id, is_on_demand=True, item__code__in=CODES, done_by=user, done_at__gt=now - SHOWN_AFTER
    )
    return cards_of(with_card_relations(rows).order_by("-done_at", "-pk"), user=user, now=now)


@dataclass(frozen=True)
class Asked:
    """What came up at one meeting, with the times and people of each."""

    wishes: tuple[Wish, ...]
    notes: tuple["NoteFacts", ...]
    incidents: tuple[Incident, ...]

    def __bool__(self) -> bool:
        return bool(self.wishes or self.notes or self.incidents)


@dataclass(frozen=True)
class NoteFacts:
    note: PassedNote
    sender_told_by: str
    recipient_told_by: str
    is_no_answer_wanted: bool

    @property
    def step(self) -> Step:
        return self.note.step

    @property
    def is_open(self) -> bool:
        return self.note.step.state in {State.OPEN, State.MISSED}


def asked_at(booking: Booking) -> Asked:
    wishes = Wish.objects.filter(step__booking=booking).select_related("step__done_by", "step__assignee", "raised_by")
    incidents = Incident.objects.filter(booking=booking).select_related("raised_by", "over_by", "room")
    return Asked(
        wishes=tuple(wishes),
        notes=tuple(note_facts(with_note_relations(PassedNote.objects.filter(step__booking=booking)))),
        incidents=tuple(incidents),
    )


def with_note_relations(notes: QuerySet[PassedNote]) -> QuerySet[PassedNote]:
    told = StepEvent.objects.filter(verb__in=("sender_told", "recipient_told")).select_related("actor").order_by("pk")
    related = ("step__booking__room", "step__booking__site", "step__item", "step__done_by", "raised_by", "passed_by")
    return notes.select_related(*related).prefetch_related(Prefetch("step__events", told, to_attr="telling"))


def note_facts(notes: Iterable[PassedNote]) -> list[NoteFacts]:
    return [facts_of_note(note) for note in notes]


def facts_of_note(note: PassedNote) -> NoteFacts:
    by = {event.verb: event.actor.get_full_name() for event in note.step.telling if event.actor}
    return NoteFacts(
        note=note,
        sender_told_by=by.get("sender_told", ""),
        recipient_told_by=by.get("recipient_told", ""),
        is_no_answer_wanted=bool(note.step.result.get("no_answer_wanted")),
    )
