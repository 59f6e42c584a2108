"""Reminders over some minutes while everything is killed in turn; then what the database says."""

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseErrors, connection
from django.db.models import Max
from django.utils import timezone

from checklists.models import Reminder
from tests.concurrency.chaos import rows
from tests.concurrency.chaos.audit import audit, lateness, still_waiting
from tests.concurrency.chaos.family import Family, Killer

# The first reminder falls due when the processes have come up.
COMES_UP = timedelta(seconds=12)
QUIET_WITHIN = 120.0
A_WAVE = 5
KEPT, CONTROL = "slow", "mark-first"
CONTROL_SECONDS, CONTROL_EVERY = 16.0, 1.0


def run(options: argparse.Namespace) -> dict[str, Any]:
    house = rows.make_house()
    figures = {"kept": one_run(house, KEPT, options, options.reminders, options.seconds, options.every)}
    if options.control:
        rows.clear()
        figures["control"] = one_run(house, CONTROL, options, options.control, CONTROL_SECONDS, CONTROL_EVERY)
    connection.close()
    return figures


def one_run(
    house: rows.House, engine: str, options: argparse.Namespace, number: int, seconds: float, every: float
) -> dict[str, Any]:
    begun, dice = time.monotonic(), random.Random(options.seed)
    first_at = timezone.now() + COMES_UP
    late = number // 20
    rows.spread(house, number - late, first_at, seconds, dice)
    # The second reminder of a step may fall due after the last first one; what is due then is not yet lost.
    last_at = Reminder.objects.aggregate(last=Max("due_at"))["last"]
    connection.close()
    family = Family(engine)
    killer = Killer(family, every=every, seed=options.seed)
    killer.next_at = time.monotonic() + COMES_UP.total_seconds()
    course = Course(killer, last_at, house, late, seconds)
    family.run(course.is_quiet, killer, course.arm_late)
    findings = audit(now=timezone.now(), managers=house.managers)
    return asdict(findings) | {
        "faults": findings.faults(),
        "lateness": asdict(lateness()),
        "kills": dict(killer.kills),
        "in_the_middle": killer.in_the_middle,
        "took": round(time.monotonic() - begun),
        "quiet_after": course.quiet_after,
        "log": family.last_words() if engine == KEPT and findings.faults() else "",
    }


def steadily(call: Callable[[], Any]) -> Any:
    """The answer, or None while the database is down; the next tick asks again."""
    try:
        return call()
    except DatabaseErrors:
        connection.close()
        return None


class Course:
    """Arms what comes too late in waves, ends the killing at the last due time and waits until nothing is left."""

    def __init__(self, killer: Killer, until: datetime, house: rows.House, late: int, seconds: float) -> None:
        self.killer, self.until, self.house = killer, until, house
        self.waves = -(-late // A_WAVE)
        self.sizes = [min(A_WAVE, late - A_WAVE * wave) for wave in range(self.waves)]
        self.pace = timedelta(seconds=seconds / max(1, self.waves))
        self.next_at = until - timedelta(seconds=seconds)
        self.quiet_after: float | None = None

    def arm_late(self) -> None:
        now = timezone.now()
        if not self.sizes or now < self.next_at:
            return
        if steadily(lambda: rows.past_grace(self.house, self.sizes[-1], now)):
            self.sizes.pop()
            self.next_at += self.pace

    def is_quiet(self) -> bool:
        now = timezone.now()
        if now < self.until or self.sizes:
            return False
        if not self.killer.is_over:
            self.killer.end()
        waited = (now - self.until).total_seconds()
        if waited > QUIET_WITHIN or steadily(lambda: still_waiting(now)) == 0:
            self.quiet_after = self.quiet_after or round(waited, 1)
            return True
        return False
