"""Who could take each place that somebody leaves: everybody else stays where they are."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from checklists.models import Assignment
from checklists.rostering import Effort, Job, Line, Option, Problem, describe, options_by_job, solve
from checklists.selectors.rostering import Roster, roster_problem
from checklists.selectors.rostering_jobs import minute
from rooms.models import Site
from staff.models import User

QUICK = Effort(rounds=400, seconds=3)
# A longer absence is worked out week by week, by a worker.
DAYS_AT_ONCE = 7

Cover = dict[str, Any]


@dataclass(frozen=True)
class Away:
    person: User
    site: Site
    start: datetime


def cover_in_weeks(
    away: Away, lost: Sequence[Assignment], now: datetime, *, progress: Callable[[float], None] = lambda _part: None
) -> dict[str, Cover]:
    """Only weeks in which something is lost; what somebody takes over in one counts in the next."""
    taken: Counter[int] = Counter()
    found: dict[str, Cover] = {}
    weeks = weeks_of(away.site, lost)
    for number, week in enumerate(weeks, start=1):
        found |= covered(away, week, taken, now)
        progress(number / len(weeks))
    return found


def weeks_of(site: Site, lost: Iterable[Assignment]) -> list[list[Assignment]]:
    """Seven days from the first of each on."""
    found: list[list[Assignment]] = []
    last = None
    for each in lost:
        on = each.booking.start_at.astimezone(site.zone).date()
        if last is None or on >= last:
            found.append([])
            last = on + timedelta(days=DAYS_AT_ONCE)
        found[-1].append(each)
    return found


def covered(away: Away, lost: Sequence[Assignment], taken: Counter[int], now: datetime) -> dict[str, Cover]:
    """By assignment. Everybody else stays where they are; only the places of this person are filled anew."""
    roster = rosters_for(away.site, lost, now)
    ids = {str(each.pk): job for each in lost if (job := job_for(each, roster))}
    problem = without(away, roster.problem, {job.id for job in ids.values()}, taken)
    solution = solve(problem, effort=QUICK)
    lines = {line.job.id: line for line in describe(problem, solution)}
    options = options_by_job(problem, solution, [job.id for job in ids.values()])
    # What others have already stands in their carried share.
    for job in ids.values():
        if (taker := lines[job.id].person) is not None:
            taken[taker] += job.minutes
    return {pk: cover_of(lines[job.id], options[job.id]) for pk, job in ids.items()}


def without(away: Away, problem: Problem, opened: set[str], taken: Counter[int]) -> Problem:
    jobs = tuple(
        as_open(job, away.start) if job.id in opened else replace(job, is_fixed=True, pin=job.holder)
        for job in problem.jobs
        if job.id in opened or job.holder is not None
    )
    people = (each for each in problem.people if each.id != away.person.pk)
    laden = tuple(replace(each, carried=each.carried + taken[each.id]) for each in people)
    return Problem(people=laden, jobs=jobs, limits=problem.limits)


def cover_of(line: Line, options: Iterable[Option]) -> Cover:
    """In codes, as a row may keep it."""
    return {
        "taker": line.person,
        "reasons": list(line.reasons),
        "why": {"code": line.why.code, "is_common": line.why.is_common} if line.why else {},
        "options": [[each.person, list(each.codes)] for each in options if each.is_possible],
    }


def rosters_for(site: Site, lost: Sequence[Assignment], now: datetime) -> Roster:
    first = lost[0].booking.start_at.astimezone(site.zone).date()
    last = lost[-1].booking.start_at.astimezone(site.zone).date()
    return roster_problem(site=site, since=first, days=min((last - first).days + 1, DAYS_AT_ONCE), now=now)


def job_for(assignment: Assignment, roster: Roster) -> Job | None:
    return next(
        (
            job
            for job in roster.problem.jobs
            if (job.meeting, job.role, job.holder) == (assignment.booking_id, assignment.role, assignment.user_id)
        ),
        None,
    )


def as_open(job: Job, start: datetime) -> Job:
    """Nobody's, and of a meeting under way only what is left of it."""
    at = minute(start)
    spans = tuple((max(begins, at), ends) for begins, ends in job.spans if ends > at) or job.spans[-1:]
    return replace(job, holder=None, pin=None, is_fixed=False, spans=spans)
