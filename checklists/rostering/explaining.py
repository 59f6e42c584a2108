"""Why somebody, who else, and why nobody: in codes, for whoever words them."""

from dataclasses import dataclass

from checklists.rostering.parts import NOBODY, Job, Person, Problem
from checklists.rostering.search import Draft, Solution
from checklists.rostering.table import Table, is_present, missing_skills

OTHERS_SHOWN = 6


@dataclass(frozen=True)
class Why:
    """`skills` are those that nobody present has."""

    code: str
    skills: tuple[int, ...] = ()


@dataclass(frozen=True)
class Other:
    """Somebody else who has the role, the skills and the hours: free, or why not."""

    person: int
    code: str = ""

    @property
    def is_free(self) -> bool:
        return not self.code


@dataclass(frozen=True)
class Option:
    """Anybody of the role, with everything that speaks against them and the jobs they would have to be at."""

    person: int
    codes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    price: float = 0.0

    @property
    def is_possible(self) -> bool:
        return "elsewhere" not in self.codes


@dataclass(frozen=True)
class Line:
    """A job with who is to do it, what speaks for them and who else could; or why it stays open."""

    job: Job
    person: int | None
    reasons: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()
    why: Why | None = None
    # Beside which other job the rounds are shared.
    beside: str = ""

    @property
    def is_change(self) -> bool:
        return self.person != self.job.holder


@dataclass(frozen=True)
class Score:
    open: int = 0
    changed: int = 0
    # The most and the least laden of those on shift, after the work of the weeks before, in minutes.
    load_spread: int = 0
    unpopular_spread: float = 0.0
    known_guests: int = 0
    strange_rooms: int = 0
    shared: int = 0


def drafted(problem: Problem, solution: Solution) -> Draft:
    """The solution as a draft again, for questions about it."""
    table = Table(problem)
    draft = Draft(table)
    for place, job in enumerate(table.jobs):
        chosen = solution.choices.get(job.id)
        if place not in draft.fixed and chosen is not None:
            draft.put(place, table.place_of[chosen])
    return draft


def describe(problem: Problem, solution: Solution) -> list[Line]:
    """Every job that is not fixed, in the order of the problem."""
    draft = drafted(problem, solution)
    return [line_of(draft, place) for place, job in enumerate(draft.table.jobs) if not job.is_fixed]


def line_of(draft: Draft, place: int) -> Line:
    job, who = draft.table.jobs[place], draft.who[place]
    if who is None:
        return Line(job, None, others=others_of(draft, place), why=why_open(draft, place))
    beside = draft.table.partners[place] & draft.mine[who]
    shared = draft.table.jobs[min(beside)].id if beside else ""
    person = draft.table.people[who]
    return Line(job, person.id, reasons_for(draft, place, who), others_of(draft, place), None, shared)


def reasons_for(draft: Draft, place: int, who: int) -> tuple[str, ...]:
    job, person = draft.table.jobs[place], draft.table.people[who]
    draft.take(place)
    able = [each for each in draft.table.candidates[place] if draft.table.fits(place, draft.mine[each])]
    least = min((draft.load[each] for each in able), default=0.0)
    found = {
        "pinned": job.pin == person.id,
        "kept": job.holder == person.id,
        "off_shift": not is_present(person, job),
        "skill_missing": bool(missing_skills(person, job)),
        "break": not draft.table.keeps_breaks(place, draft.mine[who]),
        "only_one": able == [who],
        "has_skill": bool(job.skills) and not missing_skills(person, job),
        "served_guest": bool(job.guests & person.guests),
        "served_host": bool(job.host) and job.host in person.hosts,
        "knows_room": job.room in person.rooms,
        "least_load": len(able) > 1 and draft.load[who] <= least,
        "fewest_unpopular": job.is_unpopular and is_fewest(draft, able, who),
    }
    draft.put(place, who)
    return tuple(code for code, holds in found.items() if holds) or ("free",)


def is_fewest(draft: Draft, able: list[int], who: int) -> bool:
    return len(able) > 1 and draft.unpopular[who] <= min(draft.unpopular[each] for each in able)


