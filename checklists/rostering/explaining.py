"""Why somebody, who else, and why nobody: in codes, for whoever words them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from checklists.rostering.parts import NOBODY, Job, Person, Problem, Way
from checklists.rostering.search import Draft, Solution
from checklists.rostering.table import Table, is_covered, is_present, missing_skills, time_between, walk_between

OTHERS_SHOWN = 6
# A way worth a word: to another building, within so many minutes of the last meeting.
WAY_WITHIN = 120


@dataclass(frozen=True)
class Why:
    """`skills` are those that nobody present has; what `is_common` is done by whoever of the role is there then."""

    code: str
    skills: tuple[int, ...] = ()
    is_common: bool = False


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
    """Anybody of the role, with everything that speaks against them and the jobs they would have to be at.

    `way` is the one that is too long where only the walk stands in the way.
    """

    person: int
    codes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    price: float = 0.0
    way: Way | None = None

    @property
    def is_possible(self) -> bool:
        return not {"elsewhere", "too_far"} & set(self.codes)


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
    # From another building.
    way: Way | None = None

    @property
    def is_change(self) -> bool:
        return self.person != self.job.holder

    @property
    def is_open(self) -> bool:
        return self.why is not None and not self.why.is_common


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
    reasons, way = reasons_for(draft, place, who), way_in(draft, place, who)
    return Line(job, person.id, reasons, others_of(draft, place), None, shared, way)


def way_in(draft: Draft, place: int, who: int) -> Way | None:
    """From the last meeting in another building, where it is not long ago."""
    job = draft.table.jobs[place]
    if not job.is_exclusive:
        return None
    mine = [draft.table.jobs[each] for each in draft.mine[who] if each != place]
    before = [each for each in mine if each.meeting != job.meeting and each.ends <= job.begins]
    last = max(before, key=lambda each: (each.ends, each.id), default=None)
    if last is None or last.building == job.building or job.begins - last.ends > WAY_WITHIN:
        return None
    return Way(last.id, walk_between(last, job, draft.table.limits), job.begins - last.ends)


def way_too_long(draft: Draft, place: int, who: int) -> Way | None:
    """The tightest of the ways to what they have, where none of it is at the same time."""
    job, jobs, limits = draft.table.jobs[place], draft.table.jobs, draft.table.limits
    clashes = [jobs[each] for each in draft.table.clashes[place] & draft.mine[who]]
    if not clashes or any(each.meeting == job.meeting or time_between(each, job) < 0 for each in clashes):
        return None
    ways = [
        Way(each.id, walk_between(each, job, limits), time_between(each, job), is_onward=each.begins > job.begins)
        for each in clashes
    ]
    return max(ways, key=lambda way: (way.needs - way.has, way.job))


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
        return "too_far" if way_too_long(draft, place, who) else "elsewhere"
    return "" if draft.table.keeps_breaks(place, draft.mine[who]) else "break"


def options_for(problem: Problem, solution: Solution, job_id: str) -> list[Option]:
    return options_by_job(problem, solution, [job_id])[job_id]


def options_by_job(problem: Problem, solution: Solution, job_ids: Iterable[str]) -> dict[str, list[Option]]:
    """Everyone with the role, whoever has it included: with the least against them first, then the best."""
    draft = drafted(problem, solution)
    places = {job.id: place for place, job in enumerate(draft.table.jobs)}
    return {job_id: options_at(draft, places[job_id]) for job_id in job_ids}


def options_at(draft: Draft, place: int) -> list[Option]:
    role, who = draft.table.jobs[place].role, draft.who[place]
    draft.take(place)
    members = [each for each, person in enumerate(draft.table.people) if role in person.roles]
    found = sorted((option(draft, place, each) for each in members), key=lambda each: (len(each.codes), each.price))
    if who is not None:
        draft.put(place, who)
    return found


def option(draft: Draft, place: int, who: int) -> Option:
    table, job, person = draft.table, draft.table.jobs[place], draft.table.people[who]
    is_free, way = table.is_free(place, draft.mine[who]), way_too_long(draft, place, who)
    against = {
        "elsewhere": not is_free and way is None,
        "too_far": not is_free and way is not None,
        "off_shift": not is_present(person, job),
        "skill_missing": bool(missing_skills(person, job)),
        "break": not table.keeps_breaks(place, draft.mine[who]),
    }
    beside = (table.clashes[place] | table.partners[place]) & draft.mine[who] if not is_free else ()
    return Option(
        person=person.id,
        codes=tuple(code for code, holds in against.items() if holds),
        elsewhere=tuple(table.jobs[each].id for each in sorted(beside)),
        price=draft.price(place, who),
        way=way if not is_free else None,
    )


def why_open(draft: Draft, place: int) -> Why:
    return replace(wanting(draft, place), is_common=is_common(draft, place))


def is_common(draft: Draft, place: int) -> bool:
    """Who looks after several meetings need not be one person: each of its hours has somebody of the role."""
    job = draft.table.jobs[place]
    if job.is_exclusive:
        return False
    able = (each for each in draft.table.people if job.role in each.roles and not missing_skills(each, job))
    return is_covered(able, job)


def wanting(draft: Draft, place: int) -> Why:
    """The first thing, from the role to the hour."""
    job = draft.table.jobs[place]
    if job.pin is not None:
        return Why("left_open" if job.pin == NOBODY else "pin_clash")
    members = [person for person in draft.table.people if job.role in person.roles]
    present = [person for person in members if is_present(person, job)]
    if not members:
        return Why("nobody_role")
    able = draft.table.candidates[place]
    if not (present or able):
        return Why("partly_on_shift" if any(overlaps(person, job) for person in members) else "nobody_on_shift")
    if not able:
        return Why("nobody_with_skill", lacking(present, job))
    codes = {obstacle(draft, place, each) for each in able}
    only = codes.pop() if len(codes) == 1 else ""
    return Why({"break": "breaks", "too_far": "too_far"}.get(only, "all_busy"))


def lacking(present: list[Person], job: Job) -> tuple[int, ...]:
    """The skills that no one present has; where each is there but not together, all of them."""
    missing = [missing_skills(person, job) for person in present]
    nowhere = frozenset.intersection(*missing)
    return tuple(sorted(nowhere or job.skills))


def overlaps(person: Person, job: Job) -> bool:
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
        open=sum(who is None and not is_common(draft, place) for place, who in free_places(draft)),
        changed=sum(job.holder is not None and job.holder != person.id for job, person in filled),
        load_spread=round(spread([draft.load[each] for each in on_shift])),
        unpopular_spread=round(spread([draft.unpopular[each] for each in on_shift]), 1),
        known_guests=sum(bool(job.guests & person.guests) for job, person in filled),
        strange_rooms=sum(bool(person.rooms) and job.room not in person.rooms for job, person in filled),
        shared=shared_pairs(draft),
    )


def free_places(draft: Draft) -> list[tuple[int, int | None]]:
    return [(place, draft.who[place]) for place, job in enumerate(draft.table.jobs) if not job.is_fixed]


def shared_pairs(draft: Draft) -> int:
    beside = (draft.table.partners[job] & draft.mine[who] for job, who in enumerate(draft.who) if who is not None)
    return sum(map(bool, beside)) // 2


def spread(values: list[float]) -> float:
    return max(values) - min(values) if values else 0.0
