"""Who serves what on a day of 40 people and 120 meetings: the search against first fit, over several days drawn."""

import time
from statistics import mean

import pytest

from checklists.rostering import Score, faults_of, first_fit, score_of, solve
from checklists.services.proposals import effort_for
from tests.checklists.rostering_cases import drawn_day

SEEDS, PEOPLE, MEETINGS = 5, 40, 120
AIM_SECONDS = 20.0


def timed(call):
    begun = time.perf_counter()
    found = call()
    return found, time.perf_counter() - begun


def summed(scores: list[Score], seconds: list[float]) -> dict[str, float]:
    return {
        "unfilled": sum(each.open for each in scores),
        "load_spread_min": round(mean(each.load_spread for each in scores)),
        "unpopular_spread": round(mean(each.unpopular_spread for each in scores), 2),
        "known_guests": sum(each.known_guests for each in scores),
        "longest_seconds": round(max(seconds), 2),
    }


@pytest.mark.timeout(600)
def test_assignments_of_a_day(report):
    ours, plain, seconds, quick = [], [], [], []
    for seed in range(SEEDS):
        problem = drawn_day(seed, people=PEOPLE, meetings=MEETINGS)
        found, taken = timed(lambda problem=problem: solve(problem, effort=effort_for(problem, seed=1)))
        floor, instant = timed(lambda problem=problem: first_fit(problem))
        assert faults_of(problem, found.choices) == set()
        ours.append(score_of(problem, found))
        plain.append(score_of(problem, floor))
        seconds.append(taken)
        quick.append(instant)

    searched, fitted = summed(ours, seconds), summed(plain, quick)
    ratios = {name: round(searched[name] / fitted[name], 2) for name in ("unfilled", "load_spread_min") if fitted[name]}
    report({"people": PEOPLE, "meetings": MEETINGS, "days": SEEDS} | searched)
    report({"first_fit": fitted, "ratio": ratios, "aim_seconds": AIM_SECONDS})
    assert searched["longest_seconds"] <= AIM_SECONDS
    assert searched["unfilled"] < fitted["unfilled"]
    assert searched["load_spread_min"] < fitted["load_spread_min"]
