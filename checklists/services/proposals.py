"""A proposal who serves what: asked for, made by a worker, altered line by line, and applied while it still holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from bookings.models import Booking
from checklists import tasks
from checklists.errors import ChecklistError
from checklists.links import tablet_url
from checklists.models import Assignment, AssignmentProposal, ProposalLine
from checklists.rostering import NOBODY, Effort, Line, Problem, Solution, describe, faults_of, score_of, solve
from checklists.selectors.rostering import Roster, roster_problem
from checklists.services.locks import lock_bookings, lock_site
from checklists.services.staffing import hand_out_steps, span_of, write_in_a_lane
from checklists.services.working_out import Note, being_made, make, settle
from rooms.dates import format_period
from rooms.models import Site
from rooms.text import SUFFIXES, listed
from staff import live
from staff.models import User
from staff.services.notices import Draft, notify_all

State = AssignmentProposal.State
# Rounds of the search for each place to be filled.
ROUNDS_A_JOB, MOST_ROUNDS, LONGEST_SECONDS = 100, 40_000, 15.0
LINES_TOLD = 12


@transaction.atomic
def request_proposal(
    *, site: Site, since: date, days: int, pins: Mapping[str, int] | None = None, actor: User, now: datetime
) -> AssignmentProposal:
    """A worker makes it; without one it waits, and its page says so. One that is being made already is answered."""
    lock_site(site.pk)
    terms: dict[str, Any] = {"site": site, "since": since, "days": days, "pins": dict(pins or {})}
    if known := being_made(AssignmentProposal.objects.filter(**terms), now):
        return known
    proposal = AssignmentProposal.objects.create(requested_by=actor, requested_at=now, **terms)
    transaction.on_commit(partial(tasks.propose_assignments.delay, proposal.pk), robust=True)
    return proposal


def make_proposal(*, proposal_id: int, now: datetime) -> AssignmentProposal | None:
    """Make a waiting one, noting how far it is; None when another worker has it."""
    rows = AssignmentProposal.objects.select_related("site")
    return make(rows, proposal_id, partial(find, now=now), now=now)


def find(proposal: AssignmentProposal, note: Note, *, now: datetime) -> None:
    roster = roster_problem(site=proposal.site, since=proposal.since, days=proposal.days, now=now, pins=proposal.pins)
    effort = effort_for(roster.problem, seed=proposal.since.toordinal())
    solution = solve(roster.problem, effort=effort, progress=note)
    keep(proposal, roster, solution, now)


def effort_for(problem: Problem, *, seed: int) -> Effort:
    rounds = min(ROUNDS_A_JOB * len(problem.jobs), MOST_ROUNDS)
    return Effort(seed=seed, rounds=rounds, seconds=LONGEST_SECONDS)


@transaction.atomic
def keep(proposal: AssignmentProposal, roster: Roster, solution: Solution, now: datetime) -> None:
    write_lines(proposal, roster, describe(roster.problem, solution))
    proposal.score, proposal.digest = asdict(score_of(roster.problem, solution)), roster.digest
    settle(proposal, "score", "digest", now=now)


def write_lines(proposal: AssignmentProposal, roster: Roster, lines: Sequence[Line]) -> None:
    known = {line.job_id: line for line in ProposalLine.objects.filter(proposal=proposal)}
    rows = [row_of(proposal, roster, line, known.get(line.job.id)) for line in lines]
    ProposalLine.objects.bulk_create([row for row in rows if row.pk is None])
    fields = ["user", "is_pinned", "is_shared", "reasons", "others", "why", "way"]
    ProposalLine.objects.bulk_update([row for row in rows if row.pk is not None], fields)


def row_of(proposal: AssignmentProposal, roster: Roster, line: Line, known: ProposalLine | None) -> ProposalLine:
    job = line.job
    row = known or ProposalLine(
        proposal=proposal,
        booking_id=job.meeting,
        role=job.role,
        place=int(job.id.rpartition(":")[2]),
        holder_id=job.holder,
    )
    row.user_id, row.is_pinned, row.is_shared = line.person, job.pin is not None, bool(line.beside)
    row.reasons = list(line.reasons)
    row.others = [{"user": each.person, "code": each.code} for each in line.others]
    row.why = asdict(line.why) if line.why else {}
    row.way = way_of(roster, line)
    return row


def way_of(roster: Roster, line: Line) -> dict[str, int]:
    if line.way is None:
        return {}
    return {"room": roster.jobs[line.way.job].room, "needs": line.way.needs, "has": line.way.has}


@transaction.atomic
def alter_line(*, line_id: int, user_id: int | None, actor: User, now: datetime) -> ProposalLine:
    """Pinned to this person, or to nobody. Everything else stays as it was proposed.

    Raises `proposal_settled`, `proposal_stale`, `person_without_role` and, for somebody who would have to be in two
    rooms at once, `person_elsewhere`.
    """
    line = locked_line(line_id)
    if user_id == line.user_id and line.is_pinned:
        return line
    roster, choices = current(line.proposal, now)
    if user_id is not None and user_id not in {person.id for person in roster.problem.people}:
        raise ChecklistError("person_without_role")
    before = faults_of(roster.problem, choices)
    choices[line.job_id] = user_id
    faults = faults_of(roster.problem, choices)
    if ("role", line.job_id) in faults:
        raise ChecklistError("person_without_role")
    if any(code == "elsewhere" and choices[job_id] == user_id for code, job_id in faults - before):
        raise ChecklistError("person_elsewhere")
    pins = pins_of(line.proposal) | {line.job_id: NOBODY if user_id is None else user_id}
    redescribe(line.proposal, choices, pins, now)
    line.refresh_from_db()
    return line


@transaction.atomic
def release_line(*, line_id: int, actor: User, now: datetime) -> ProposalLine:
    """The next search may give it to somebody else; until then it stays."""
    line = locked_line(line_id)
    if line.is_pinned:
        _roster, choices = current(line.proposal, now)
        pins = pins_of(line.proposal)
        pins.pop(line.job_id)
        redescribe(line.proposal, choices, pins, now)
        line.refresh_from_db()
    return line


def locked_line(line_id: int) -> ProposalLine:
    """The line, behind its proposal: two alterations at once are one after the other."""
    line = ProposalLine.objects.get(pk=line_id)
    proposal = AssignmentProposal.objects.select_for_update().select_related("site").get(pk=line.proposal_id)
    if proposal.applied_at or proposal.state != State.DONE:
        raise ChecklistError("proposal_settled")
    line.refresh_from_db()
    line.proposal = proposal
    return line


def current(proposal: AssignmentProposal, now: datetime) -> tuple[Roster, dict[str, int | None]]:
    """The problem as it stands, and what was chosen; raises `proposal_stale` when it is another one by now."""
    roster = roster_problem(site=proposal.site, since=proposal.since, days=proposal.days, now=now)
    lines = {line.job_id: line.user_id for line in proposal.lines.all()}
    ours = {job.id for job in roster.problem.jobs if not job.is_fixed}
    if roster.digest != proposal.digest or ours != lines.keys():
        raise ChecklistError("proposal_stale")
    return roster, lines | {job.id: job.pin for job in roster.problem.jobs if job.is_fixed}


def pins_of(proposal: AssignmentProposal) -> dict[str, int]:
    pinned = proposal.lines.filter(is_pinned=True)
    return {line.job_id: NOBODY if line.user_id is None else line.user_id for line in pinned}


def redescribe(
    proposal: AssignmentProposal, choices: Mapping[str, int | None], pins: Mapping[str, int], now: datetime
) -> None:
    roster = roster_problem(site=proposal.site, since=proposal.since, days=proposal.days, now=now, pins=pins)
    solution = Solution(dict(choices))
    write_lines(proposal, roster, describe(roster.problem, solution))
    proposal.score = asdict(score_of(roster.problem, solution))
    proposal.save(update_fields=["score"])


@transaction.atomic
def apply_proposal(*, proposal_id: int, actor: User, now: datetime) -> int:
    """All of it or nothing; how many lines changed. Twice is the same as once. Raises `proposal_stale`.

    Meetings are locked in their order, then people in theirs; each person hears once of all that changed for them.
    """
    proposal = AssignmentProposal.objects.select_for_update().select_related("site").get(pk=proposal_id)
    if proposal.applied_at:
        return 0
    if proposal.state != State.DONE:
        raise ChecklistError("proposal_settled")
    lines = changed_lines(proposal)
    lock_bookings(meetings_of(proposal))
    lock_people(lines)
    current(proposal, now)
    write_changes(lines, actor, now)
    proposal.applied_at, proposal.applied_by = now, actor
    proposal.save(update_fields=["applied_at", "applied_by"])
    tell_people(proposal, lines, actor, now)
    live.publish("booking", 0, site_id=proposal.site_id)
    return len(lines)


def meetings_of(proposal: AssignmentProposal) -> Iterable[int]:
    return proposal.lines.values_list("booking", flat=True)


def changed_lines(proposal: AssignmentProposal) -> list[ProposalLine]:
    """Those on which somebody else is to serve than does now."""
    lines = proposal.lines.select_related("booking__room", "booking__site", "user", "holder").order_by("booking", "pk")
    return [line for line in lines if line.user_id != line.holder_id]


def lock_people(lines: Iterable[ProposalLine]) -> None:
    people = {pk for line in lines for pk in (line.user_id, line.holder_id) if pk}
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))


def write_changes(lines: Sequence[ProposalLine], actor: User | None, now: datetime) -> None:
    """Who goes first, so that nobody stands in their own way; a swap within one meeting writes nothing."""
    gone, come = difference(lines)
    bookings = Booking.objects.select_related("room", "site").in_bulk({line.booking_id for line in lines})
    for booking_id, user_id, role in sorted(gone):
        Assignment.objects.filter(booking=booking_id, user=user_id, role=role).delete()
    for key in sorted(come):
        add(bookings[key[0]], key, actor, now)
    for booking_id in sorted({key[0] for key in gone | come}):
        hand_out_steps(bookings[booking_id], now)


Key = tuple[int, int, str]


def difference(lines: Iterable[ProposalLine]) -> tuple[set[Key], set[Key]]:
    was = {(line.booking_id, line.holder_id, line.role) for line in lines if line.holder_id}
    becomes = {(line.booking_id, line.user_id, line.role) for line in lines if line.user_id}
    return was - becomes, becomes - was


def add(booking: Booking, key: Key, actor: User | None, now: datetime) -> None:
    facts: dict[str, Any] = {"booking": booking, "user_id": key[1], "role": key[2], "during": span_of(booking)}
    write_in_a_lane(Assignment(**facts, assigned_by=actor, assigned_at=now))


def tell_people(proposal: AssignmentProposal, lines: Sequence[ProposalLine], actor: User, now: datetime) -> None:
    """One notice for each, with all that came and went; nobody is told of what they did themselves."""
    gone, come = difference(lines)
    bookings = {line.booking_id: line.booking for line in lines}
    people = User.objects.in_bulk({key[1] for key in gone | come} - {actor.pk})
    drafts = [
        Draft(
            recipient=user,
            code="assignments_applied",
            params=counted("added", come, pk, bookings) | counted("removed", gone, pk, bookings),
            url=tablet_url(),
            key=f"assignments-applied:{proposal.pk}:{pk}",
        )
        for pk, user in sorted(people.items())
    ]
    notify_all(drafts=drafts, now=now)


def counted(name: str, keys: set[Key], user_id: int, bookings: Mapping[int, Booking]) -> dict[str, Any]:
    """How many, and the first of them with room and time; never their topics."""
    mine = sorted((bookings[key[0]] for key in keys if key[1] == user_id), key=lambda each: (each.start_at, each.pk))
    return {name: len(mine), f"{name}_lines": in_words(mine[:LINES_TOLD])}


def in_words(bookings: Sequence[Booking]) -> dict[str, str]:
    languages = {suffix: suffix.replace("_", "-") for suffix in SUFFIXES}
    return {
        suffix: listed((place_and_time(each, language) for each in bookings), language) or "–"
        for suffix, language in languages.items()
    }


def place_and_time(booking: Booking, language: str) -> str:
    return f"{booking.room.code} {format_period(booking.start_at, booking.end_at, booking.site.zone, language)}"
