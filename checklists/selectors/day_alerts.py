"""What is wrong on a manager's day, worst first, each with the one thing to do about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Step
from checklists.selectors.cards import Lateness, late_minutes, lateness, title_of
from checklists.selectors.changes import ChangeCard
from checklists.selectors.day_lanes import Person, people_of, people_on, person_of
from checklists.selectors.meetings import LateStep, Meeting
from staff.models import User
from staff.roles import Role

NOT_STARTED_AFTER = timedelta(minutes=10)
# What is not known yet can still be kept from going wrong.
URGENCY = ("unseen", "breach", "not_ended", "not_started", "late", "unstaffed")
# Of more only the number is told.
ALERTS_LISTED = 60


# `title_for` reads the first of them.
OF_MEETING = ("title", "applicant_id", "site_id", "is_private", "status", "ref", "room__code")


class Cause(NamedTuple):
    """Something wrong before its words are read: there may be hundreds, and only the first are shown."""

    kind: str
    since: datetime
    meeting: int | None = None
    step: int | None = None
    change: ChangeCard | None = None


@dataclass(frozen=True)
class Alert:
    """Something wrong, with the one thing to do about it: `action` is take_over, staff, tell, seen or open."""

    kind: str
    action: str
    since: datetime
    minutes: int
    room: str
    ref: str
    topic: str
    title: str = ""
    step_id: int | None = None
    person: Person | None = None
    role: str = ""
    # The question of a change that was not acknowledged.
    change: ChangeCard | None = None

    @property
    def late(self) -> Lateness:
        return lateness(self.minutes)


def causes_of(
    meetings: Iterable[Meeting], daily: Iterable[LateStep], changes: Iterable[ChangeCard], now: datetime
) -> list[Cause]:
    """Worst first, and of one kind what has lasted longest."""
    found = [cause for meeting in meetings for cause in meeting_causes(meeting, now)]
    found += [step_cause(step, None) for step in daily]
    found += [Cause("unseen", card.matters_at, change=card) for card in changes if card.is_pressing]
    return sorted(found, key=lambda cause: (URGENCY.index(cause.kind), cause.since))


def meeting_causes(meeting: Meeting, now: datetime) -> Iterable[Cause]:
    if meeting.status == Booking.Status.APPROVED:
        if meeting.start + NOT_STARTED_AFTER <= now:
            yield Cause("not_started", meeting.start, meeting.pk)
        if meeting.is_unstaffed:
            yield Cause("unstaffed", meeting.start, meeting.pk)
    if meeting.status == Booking.Status.RUNNING and meeting.end < now:
        yield Cause("not_ended", meeting.end, meeting.pk)
    for step in meeting.late_steps:
        yield step_cause(step, meeting.pk)


def step_cause(step: LateStep, meeting: int | None) -> Cause:
    return Cause("breach" if step.limit_at else "late", step.due_at, meeting, step.pk)


def alerts_of(causes: Sequence[Cause], user: User, now: datetime) -> tuple[Alert, ...]:
    """The first of the causes in words."""
    shown = causes[:ALERTS_LISTED]
    bookings = bookings_by_pk([each.meeting for each in shown if each.meeting is not None])
    steps = steps_by_pk([each.step for each in shown if each.step is not None])
    return tuple(alert_of(each, bookings, steps, user, now) for each in shown)


def bookings_by_pk(pks: Sequence[int]) -> Mapping[int | None, Booking]:
    rows = Booking.objects.filter(pk__in=set(pks)).select_related("room").only(*OF_MEETING)
    return {booking.pk: booking for booking in rows.prefetch_related(people_on())}


def steps_by_pk(pks: Sequence[int]) -> Mapping[int | None, Step]:
    rows = Step.objects.filter(pk__in=pks).select_related("item", "assignee", "room")
    return {step.pk: step for step in rows}


def alert_of(
    cause: Cause,
    bookings: Mapping[int | None, Booking],
    steps: Mapping[int | None, Step],
    user: User,
    now: datetime,
) -> Alert:
    if cause.change:
        return change_alert(cause.change, user)
    booking, step = bookings.get(cause.meeting), steps.get(cause.step)
    room = booking.room if booking else step.room if step else None
    return Alert(
        kind=cause.kind,
        action=action_for(cause, step, user),
        since=cause.since,
        minutes=minutes_between(cause.since, now) if step is None else max(late_minutes(step, now), 1),
        room=room.code if room else "",
        ref=booking.ref if booking else "",
        topic=title_for(user, booking) if booking else "",
        title=title_of(step) if step else "",
        step_id=step.pk if step else None,
        person=responsible(step, booking),
        role=str(step.get_role_display()) if step else "",
    )


def action_for(cause: Cause, step: Step | None, user: User) -> str:
    if step:
        return "open" if step.assignee_id == user.pk else "take_over"
    return "staff" if cause.kind == "unstaffed" else "open"


def change_alert(card: ChangeCard, user: User) -> Alert:
    return Alert(
        kind="unseen",
        action="seen" if card.person.pk == user.pk else "tell",
        since=card.matters_at,
        minutes=0,
        room=card.booking.room.code,
        ref=card.booking.ref,
        topic=card.topic,
        person=person_of(card.person, ""),
        change=card,
    )


def minutes_between(since: datetime, now: datetime) -> int:
    return max(int((now - since).total_seconds() // 60), 0)


def responsible(step: Step | None, booking: Booking | None) -> Person | None:
    """Who to call: the step's person, else somebody who serves the meeting."""
    if step and step.assignee:
        return person_of(step.assignee, step.role)
    people = people_of(booking) if booking else ()
    wanted = str(dict(Role.choices).get(step.role, "")) if step else ""
    return next((person for person in people if person.role == wanted), people[0] if people else None)