def others_of(draft: Draft, place: int) -> tuple[Other, ...]:
    """Free ones first, the better the earlier."""
    table, who = draft.table, draft.who[place]
    found = []
    for each in table.candidates[place]:
        if each != who:
            code = obstacle(draft, place, each)
            found.append((bool(code), draft.price(place, each), each, code))
    return tuple(Other(table.people[each].id, code) for _b, _p, each, code in sorted(found)[:OTHERS_SHOWN])


def obstacle(draft: Draft, place: int, who: int) -> str:
    if not draft.table.is_free(place, draft.mine[who]):
        return "elsewhere"
    return "" if draft.table.keeps_breaks(place, draft.mine[who]) else "break"


def options_for(problem: Problem, solution: Solution, job_id: str) -> list[Option]:
    """Everyone with the role, whoever has it included: with the least against them first, then the best."""
    draft = drafted(problem, solution)
    place = next(each for each, job in enumerate(draft.table.jobs) if job.id == job_id)
    draft.take(place)
    job = draft.table.jobs[place]
    members = [each for each, person in enumerate(draft.table.people) if job.role in person.roles]
    return sorted((option(draft, place, each) for each in members), key=lambda each: (len(each.codes), each.price))


def option(draft: Draft, place: int, who: int) -> Option:
    table, job, person = draft.table, draft.table.jobs[place], draft.table.people[who]
    against = {
        "elsewhere": not table.is_free(place, draft.mine[who]),
        "off_shift": not is_present(person, job),
        "skill_missing": bool(missing_skills(person, job)),
        "break": not table.keeps_breaks(place, draft.mine[who]),
    }
    beside = (table.clashes[place] | table.partners[place]) & draft.mine[who] if against["elsewhere"] else ()
    return Option(
        person=person.id,
        codes=tuple(code for code, holds in against.items() if holds),
        elsewhere=tuple(table.jobs[each].id for each in sorted(beside)),
        price=draft.price(place, who),
    )


def why_open(draft: Draft, place: int) -> Why:
    """The first thing that is wanting, from the role to the hour."""
    job = draft.table.jobs[place]
    if job.pin is not None:
        return Why("left_open" if job.pin == NOBODY else "pin_clash")
    members = [person for person in draft.table.people if job.role in person.roles]
    present = [person for person in members if is_present(person, job)]
    if not members:
        return Why("nobody_role")
    if not present:
        return Why("partly_on_shift" if any(is_there_partly(person, job) for person in members) else "nobody_on_shift")
    able = draft.table.candidates[place]
    if not able:
        return Why("nobody_with_skill", lacking(present, job))
    codes = {obstacle(draft, place, each) for each in able}
    return Why("breaks" if codes == {"break"} else "all_busy")


def lacking(present: list[Person], job: Job) -> tuple[int, ...]:
    """The skills that no one present has; where each is there but not together, all of them."""
    missing = [missing_skills(person, job) for person in present]
    nowhere = frozenset.intersection(*missing)
    return tuple(sorted(nowhere or job.skills))


def is_there_partly(person: Person, job: Job) -> bool:
    return any(
        begins < ends_at and begins_at < ends for begins, ends in person.shifts for begins_at, ends_at in job.spans
    )


def score_of(problem: Problem, solution: Solution) -> Score:
    draft = drafted(problem, solution)
    table = draft.table
    rows = [(job, place) for job, place in zip(table.jobs, draft.who, strict=True) if not job.is_fixed]
    filled = [(job, table.people[place]) for job, place in rows if place is not None]
    roles = {job.role for job, _place in rows}
    on_shift = [each for each, person in enumerate(table.people) if person.shifts and person.roles & roles]
    return Score(
        open=sum(place is None for _job, place in rows),
        changed=sum(job.holder is not None and job.holder != person.id for job, person in filled),
        load_spread=round(spread([draft.load[each] for each in on_shift])),
        unpopular_spread=round(spread([draft.unpopular[each] for each in on_shift]), 1),
        known_guests=sum(bool(job.guests & person.guests) for job, person in filled),
        strange_rooms=sum(bool(person.rooms) and job.room not in person.rooms for job, person in filled),
        shared=shared_pairs(draft),
    )


def shared_pairs(draft: Draft) -> int:
    beside = (draft.table.partners[job] & draft.mine[who] for job, who in enumerate(draft.who) if who is not None)
    return sum(map(bool, beside)) // 2


def spread(values: list[float]) -> float:
    return max(values) - min(values) if values else 0.0
