"""Who could take which job, and which jobs stand in each other's way: worked out once, asked millions of times."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from checklists.rostering.parts import Job, Limits, Person, Problem, Span


class Table:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people, self.jobs, self.limits = problem.people, problem.jobs, problem.limits
        self.place_of = {person.id: place for place, person in enumerate(self.people)}
        self.candidates = [self.able(job) for job in self.jobs]
        self.clashes: list[frozenset[int]] = []
        self.partners: list[frozenset[int]] = []
        self.relate()

    def able(self, job: Job) -> list[int]:
        """Where no one is there for all of several visits, and the role together is not either, who is for some."""
        members = [
            place
            for place, person in enumerate(self.people)
            if job.role in person.roles and not missing_skills(person, job)
        ]
        found = [place for place in members if is_present(self.people[place], job)]
        if found or job.is_exclusive or is_covered([self.people[place] for place in members], job):
            return found
        return [place for place in members if is_there_partly(self.people[place], job)]

    def relate(self) -> None:
        clashes: list[set[int]] = [set() for _job in self.jobs]
        partners: list[set[int]] = [set() for _job in self.jobs]
        for one, other in self.near_pairs():
            first, second = self.jobs[one], self.jobs[other]
            kept = partners if may_share(first, second, self.limits) else clashes
            if kept is partners or is_clash(first, second, self.limits):
                kept[one].add(other)
                kept[other].add(one)
        self.clashes, self.partners = [frozenset(each) for each in clashes], [frozenset(each) for each in partners]

    def near_pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs whose times come within the longest walk of each other."""
        walk = longest_walk(self.jobs, self.limits)
        order = sorted(range(len(self.jobs)), key=lambda place: self.jobs[place].begins)
        for number, one in enumerate(order):
            until = self.jobs[one].ends + walk
            for other in order[number + 1 :]:
                if self.jobs[other].begins > until:
                    break
                yield one, other

    def fits(self, job: int, mine: Collection[int]) -> bool:
        """Beside the jobs somebody has already: free, not in three rooms at once, and with their breaks."""
        return self.is_free(job, mine) and self.keeps_breaks(job, mine)

    def is_free(self, job: int, mine: Collection[int]) -> bool:
        if not self.clashes[job].isdisjoint(mine):
            return False
        beside = self.partners[job].intersection(mine)
        return not beside or (len(beside) == 1 and self.partners[min(beside)].isdisjoint(mine))

    def keeps_breaks(self, job: int, mine: Collection[int]) -> bool:
        if not (self.limits.break_after and mine):
            return True
        return not has_overlong(self.jobs, [*mine, job], self.limits)


def is_covered(people: Iterable[Person], job: Job) -> bool:
    """Each of its hours has one of them."""
    able = list(people)
    return all(any(is_there_for(person, span) for person in able) for span in job.spans)


def is_there_partly(person: Person, job: Job) -> bool:
    return any(is_there_for(person, span) for span in job.spans)


def is_present(person: Person, job: Job) -> bool:
    return all(is_there_for(person, span) for span in job.spans)


def is_there_for(person: Person, span: Span) -> bool:
    return any(begins <= span[0] and span[1] <= ends for begins, ends in person.shifts)


def missing_skills(person: Person, job: Job) -> frozenset[int]:
    def holds(skill: int) -> bool:
        valid = person.skills.get(skill)
        return valid is not None and valid[0] <= job.begins and job.ends <= valid[1]

    return frozenset(skill for skill in job.skills if not holds(skill))


def walk_between(one: Job, other: Job, limits: Limits) -> int:
    if one.room == other.room:
        return 0
    stairs = limits.floor_minutes * floors_between(one.floor, other.floor) if one.floor != other.floor else 0
    if one.building != other.building:
        return max(limits.building_minutes, stairs, limits.room_minutes)
    return stairs if one.floor != other.floor else limits.room_minutes


def floors_between(one: str, other: str) -> int:
    """Of floors that are no numbers nobody knows how far they are apart: one flight."""
    try:
        return max(abs(int(one) - int(other)), 1)
    except ValueError:
        return 1


def longest_walk(jobs: Sequence[Job], limits: Limits) -> int:
    floors = {job.floor for job in jobs}
    flights = max((floors_between(one, other) for one in floors for other in floors), default=1)
    return max(flights * limits.floor_minutes, limits.room_minutes, limits.building_minutes)


def is_clash(one: Job, other: Job, limits: Limits) -> bool:
    """Whether one person cannot do both."""
    if one.meeting == other.meeting:
        return one.role == other.role
    if not (one.is_exclusive or other.is_exclusive):
        return False
    walk = walk_between(one, other, limits)
    return any(is_close(mine, theirs, walk) for mine in one.spans for theirs in other.spans)


def is_close(one: Span, other: Span, walk: int) -> bool:
    return one[0] < other[1] + walk and other[0] < one[1] + walk


def time_between(one: Job, other: Job) -> int:
    """Minutes from the end of one to the beginning of the other at their closest; below nothing where they overlap."""
    return min(max(theirs[0] - mine[1], mine[0] - theirs[1]) for mine in one.spans for theirs in other.spans)


def may_share(one: Job, other: Job, limits: Limits) -> bool:
    """Two small meetings on one floor, side by side in time, whose rounds one person may do in turn."""
    return (
        limits.shared_heads > 0
        and one.is_exclusive
        and other.is_exclusive
        and one.meeting != other.meeting
        and one.room != other.room
        and bool(one.floor)
        and (one.building, one.floor) == (other.building, other.floor)
        and one.heads + other.heads <= limits.shared_heads
        and is_clash(one, other, limits)
    )


def has_overlong(jobs: Sequence[Job], places: Iterable[int], limits: Limits) -> bool:
    """A stretch without a break that is longer than allowed; one long meeting alone is not to be helped."""
    spans = sorted((span[0], span[1], place) for place in places for span in jobs[place].spans)
    first, last, members = spans[0][0], spans[0][1], {spans[0][2]}
    for begins, ends, place in spans[1:]:
        if begins - last >= limits.break_minutes:
            first, last, members = begins, ends, {place}
            continue
        last = max(last, ends)
        members.add(place)
        if last - first > limits.break_after and len(members) > 1:
            return True
    return False


def faults_of(problem: Problem, choices: dict[str, int | None]) -> set[tuple[str, str]]:
    """What would not do in a whole proposal: code and job. Made for checking, not for searching."""
    table = Table(problem)
    mine: dict[int, set[int]] = {place: set() for place in range(len(table.people))}
    found: set[tuple[str, str]] = set()
    for place, job in enumerate(table.jobs):
        chosen = choices.get(job.id)
        if chosen is None:
            continue
        who = table.place_of[chosen]
        person = table.people[who]
        checks = {
            "role": job.role in person.roles,
            "shift": is_present(person, job) or (who in table.candidates[place]),
            "skill": not missing_skills(person, job),
            "elsewhere": table.is_free(place, mine[who]),
        }
        found |= {(code, job.id) for code, is_well in checks.items() if not is_well}
        mine[who].add(place)
    if problem.limits.break_after:
        found |= {
            ("break", table.jobs[max(places)].id)
            for places in mine.values()
            if len(places) > 1 and has_overlong(table.jobs, places, problem.limits)
        }
    return found


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Touching and overlapping spans as one."""
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)
