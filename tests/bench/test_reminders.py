"""Reminders by real processes: minutes of kills, and a thousand due at once; aims are printed, not asserted."""

import os

import pytest

from tests.concurrency.chaos import run_chaos

pytestmark = pytest.mark.timeout(1200)

# 3,000 reminders over five minutes, something killed every few seconds.
KILLS = {"--reminders": 3000, "--seconds": 300, "--every": 3, "--control": 300}
BURST = {"--reminders": 1000}
MEDIAN_AIM, P99_AIM = 2.0, 15.0


def run(what, options, *flags):
    load = os.getloadavg()[0]
    figures = run_chaos(what, *flags, *(str(part) for pair in options.items() for part in pair))
    return figures | {"load": round(load, 2), "cores": os.cpu_count()}


def test_five_minutes_of_kills(report):
    figures = run("kills", KILLS)
    kept, control = figures["kept"], figures["control"]

    report(
        {name: kept[name] for name in ("reminders", "sent", "missed", "superseded", "lateness", "quiet_after")}
        | {"lost": kept["lost"] + kept["silent"], "twice": kept["doubled"] + kept["phantom"], "untold": kept["untold"]}
        | {"kills": kept["kills"], "in_the_middle": kept["in_the_middle"], "load": figures["load"]}
        | {"control_lost": control["silent"], "control_kills": sum(control["kills"].values())}
    )
    assert kept["faults"] == {}, kept["log"]
    assert control["silent"] > 0


@pytest.mark.parametrize("flags", [(), ("--no-redis",)], ids=["with_redis", "without_redis"])
def test_a_thousand_due_in_one_second(flags, report):
    figures = run("burst", BURST, *flags)
    late = figures["lateness"]

    report(
        {"median_s": late["median"], "p99_s": late["p99"], "longest_s": late["longest"], "load": figures["load"]}
        | {"median_aim_reached": late["median"] <= MEDIAN_AIM, "p99_aim_reached": late["p99"] <= P99_AIM}
        | {"one_process_ms": figures["one_process_ms"], "floor_ms": figures["floor_ms"]}
        | {"ratio": round(figures["one_process_ms"] / figures["floor_ms"], 1)}
    )
    assert figures["faults"] == {}, figures["log"]
    assert figures["sent"] == figures["reminders"]
