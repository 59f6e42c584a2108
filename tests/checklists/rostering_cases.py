"""Days to be served, drawn at random: people with shifts and skills, meetings in rooms on several floors."""

import random

from checklists.rostering import Job, Limits, Person, Problem

HOUR = 60
SERVICE = "service_staff"
LIMITS = Limits(room_minutes=1, floor_minutes=2, break_after=4 * HOUR, break_minutes=20)


def person(number: int, *shifts: tuple[int, int], **facts) -> Person:
    defaults = {"roles": frozenset({SERVICE}), "shifts": shifts or ((0, 24 * HOUR),)}
    return Person(id=number, **(defaults | facts))


def job(meeting: int, begins: int, ends: int, **facts) -> Job:
    defaults = {"id": f"{meeting}:{facts.get('role', SERVICE)}:0", "role": SERVICE, "room": meeting, "floor": "1"}
    return Job(meeting=meeting, spans=((begins, ends),), minutes=ends - begins, **(defaults | facts))


def drawn_day(seed: int, *, people: int = 40, meetings: int = 120, days: int = 1) -> Problem:
    """Early and late shifts, a third with languages, tea or sound; rooms on five floors; some guests known to some."""
    lot = random.Random(seed)
    return Problem(
        people=tuple(drawn_person(lot, number, days) for number in range(people)),
        jobs=tuple(job for number in range(meetings) for job in drawn_meeting(lot, number, days, meetings)),
        limits=LIMITS,
    )


def drawn_person(lot: random.Random, number: int, days: int) -> Person:
    begins, ends = lot.choice(((465, 975), (480, 1020), (600, 1140), (720, 1260)))
    always = (0, days * 24 * HOUR)
    shifts = tuple((begins + day * 1440, ends + day * 1440) for day in range(days) if days < 6 or day % 7 < 5)
    return Person(
        id=number + 1,
        roles=frozenset({SERVICE}),
        shifts=shifts,
        skills={skill: always for skill in range(4) if lot.random() < 0.35},
        rooms=frozenset(lot.sample(range(40), 20)) if lot.random() < 0.3 else frozenset(),
        carried=lot.uniform(-120, 120),
        carried_unpopular=lot.uniform(-1, 1),
        guests=frozenset(f"guest {each}" for each in range(10) if lot.random() < 0.1),
        hosts=frozenset(f"host {each}" for each in range(20) if lot.random() < 0.1),
    )


def drawn_meeting(lot: random.Random, number: int, days: int, meetings: int) -> list[Job]:
    room, day = lot.randrange(40), number * days // meetings
    begins = day * 1440 + lot.choice(range(500, 1100, 15))
    ends = begins + lot.choice((45, 60, 60, 90, 120))
    spans = ((begins - 35, begins - 25), (begins - 15, begins - 5), (begins, ends), (ends, ends + 10))
    return [
        Job(
            id=f"{number}:{SERVICE}:{place}",
            meeting=number,
            role=SERVICE,
            room=room,
            floor=str(room // 8 + 1),
            spans=spans,
            minutes=ends - begins + 30,
            skills=frozenset({lot.randrange(4)} if lot.random() < 0.25 else ()),
            is_unpopular=begins % 1440 < 540 or ends % 1440 > 1080,
            guests=frozenset({f"guest {lot.randrange(10)}"} if lot.random() < 0.15 else ()),
            host=f"host {lot.randrange(20)}",
            heads=lot.randint(3, 40),
        )
        for place in range(2 if lot.random() < 0.1 else 1)
    ]
