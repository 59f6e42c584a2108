"""The search against every possible answer: rules and price are written here once more, plainly, and never shared.

Small days of three to five people and up to six places. On larger ones the search promises nothing, but here one round
may take away nearly all there is and fill it again in any order: what it finds must cost the very least there is.
"""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from checklists.rostering import NOBODY, Effort, Job, Limits, Person, Problem, solve
from tests.checklists.rostering_cases import HOUR, SERVICE

EFFORT = Effort(rounds=600, seconds=60)
TECHNICIAN = "technician"


def drawn(seed: int) -> Problem:
    lot = random.Random(seed)
    people = tuple(drawn_person(lot, number) for number in range(1, lot.randint(3, 5) + 1))
    limits = Limits(
        room_minutes=lot.choice((0, 1, 5)),
        floor_minutes=lot.choice((2, 6)),
        building_minutes=lot.choice((0, 10, 25)),
        shared_heads=lot.choice((0, 0, 15)),
        break_after=lot.choice((0, 0, 2 * HOUR)),
        break_minutes=20,
    )
    jobs = [drawn_job(lot, number) for number in range(1, lot.randint(3, 6) + 1)]
    return with_words_given(lot, Problem(people=people, jobs=tuple(jobs), limits=limits))


def drawn_person(lot: random.Random, number: int) -> Person:
    begins = lot.choice((8, 8, 9, 10)) * HOUR
    return Person(
        id=number,
        roles=frozenset(lot.choice(((SERVICE,), (SERVICE,), (SERVICE, TECHNICIAN), (TECHNICIAN,)))),
        shifts=((begins, begins + lot.choice((4, 6, 9)) * HOUR),),
        skills={7: (0, 24 * HOUR)} if lot.random() < 0.5 else {},
        rooms=frozenset(lot.sample(range(5), 3)) if lot.random() < 0.4 else frozenset(),
        carried=lot.choice((0.0, 60.0, -90.0, 400.0)),
        carried_unpopular=lot.choice((0.0, 1.5, -1.0)),
        guests=frozenset({"杜邦"} if lot.random() < 0.3 else ()),
        hosts=frozenset({"市场部"} if lot.random() < 0.3 else ()),
    )


