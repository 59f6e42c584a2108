"""What becomes uncovered when somebody is away from now on, and who could take each of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Assignment, CoverSearch, Step
from checklists.proposal_words import against_in_words, reasons_in_words, why_in_words
from checklists.selectors.cards import title_of
from checklists.selectors.covers import Away, Cover, covered, weeks_of
from rooms.models import Site
from staff.models import Shift, User
from staff.roles import DUTY_ROLES
from staff.shift_cover import UncoveredShift, shifts_lost, uncovered_shifts

STEPS_SHOWN = 30


@dataclass(frozen=True)
class Taker:
    user: User
    warnings: list[str]
    is_proposed: bool


@dataclass(frozen=True)
class Uncovered:
    """A meeting that has one person less, with the proposal who takes their place."""

    assignment_id: int
    ref: str
    room: str
    topic: str
    role: str
    on: date
    start: datetime
    end: datetime
    reasons: str
    why: str
    # Nobody by name, but somebody of the role at each of its hours.
    is_common: bool
    takers: list[Taker]

    @property
    def taker(self) -> User | None:
        return next((each.user for each in self.takers if each.is_proposed), None)


@dataclass(frozen=True)
class LooseStep:
    """A step of the person that goes back to its role or to whoever serves the meeting."""

    title: str
    place: str
    due_at: datetime


@dataclass(frozen=True)
class Absence:
    person: User
    start: datetime
    end: datetime
    meetings: list[Uncovered]
    steps: list[LooseStep]
    steps_more: int
    shifts: list[UncoveredShift]
    # Of the assignments and shifts it is about: what is confirmed is what was shown.
    digest: str
    # Over more than a week: a worker looks for the takers; and whether it has, for these meetings.
    is_looked_for: bool = False
    is_answered: bool = True


def assignments_lost(person: User, start: datetime, end: datetime) -> list[Assignment]:
    rows = Assignment.objects.filter(user=person, booking__status__in=Booking.HOLDING, during__overlap=(start, end))
    return list(rows.select_related("booking__room", "booking__site", "user").order_by("booking__start_at", "pk"))


def steps_lost(person: User, start: datetime, end: datetime) -> list[Step]:
    """Open ones that have them as their person, whatever was due before included: they cannot do it any more."""
    rows = Step.objects.filter(assignee=person, state=Step.State.OPEN, due_at__lt=end)
    return list(rows.select_related("item", "booking__room", "room", "site").order_by("due_at", "pk"))


def digest_of(assignments: Iterable[Assignment], shifts: Iterable[Shift] = ()) -> str:
    meetings = (f"{each.booking_id}:{each.role}:{each.during}" for each in assignments)
    text = ",".join([*meetings, *(f"{each.pk}:{each.during}" for each in shifts)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def absence_of(
    *, person: User, start: datetime, end: datetime, reader: User, now: datetime, search: CoverSearch | None = None
) -> Absence:
    """In a number of statements that does not grow with the meetings.

    What is spread over more than a week is looked for by a worker; until it has been, nobody is named.
    """
    site, lost, steps = person.site, assignments_lost(person, start, end), steps_lost(person, start, end)
    of_meetings = digest_of(lost)
    is_long = site is not None and len(weeks_of(site, lost)) > 1
    found: dict[str, Cover] = {}
    if is_long:
        found = search.found if search and is_current(search, of_meetings) else {}
    elif site and lost:
        found = covered(Away(person, site, start), lost, Counter(), now)
    people = User.objects.filter(is_active=True, site=site).in_bulk(
        {user_id for cover in found.values() for user_id, _codes in cover["options"]}
    )
    return Absence(
        person=person,
        start=start,
        end=end,
        meetings=[uncovered(each, found.get(str(each.pk)), people, reader) for each in lost],
        steps=[LooseStep(title_of(step), place_of(step), step.due_at) for step in steps[:STEPS_SHOWN]],
        steps_more=max(len(steps) - STEPS_SHOWN, 0),
        shifts=uncovered_shifts(person, start, end, now),
        digest=digest_of(lost, shifts_lost(person, start, end)),
        is_looked_for=is_long,
        is_answered=not is_long or is_current(search, of_meetings),
    )


def is_current(search: CoverSearch | None, digest: str) -> bool:
    """Done, and for the meetings as they are now."""
    return search is not None and search.state == CoverSearch.State.DONE and search.digest == digest


def as_chosen(absence: Absence, takers: Mapping[int, int]) -> Absence:
    """With what somebody chose in place of the proposals."""
    meetings = [
        replace(
            each,
            takers=[replace(one, is_proposed=one.user.pk == takers.get(each.assignment_id)) for one in each.takers],
        )
        for each in absence.meetings
    ]
    return replace(absence, meetings=meetings)


def place_of(step: Step) -> str:
    room = step.room or (step.booking.room if step.booking else None)
    return room.code if room else step.site.code


def latest_cover(person: User, until: date) -> CoverSearch | None:
    return CoverSearch.objects.filter(person=person, until=until).first()


def uncovered(assignment: Assignment, cover: Cover | None, people: Mapping[int, User], reader: User) -> Uncovered:
    booking = assignment.booking
    return Uncovered(
        assignment_id=assignment.pk,
        ref=booking.ref,
        room=booking.room.code,
        topic=title_for(reader, booking),
        role=str(assignment.get_role_display()),
        on=booking.start_at.astimezone(booking.site.zone).date(),
        start=booking.start_at,
        end=booking.end_at,
        reasons=reasons_in_words(cover["reasons"]) if cover else "",
        why=why_of(cover) if cover else "",
        is_common=bool(cover and cover["why"].get("is_common")),
        takers=takers_in(cover, people) if cover else [],
    )


def takers_in(cover: Cover, people: Mapping[int, User]) -> list[Taker]:
    """Who left the house since is nobody's taker."""
    return [
        Taker(people[user_id], against_in_words(codes), is_proposed=user_id == cover["taker"])
        for user_id, codes in cover["options"]
        if user_id in people
    ]


def why_of(cover: Cover) -> str:
    if cover["why"].get("code") == "nobody_role":
        return _("Nobody else at this site has the role.")
    return why_in_words(cover["why"], {})


def people_on_duty(site: Site, now: datetime) -> list[User]:
    """On shift now or later today: of whom a manager may hear that they do not come."""
    day_end = now + timedelta(hours=12)
    on_duty = Shift.objects.on_duty().filter(site=site, during__overlap=(now, day_end)).values("user")
    people = User.objects.filter(site=site, is_active=True, pk__in=on_duty, groups__name__in=DUTY_ROLES)
    return list(people.distinct().order_by("display_name", "pk").prefetch_related("groups"))
