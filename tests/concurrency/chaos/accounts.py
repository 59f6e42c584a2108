"""Where a run's time went: processor time by who used it, waiting for a processor, waiting for locks."""

import contextlib
import os
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg2

from tests.concurrency.chaos.family import connect, server_pid

EVERY, NOTED_EVERY = 0.1, 1.0
SESSIONS = """
    SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*) FILTER (WHERE state = 'idle in transaction'),
           count(*) FILTER (WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock')
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
STATES = ("lock", "idle_in_transaction", "active")


class Accounts:
    """Samples while it is open. Sessions by state are seconds in sum: two that wait for one second are two seconds."""

    def __init__(self, web: psutil.Process) -> None:
        self.web = web
        self.database: psutil.Process | None = None
        self.cpu: dict[str, float] = defaultdict(float)
        self.sessions: dict[str, float] = dict.fromkeys(STATES, 0.0)
        self._last: dict[tuple[str, int], float] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._began, self._machine, self._queued = time.monotonic(), busy(), self._waited_for_cpu()
        self._note()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        self._note()
        self.seconds = time.monotonic() - self._began
        self.machine = busy() - self._machine
        self.queued = self._waited_for_cpu() - self._queued

    def figures(self, attempts: int) -> dict[str, Any]:
        """Milliseconds an attempt; of the machine the share that all took, and that others did."""
        capacity, own = self.seconds * (os.cpu_count() or 1), sum(self.cpu.values())
        each = {name: round(seconds * 1000 / attempts, 1) for name, seconds in self.cpu.items()}
        waits = {f"{name}_ms": round(seconds * 1000 / attempts, 1) for name, seconds in self.sessions.items()}
        return {
            "cpu_ms": each,
            "sessions": waits,
            "queued_for_cpu_ms": round(self.queued * 1000 / attempts, 1),
            "machine_busy": round(self.machine / capacity, 2),
            "others_busy": round(max(0.0, self.machine - own) / capacity, 2),
            "attempts_per_s": round(attempts / self.seconds, 1),
        }

    def _watch(self) -> None:
        connection, before, noted = None, time.monotonic(), time.monotonic()
        while not self._is_over.wait(EVERY):
            if before > noted + NOTED_EVERY:
                self._note()
                noted = before
            try:
                connection = connection or connect()
                with connection.cursor() as cursor:
                    cursor.execute(SESSIONS)
                    counts = cursor.fetchone()
            except psycopg2.Error:
                connection, counts = None, (0, 0, 0)
            now = time.monotonic()
            for state, number in zip(STATES, counts, strict=True):
                self.sessions[state] += number * (now - before)
            before = now
        if connection:
            connection.close()

    def _note(self) -> None:
        """A server that was killed takes its figures along: what it used since the last look is missing."""
        if self.database is None or not self.database.is_running():
            # Looked for among all processes, so not each time.
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                self.database = psutil.Process(server_pid("postgres"))
        for name, process in {"web": self.web, "database": self.database, "clients": psutil.Process()}.items():
            with contextlib.suppress(psutil.Error):
                used = used_by(process, with_children=name != "clients")
                before = self._last.get((name, process.pid), used)
                self.cpu[name] += max(0.0, used - before)
                self._last[name, process.pid] = used

    def _waited_for_cpu(self) -> float:
        return sum(map(waited, [self.web, *self.web.children()]))


def used_by(process: psutil.Process, *, with_children: bool) -> float:
    """Those that have ended count with their parent."""
    times = process.cpu_times()
    if not with_children:
        return times.user + times.system
    used = times.user + times.system + times.children_user + times.children_system
    for child in process.children():
        with contextlib.suppress(psutil.Error):
            own = child.cpu_times()
            used += own.user + own.system
    return used


def waited(process: psutil.Process) -> float:
    """Seconds that its threads were ready to run while others did."""
    total = 0
    for schedule in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(schedule.read_text().split()[1])
    return total / 1e9


def busy() -> float:
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq + times.steal