def drawn_job(lot: random.Random, number: int) -> Job:
    role = TECHNICIAN if lot.random() < 0.25 else SERVICE
    begins = lot.choice(range(9 * HOUR, 13 * HOUR, 15))
    ends = begins + lot.choice((30, 45, 60, 90))
    room = lot.randrange(5)
    return Job(
        id=f"{number}:{role}:0",
        meeting=number,
        role=role,
        room=room,
        floor=str(1 + room // 2),
        building="東" if room == 4 else "西",
        spans=((begins - 20, begins - 10), (begins, ends)) if lot.random() < 0.5 else ((begins, ends),),
        minutes=ends - begins,
        skills=frozenset({7} if lot.random() < 0.25 else ()),
        is_exclusive=role == SERVICE,
        is_unpopular=lot.random() < 0.3,
        guests=frozenset({"杜邦"} if lot.random() < 0.3 else ()),
        host="市场部" if lot.random() < 0.3 else "",
        heads=lot.randint(3, 12),
    )


def with_words_given(lot: random.Random, problem: Problem) -> Problem:
    """Some have a place already and could keep it, one is pinned to nobody."""
    jobs = []
    for job in problem.jobs:
        able = [person.id for person in problem.people if may(problem, person, job)]
        holder = lot.choice(able) if able and not problem.limits.break_after and lot.random() < 0.3 else None
        jobs.append(replace(job, holder=holder, pin=NOBODY if lot.random() < 0.05 else None))
    return replace(problem, jobs=tuple(jobs))


def may(problem: Problem, person: Person, job: Job) -> bool:
    """For all of it; of several visits for some, where not even everyone of the role together is there for all."""
    if not has(person, job):
        return False
    if len(there(person, job)) == len(job.spans):
        return True
    able = [each for each in problem.people if has(each, job)]
    together = set().union(*(there(each, job) for each in able))
    is_covered = len(together) == len(job.spans) or any(len(there(each, job)) == len(job.spans) for each in able)
    return not job.is_exclusive and not is_covered and bool(there(person, job))


def has(person: Person, job: Job) -> bool:
    return job.role in person.roles and job.skills <= set(person.skills)


def there(person: Person, job: Job) -> set[tuple[int, int]]:
    return {span for span in job.spans if any(a <= span[0] and span[1] <= b for a, b in person.shifts)}


def way(one: Job, other: Job, limits: Limits) -> int:
    if one.room == other.room:
        return 0
    stairs = limits.floor_minutes * abs(int(one.floor) - int(other.floor))
    if one.building != other.building:
        return max(limits.building_minutes, stairs, limits.room_minutes)
    return stairs or limits.room_minutes


def in_the_way(one: Job, other: Job, limits: Limits) -> bool:
    if not (one.is_exclusive or other.is_exclusive):
        return False
    walk = way(one, other, limits)
    return any(a[0] < b[1] + walk and b[0] < a[1] + walk for a in one.spans for b in other.spans)


def beside(one: Job, other: Job, limits: Limits) -> bool:
    near = one.building == other.building and one.floor == other.floor and one.room != other.room
    both = one.is_exclusive and other.is_exclusive
    return near and both and 0 < one.heads + other.heads <= limits.shared_heads and in_the_way(one, other, limits)


def is_sound(hand: list[Job], limits: Limits) -> bool:
    """Everything that one person does."""
    pairs = [(one, other) for one, other in combinations(hand, 2) if in_the_way(one, other, limits)]
    if not all(beside(*pair, limits) for pair in pairs):
        return False
    shared = [job.id for pair in pairs for job in pair]
    return len(shared) == len(set(shared)) and has_breaks(hand, limits)


def has_breaks(hand: list[Job], limits: Limits) -> bool:
    if not limits.break_after or len(hand) < 2:
        return True
    spans = sorted((*span, job.id) for job in hand for span in job.spans)
    runs = [[spans[0]]]
    for span in spans[1:]:
        if span[0] - max(each[1] for each in runs[-1]) >= limits.break_minutes:
            runs.append([])
        runs[-1].append(span)
    return all(is_short(run, limits) for run in runs)


def is_short(run: list[tuple[int, int, str]], limits: Limits) -> bool:
    length = max(each[1] for each in run) - run[0][0]
    return length <= limits.break_after or len({each[2] for each in run}) == 1


def price(problem: Problem, hands: dict[int, list[Job]], number_open: int) -> float:
    """Squares of what each has over their share; what speaks for and against each; what stays open."""
    total = 1000.0 * number_open
    for person in problem.people:
        hand = hands[person.id]
        load, unpopular = begins_with(problem, person)
        hours = sum(job.minutes for job in hand) / 60
        total += (load / 60 + hours) ** 2 - (load / 60) ** 2
        number = sum(job.is_unpopular for job in hand)
        total += 4 * ((unpopular + number) ** 2 - unpopular**2)
        total += sum(liked(person, job) for job in hand)
        total += 5 * sum(beside(one, other, problem.limits) for one, other in combinations(hand, 2))
    return total


def begins_with(problem: Problem, person: Person) -> tuple[float, float]:
    load = max(-240.0, min(240.0, person.carried))
    unpopular = max(-3.0, min(3.0, person.carried_unpopular))
    for role in person.roles:
        jobs = [job for job in problem.jobs if job.role == role]
        team = sum(length(each) for each in problem.people if role in each.roles)
        load -= sum(job.minutes for job in jobs) * length(person) / team
        unpopular -= sum(job.is_unpopular for job in jobs) * length(person) / team
    return load, unpopular


def length(person: Person) -> int:
    return sum(ends - begins for begins, ends in person.shifts)


def liked(person: Person, job: Job) -> float:
    found = 15.0 if job.holder not in (None, person.id) else 0.0
    if person.rooms:
        found += -2 if job.room in person.rooms else 6
    return found - 12 * bool(job.guests & person.guests) - 3 * (bool(job.host) and job.host in person.hosts)


def cheapest(problem: Problem) -> float:
    """Each place to each person, and to nobody; what is unsound is not gone on with."""
    hands: dict[int, list[Job]] = {person.id: [] for person in problem.people}

    def least(left: tuple[Job, ...], number_open: int) -> float:
        if not left:
            return price(problem, hands, number_open)
        job, rest = left[0], left[1:]
        found = least(rest, number_open + 1)
        for person in problem.people if job.pin is None else ():
            hand = hands[person.id]
            if may(problem, person, job) and is_sound([*hand, job], problem.limits):
                hand.append(job)
                found = min(found, least(rest, number_open))
                hand.pop()
        return found

    return least(problem.jobs, 0)


def hands_of(problem: Problem, choices: dict[str, int | None]) -> dict[int, list[Job]]:
    return {person.id: [job for job in problem.jobs if choices[job.id] == person.id] for person in problem.people}


@pytest.mark.parametrize("block", range(10))
def test_search_finds_the_very_cheapest_answer_and_breaks_no_rule(block):
    for seed in range(block * 12, block * 12 + 12):
        problem = drawn(seed)

        found = solve(problem, effort=EFFORT)

        hands = hands_of(problem, found.choices)
        number_open = list(found.choices.values()).count(None)
        assert all(may(problem, person, job) for person in problem.people for job in hands[person.id]), seed
        assert all(is_sound(hand, problem.limits) for hand in hands.values()), seed
        assert all(found.choices[job.id] is None for job in problem.jobs if job.pin == NOBODY), seed
        assert found.cost == pytest.approx(price(problem, hands, number_open), abs=0.01), seed
        assert found.cost == pytest.approx(cheapest(problem), abs=0.01), seed


def test_days_drawn_know_every_rule():
    """Or the comparison would prove less than it says."""
    problems = [drawn(seed) for seed in range(120)]

    assert any(problem.limits.break_after for problem in problems)
    assert any(job.holder for problem in problems for job in problem.jobs)
    assert any(job.pin == NOBODY for problem in problems for job in problem.jobs)
    assert any(
        beside(one, other, problem.limits) for problem in problems for one, other in combinations(problem.jobs, 2)
    )
    walls = [
        (one, other)
        for problem in problems
        for one, other in combinations(problem.jobs, 2)
        if in_the_way(one, other, problem.limits)
        and not in_the_way(one, other, replace(problem.limits, building_minutes=0))
    ]
    assert walls
