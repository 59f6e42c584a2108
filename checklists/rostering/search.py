"""The search: the hardest places first, then some taken away and filled again, better than before or nearly so.

The same problem, seed and number of rounds give the same answer; where time runs out before, the best so far.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

from checklists.rostering.parts import NOBODY, Problem
from checklists.rostering.table import Table, is_present

# What is unfilled outweighs everything, then comes what people were told already.
OPEN = 1000.0
CHANGED = 15.0
STRANGE_ROOM, KNOWN_ROOM = 6.0, -2.0
KNOWN_GUEST, KNOWN_HOST = -12.0, -3.0
SHARED = 5.0
UNPOPULAR = 4.0
# Shares of earlier weeks count, but nobody has to make them good in one day.
MOST_CARRIED, MOST_CARRIED_UNPOPULAR = 240.0, 3.0
# How much worse a step of the search may be, at its beginning.
LEEWAY = 12.0
REPORT_EVERY = 50


@dataclass(frozen=True)
class Effort:
    """`rounds` decide, `seconds` only end what would take too long."""

    seed: int = 1
    rounds: int = 3000
    seconds: float = 15.0


@dataclass(frozen=True)
class Solution:
    """By the jobs' ids; nobody where a job stays open."""

    choices: dict[str, int | None] = field(default_factory=dict)
    cost: float = 0.0
    rounds: int = 0


