"""10,000 contended attempts by 16 clients on three rooms, PostgreSQL killed in between; the aim is printed."""

import os

import pytest

from tests.concurrency.chaos import run_chaos

pytestmark = pytest.mark.timeout(1800)

OPTIONS = {"--attempts": 10_000, "--clients": 16, "--pause": 0.5, "--alone": 400, "--control": 400}
P99_AIM_MS = 500
MUST_BE_0 = ("overlaps", "partial_groups", "partial_series", "partly_cancelled", "out_of_step", "failed")


def test_ten_thousand_contended_attempts(report):
    load = os.getloadavg()[0]
    figures = run_chaos("contention", *(str(part) for pair in OPTIONS.items() for part in pair))
    kept, alone, control = figures["kept"], figures["alone"], figures["control"]

    report(
        {name: kept[name] for name in ("attempts", *MUST_BE_0, "snapshots")}
        | {"failed_while_down": kept["failed_while_down"], "outages_s": kept["outages_s"], "done": kept["done"]}
        | {"refused": kept["refused"], "losers_ms": kept["losers_ms"], "winners_ms": kept["winners_ms"]}
        | {"p99_aim_reached": kept["losers_ms"]["p99"] <= P99_AIM_MS, "took_s": kept["took"]}
        | {"accounts": kept["accounts"], "alone_ms": alone["losers_ms"], "floor_ms": figures["floor"]["losers_ms"]}
        | {"control_overlaps": control["overlaps"], "load": round(load, 2), "cores": os.cpu_count()}
    )
    assert {name: kept[name] for name in MUST_BE_0} == dict.fromkeys(MUST_BE_0, 0)
    assert control["overlaps"] > 0
