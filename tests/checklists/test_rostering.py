"""Who serves what, worked out: nothing impossible, nothing dropped, and the reasons said."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from checklists.rostering import (
    NOBODY,
    Effort,
    Limits,
    Problem,
    Score,
    Solution,
    describe,
    faults_of,
    first_fit,
    score_of,
    solve,
)
from tests.checklists.rostering_cases import HOUR, LIMITS, drawn_day, job, person

NINE, TEN, ELEVEN, NOON = 9 * HOUR, 10 * HOUR, 11 * HOUR, 12 * HOUR
QUICK = Effort(rounds=120, seconds=30)


def solved(problem: Problem, effort: Effort = QUICK) -> Solution:
    return solve(problem, effort=effort)


def lines_of(people, jobs, limits=LIMITS):
    problem = Problem(people=tuple(people), jobs=tuple(jobs), limits=limits)
    return {line.job.meeting: line for line in describe(problem, solved(problem))}


def who(lines):
    return {meeting: line.person for meeting, line in lines.items()}


days = st.builds(
    drawn_day,
    st.integers(0, 10_000),
    people=st.integers(0, 8),
    meetings=st.integers(0, 16),
    days=st.sampled_from((1, 2)),
)


@settings(max_examples=40)
@given(days)
def test_solve_uses_nobody_twice_and_nobody_without_skill_role_shift_or_break(problem):
    assert faults_of(problem, solved(problem).choices) == set()


@settings(max_examples=40)
@given(days)
def test_describe_drops_no_job_and_says_why_each_open_one_is_open(problem):
    lines = describe(problem, solved(problem))

    assert [line.job.id for line in lines] == [each.id for each in problem.jobs]
    assert all(bool(line.reasons) != bool(line.why) for line in lines)
    assert all((line.person is None) == (line.why is not None) for line in lines)


@settings(max_examples=25)
@given(days, st.integers(1, 99))
def test_solve_is_the_same_for_the_same_seed(problem, seed):
    effort = Effort(seed=seed, rounds=60, seconds=30)

    assert solved(problem, effort) == solved(problem, effort)


@settings(max_examples=40)
@given(days)
def test_solve_leaves_no_more_open_than_first_fit(problem):
    """A search that begins worse must come out at least as well."""
    assert score_of(problem, solved(problem)).open <= score_of(problem, first_fit(problem)).open


small_days = st.builds(
    drawn_day, st.integers(0, 10_000), people=st.integers(1, 3), meetings=st.integers(1, 5), days=st.just(1)
)


@settings(max_examples=25)
@given(small_days)
def test_solve_of_a_small_day_leaves_open_only_what_must_be(problem):
    """Against every possible choice, one by one."""
    options = [None, *(each.id for each in problem.people)]
    ids = [each.id for each in problem.jobs][:4]
    some = replace(problem, jobs=problem.jobs[:4])
    choices = [dict(zip(ids, picked, strict=True)) for picked in product(options, repeat=len(ids))]
    possible = [each for each in choices if not faults_of(some, each)]

    fewest = min(list(each.values()).count(None) for each in possible)
    assert score_of(some, solved(some)).open == fewest


def test_solve_counts_the_walk_between_floors():
    jobs = [job(1, NINE, TEN, floor="1"), job(2, TEN + 3, ELEVEN, floor="3")]

    assert who(lines_of([person(1)], jobs))[2] is None
    assert who(lines_of([person(1)], [jobs[0], replace(jobs[1], spans=((TEN + 4, ELEVEN),))])) == {1: 1, 2: 1}
    assert who(lines_of([person(1)], [jobs[0], replace(jobs[1], floor="1")])) == {1: 1, 2: 1}


def test_solve_lets_a_technician_look_after_two_meetings_at_once():
    worker = person(1, roles=frozenset({"technician"}))
    jobs = [job(number, NINE, TEN, role="technician", is_exclusive=False) for number in (1, 2)]

    assert who(lines_of([worker], jobs)) == {1: 1, 2: 1}


def test_solve_puts_two_people_on_a_meeting_that_needs_two():
    jobs = [replace(job(1, NINE, TEN), id=f"1:{place}") for place in (0, 1)]
    problem = Problem(people=(person(1), person(2)), jobs=tuple(jobs))

    assert sorted(solved(problem).choices.values()) == [1, 2]


@pytest.mark.parametrize(
    ("people", "facts", "code"),
    [
        ([], {}, "nobody_role"),
        ([person(1, (NOON, 20 * HOUR))], {}, "nobody_on_shift"),
        ([person(1, (0, NINE + 30))], {}, "partly_on_shift"),
        ([person(1)], {"skills": frozenset({7})}, "nobody_with_skill"),
        ([person(1)], {"pin": NOBODY}, "left_open"),
    ],
)
def test_describe_says_what_is_wanting(people, facts, code):
    why = lines_of(people, [job(1, NINE, TEN, **facts)])[1].why

    assert (why.code, why.skills) == (code, (7,) if code == "nobody_with_skill" else ())


def test_skill_that_lapses_on_the_day_before_is_none():
    lapsed = person(1, skills={7: (0, NINE)})
    held = person(2, skills={7: (0, 24 * HOUR)})

    assert who(lines_of([lapsed, held], [job(1, NINE, TEN, skills=frozenset({7}))])) == {1: 2}


def test_describe_names_all_skills_that_nobody_has_together():
    one, other = (person(number, skills={number: (0, 1440)}) for number in (1, 2))

    why = lines_of([one, other], [job(1, NINE, TEN, skills=frozenset({1, 2}))])[1].why

    assert (why.code, why.skills) == ("nobody_with_skill", (1, 2))


def test_describe_says_when_everybody_is_busy_elsewhere():
    lines = lines_of([person(1)], [job(1, NINE, TEN), job(2, NINE, TEN)])

    opened = next(line for line in lines.values() if line.person is None)
    assert (opened.why.code, [(each.person, each.code) for each in opened.others]) == ("all_busy", [(1, "elsewhere")])


def test_solve_keeps_a_break_after_hours_without_one():
    jobs = [job(1, NINE, ELEVEN), job(2, ELEVEN + 5, 13 * HOUR + 5)]
    later = [jobs[0], job(2, ELEVEN + 20, 13 * HOUR + 20)]

    broken = lines_of([person(1)], jobs)
    assert next(line.why.code for line in broken.values() if line.why) == "breaks"
    assert who(lines_of([person(1)], later)) == {1: 1, 2: 1}


def test_one_long_meeting_is_served_all_the_same():
    assert who(lines_of([person(1)], [job(1, NINE, NINE + 6 * HOUR)])) == {1: 1}


def test_rounds_of_small_neighbouring_rooms_are_shared_where_the_site_says_so():
    jobs = [job(number, NINE, TEN, heads=6) for number in (1, 2, 3)]

    shared = lines_of([person(1)], jobs, Limits(shared_heads=12))
    alone = lines_of([person(1)], jobs, Limits(shared_heads=11))

    assert sorted(map(str, who(shared).values())) == ["1", "1", "None"]
    assert sum(bool(line.beside) for line in shared.values()) == 2
    assert list(who(alone).values()).count(None) == 2


def test_rooms_on_two_floors_are_not_shared():
    jobs = [job(1, NINE, TEN, heads=2), job(2, NINE, TEN, heads=2, floor="2")]

    assert list(who(lines_of([person(1)], jobs, Limits(shared_heads=99))).values()).count(None) == 1


def test_solve_gives_a_guest_the_server_of_last_time():
    people = [person(1), person(2, guests=frozenset({"杜邦"})), person(3)]

    line = lines_of(people, [job(1, NINE, TEN, guests=frozenset({"杜邦"}))])[1]

    assert (line.person, "served_guest" in line.reasons) == (2, True)


def test_solve_sends_to_rooms_they_know():
    people = [person(1, rooms=frozenset({9})), person(2, rooms=frozenset({1}))]

    line = lines_of(people, [job(1, NINE, TEN)])[1]

    assert (line.person, "knows_room" in line.reasons) == (2, True)


def test_solve_leaves_what_people_were_told_for_a_little_more_fairness():
    jobs = [job(1, NINE, TEN, holder=1), job(2, ELEVEN, NOON, holder=1)]

    assert who(lines_of([person(1), person(2)], jobs)) == {1: 1, 2: 1}


def test_solve_changes_what_people_were_told_where_something_would_stay_open():
    only = person(2, (NINE, TEN))
    jobs = [job(1, NINE, TEN, holder=1), job(2, NINE, 13 * HOUR)]

    lines = lines_of([person(1), only], jobs)

    assert who(lines) == {1: 2, 2: 1}
    assert (lines[1].is_change, lines[2].is_change) == (True, True)


def test_who_has_a_job_keeps_it_where_nobody_has_the_skill_and_the_line_says_so():
    jobs = [job(1, NINE, TEN, holder=1, skills=frozenset({7}))]

    line = lines_of([person(1), person(2)], jobs)[1]

    assert (line.person, line.why) == (1, None)
    assert line.reasons == ("kept", "skill_missing")


def test_who_is_not_there_any_more_keeps_nothing():
    assert who(lines_of([person(1, (NOON, 20 * HOUR))], [job(1, NINE, TEN, holder=1)])) == {1: None}


def test_solve_evens_out_what_the_weeks_before_left_uneven():
    people = [person(1, carried=240), person(2, carried=-240)]
    jobs = [job(number, (8 + 2 * number) * HOUR, (9 + 2 * number) * HOUR) for number in range(1, 4)]

    assert set(who(lines_of(people, jobs)).values()) == {2}


def test_unpopular_duties_go_round():
    people = [person(1, carried_unpopular=2), person(2)]

    line = lines_of(people, [job(1, NINE, TEN, is_unpopular=True)])[1]

    assert (line.person, "fewest_unpopular" in line.reasons) == (2, True)


def test_pinned_person_keeps_the_job_even_off_shift_and_the_line_says_so():
    people = [person(1, (NOON, 20 * HOUR)), person(2)]

    line = lines_of(people, [job(1, NINE, TEN, pin=1)])[1]

    assert (line.person, line.reasons) == (1, ("pinned", "off_shift"))


def test_two_pins_that_one_person_cannot_do_leave_the_second_open():
    lines = lines_of([person(1), person(2)], [job(1, NINE, TEN, pin=1), job(2, NINE, TEN, pin=1)])

    assert (who(lines), lines[2].why.code) == ({1: 1, 2: None}, "pin_clash")


def test_what_is_under_way_takes_its_person_and_is_no_line():
    lines = lines_of([person(1)], [job(1, NINE, TEN, pin=1, is_fixed=True), job(2, NINE, TEN)])

    assert who(lines) == {2: None}


def test_others_who_could_stand_with_the_best_first():
    people = [person(1, carried=-60), person(2, carried=200), person(3, carried=0)]

    line = lines_of(people, [job(1, NINE, TEN)])[1]

    assert (line.person, [each.person for each in line.others]) == (1, [3, 2])
    assert "least_load" in line.reasons


def test_time_that_runs_out_gives_the_best_so_far():
    problem, ticks = drawn_day(3), iter(range(1000))

    found = solve(problem, effort=Effort(rounds=5000, seconds=1), clock=lambda: next(ticks))

    assert found.rounds < 5000
    assert faults_of(problem, found.choices) == set()


def test_progress_is_told_on_the_way():
    told = []
    solve(drawn_day(1, people=4, meetings=6), effort=Effort(rounds=200, seconds=30), progress=told.append)

    assert told == [0.25, 0.5, 0.75, 1.0]


def test_score_of_tells_what_a_proposal_is_worth():
    people = (person(1, guests=frozenset({"g"}), rooms=frozenset({5})), person(2))
    jobs = (
        job(1, NINE, TEN, holder=2, guests=frozenset({"g"})),
        job(2, ELEVEN, NOON),
        job(3, NINE, TEN, skills=frozenset({7})),
    )

    score = score_of(Problem(people=people, jobs=jobs), Solution({jobs[0].id: 1, jobs[1].id: 2, jobs[2].id: None}))

    assert score == Score(open=1, changed=1, load_spread=0, known_guests=1, strange_rooms=1)


def test_faults_of_finds_each_kind():
    worker = person(1, (NINE, 20 * HOUR))
    jobs = (
        job(1, NINE, ELEVEN),
        job(2, TEN, NOON, role="technician"),
        job(3, 8 * HOUR, NINE, skills=frozenset({7})),
        job(4, ELEVEN + 5, 14 * HOUR),
    )
    problem = Problem(people=(worker,), jobs=jobs, limits=LIMITS)

    found = faults_of(problem, {each.id: 1 for each in jobs})

    assert {code for code, _job in found} == {"role", "shift", "skill", "elsewhere", "break"}


def test_day_of_many_meetings_is_better_served_than_by_first_fit():
    problem = drawn_day(2)

    ours, plain = (
        score_of(problem, each) for each in (solved(problem, Effort(rounds=1500, seconds=60)), first_fit(problem))
    )

    assert ours.open < plain.open
    assert ours.load_spread < plain.load_spread
