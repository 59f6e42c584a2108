"""Figures beside their floor: printed, and kept as JSON in results/ (not committed)."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest

RESULTS = Path(__file__).parent / "results"
REPEATS = 7


def median_ms(call: Callable[[], object]) -> float:
    call()
    taken = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


@pytest.fixture
def report(request, capsys):
    """`report(figures)` prints them under the test's name and keeps them with the moment."""

    def run(figures: dict[str, object]) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {figures}")
        RESULTS.mkdir(exist_ok=True)
        stamped = figures | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        with (RESULTS / f"{request.node.name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(stamped) + "\n")

    return run


@pytest.fixture
def compare(report):
    """`compare(measured, floor)` times both in this run and prints them with their ratio."""

    def run(measured: Callable[[], object], floor: Callable[[], object]) -> None:
        figures = {"measured_ms": round(median_ms(measured), 2), "floor_ms": round(median_ms(floor), 2)}
        figures["ratio"] = round(figures["measured_ms"] / figures["floor_ms"], 1)
        # A busy machine stretches both; the processor's own time tells how much of it is ours.
        begun = time.process_time()
        measured()
        report(
            figures | {"cpu_ms": round((time.process_time() - begun) * 1000, 1), "load": round(os.getloadavg()[0], 1)}
        )

    return run