class Draft:
    """A proposal in the making, with the price of every change at hand."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.who: list[int | None] = [None] * len(table.jobs)
        self.mine: list[set[int]] = [set() for _person in table.people]
        self.load, self.unpopular = shares_of(table)
        self.likings = [
            {place: liking(table, job, place) for place in candidates}
            for job, candidates in enumerate(table.candidates)
        ]
        self.cost = 0.0
        self.fixed: set[int] = set()
        self.pin()

    def pin(self) -> None:
        """What is under way first, then what was pinned as far as one person can do it."""
        for job in sorted(range(len(self.who)), key=lambda each: (not self.table.jobs[each].is_fixed, each)):
            pin = self.table.jobs[job].pin
            if pin is None:
                continue
            self.fixed.add(job)
            place = None if pin == NOBODY else self.table.place_of.get(pin)
            if place is not None and (self.table.jobs[job].is_fixed or self.table.is_free(job, self.mine[place])):
                self.put(job, place)

    def price(self, job: int, place: int) -> float:
        facts = self.table.jobs[job]
        hours, load = facts.minutes / 60, self.load[place] / 60
        found = self.likings[job].get(place, 0.0) + hours * (2 * load + hours)
        if facts.is_unpopular:
            found += UNPOPULAR * (2 * self.unpopular[place] + 1)
        if not self.table.partners[job].isdisjoint(self.mine[place]):
            found += SHARED
        return found

    def put(self, job: int, place: int) -> None:
        self.cost += self.price(job, place)
        self.who[job] = place
        self.mine[place].add(job)
        self.load[place] += self.table.jobs[job].minutes
        self.unpopular[place] += self.table.jobs[job].is_unpopular

    def take(self, job: int) -> None:
        place = self.who[job]
        if place is None:
            return
        self.who[job] = None
        self.mine[place].discard(job)
        self.load[place] -= self.table.jobs[job].minutes
        self.unpopular[place] -= self.table.jobs[job].is_unpopular
        self.cost -= self.price(job, place)

    def best_place(self, job: int) -> int | None:
        """The first of the cheapest who can."""
        best, least = None, OPEN
        for place in self.table.candidates[job]:
            price = self.price(job, place)
            if price < least and self.table.fits(job, self.mine[place]):
                best, least = place, price
        return best

    def fill(self, jobs: Iterable[int]) -> None:
        for job in jobs:
            place = self.best_place(job)
            if place is not None:
                self.put(job, place)

    def total(self) -> float:
        return self.cost + OPEN * sum(place is None for place in self.who)

    def solution(self, rounds: int) -> Solution:
        people = self.table.people
        choices = {
            job.id: None if place is None else people[place].id
            for job, place in zip(self.table.jobs, self.who, strict=True)
        }
        return Solution(choices, round(self.total(), 3), rounds)


def shares_of(table: Table) -> tuple[list[float], list[float]]:
    """What each person begins with: carried over, less their share of this work by the length of their shifts."""
    load, unpopular = [0.0] * len(table.people), [0.0] * len(table.people)
    for place, person in enumerate(table.people):
        load[place] = max(-MOST_CARRIED, min(person.carried, MOST_CARRIED))
        unpopular[place] = max(-MOST_CARRIED_UNPOPULAR, min(person.carried_unpopular, MOST_CARRIED_UNPOPULAR))
    for role in sorted({job.role for job in table.jobs}):
        members = [place for place, person in enumerate(table.people) if role in person.roles]
        on_shift = {place: sum(ends - begins for begins, ends in table.people[place].shifts) for place in members}
        total = sum(on_shift.values())
        if not total:
            continue
        jobs = [job for job in table.jobs if job.role == role]
        minutes, number = sum(job.minutes for job in jobs), sum(job.is_unpopular for job in jobs)
        for place in members:
            load[place] -= minutes * on_shift[place] / total
            unpopular[place] -= number * on_shift[place] / total
    return load, unpopular


def liking(table: Table, job: int, place: int) -> float:
    """What speaks for or against somebody, whatever else they do."""
    facts, person = table.jobs[job], table.people[place]
    found = 0.0
    if facts.holder is not None and facts.holder != person.id:
        found += CHANGED
    if person.rooms:
        found += KNOWN_ROOM if facts.room in person.rooms else STRANGE_ROOM
    if facts.guests & person.guests:
        found += KNOWN_GUEST
    if facts.host and facts.host in person.hosts:
        found += KNOWN_HOST
    return found


def solve(
    problem: Problem,
    *,
    effort: Effort = Effort(),
    progress: Callable[[float], None] = lambda _part: None,
    clock: Callable[[], float] = monotonic,
) -> Solution:
    """`progress` is told now and then which part is done, from 0 to 1."""
    table, lot, until = Table(problem), random.Random(effort.seed), clock() + effort.seconds  # noqa: S311 - no secret
    draft = Draft(table)
    free = [job for job in range(len(table.jobs)) if job not in draft.fixed]
    keep_published(draft, free)
    draft.fill(by_hardness(table, (job for job in free if draft.who[job] is None)))
    best, best_total, done = list(draft.who), draft.total(), 0
    while done < effort.rounds and len(free) > 1:
        before, total = list(draft.who), draft.total()
        leeway = LEEWAY * (1 - done / effort.rounds)
        taken = some_of(draft, free, lot)
        refill(draft, taken, lot)
        if draft.total() < best_total - 1e-6:
            best, best_total = list(draft.who), draft.total()
        elif draft.total() > total + leeway * lot.random():
            put_back(draft, taken, before)
        done += 1
        if done % REPORT_EVERY == 0:
            progress(done / effort.rounds)
            if clock() >= until:
                break
    put_back(draft, free, best)
    leave_published(draft, free)
    return draft.solution(done)


def keep_published(draft: Draft, free: Iterable[int]) -> None:
    """The search begins at what people were told, as far as it still holds."""
    for job in free:
        holder = draft.table.jobs[job].holder
        place = None if holder is None else draft.table.place_of.get(holder)
        if place in draft.table.candidates[job] and draft.table.fits(job, draft.mine[place]):
            draft.put(job, place)


def leave_published(draft: Draft, free: Iterable[int]) -> None:
    """What would stay open keeps whoever has it and is there, skill or break wanting: better than nobody at all."""
    for job in free:
        holder = draft.table.jobs[job].holder
        place = None if holder is None else draft.table.place_of.get(holder)
        if draft.who[job] is None and place is not None and is_there(draft, job, place):
            draft.put(job, place)


def is_there(draft: Draft, job: int, place: int) -> bool:
    person, facts = draft.table.people[place], draft.table.jobs[job]
    return facts.role in person.roles and is_present(person, facts) and draft.table.is_free(job, draft.mine[place])


def by_hardness(table: Table, jobs: Iterable[int]) -> list[int]:
    """Whom few can serve first, then the long ones."""
    return sorted(jobs, key=lambda job: (len(table.candidates[job]), -table.jobs[job].minutes, job))


def some_of(draft: Draft, free: list[int], lot: random.Random) -> list[int]:
    """A few jobs that have to do with each other: of one hour, of one person, or what stays open and its rivals."""
    opened = [job for job in free if draft.who[job] is None and draft.table.candidates[job]]
    seed = lot.choice(opened) if opened and lot.random() < 0.6 else lot.choice(free)
    near = set(draft.table.clashes[seed] | draft.table.partners[seed])
    if lot.random() < 0.5:
        # Whole hands of people who could do it: breaks and walks bind together what does not clash.
        able = draft.table.candidates[seed]
        near = set().union(*(draft.mine[place] for place in lot.sample(able, min(2, len(able)))))
    near = near - draft.fixed - {seed}
    chosen = lot.sample(sorted(near), min(len(near), lot.randint(2, 8)))
    others = lot.sample(free, min(2, len(free)))
    return sorted({seed, *chosen, *others, *(opened if len(opened) < 4 else lot.sample(opened, 3))})


def refill(draft: Draft, taken: list[int], lot: random.Random) -> None:
    for job in taken:
        draft.take(job)
    order = by_hardness(draft.table, taken) if lot.random() < 0.4 else lot.sample(taken, len(taken))
    draft.fill(order)


def put_back(draft: Draft, jobs: Iterable[int], before: list[int | None]) -> None:
    some = list(jobs)
    for job in some:
        draft.take(job)
    for job in some:
        place = before[job]
        if place is not None:
            draft.put(job, place)


def first_fit(problem: Problem) -> Solution:
    """By the clock, each to the first who can: what a proposal is measured against."""
    table = Table(problem)
    draft = Draft(table)
    for job in sorted(range(len(table.jobs)), key=lambda each: (table.jobs[each].begins, each)):
        if job in draft.fixed:
            continue
        able = (place for place in table.candidates[job] if table.fits(job, draft.mine[place]))
        place = next(able, None)
        if place is not None:
            draft.put(job, place)
    return draft.solution(0)
