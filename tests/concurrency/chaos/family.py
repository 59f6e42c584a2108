"""The processes of the Procfile on servers of their own, and a killer among them; what dies comes back."""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
from django.conf import settings
from django.core.management import call_command

from config import embedded
from config.supervisor import BASE_DIR, Log, Process, Supervisor, keep_services, read_procfile

HOOKED = "tests.concurrency.chaos.engines"
# As soon as a supervisor looks again: the next kill is near.
COMES_BACK_AFTER = 0.2
LONGEST_STOP = 12.0
# A transaction about reminders is open, or a mark stands whose notice is still to come.
IN_THE_MIDDLE = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
          AND (query LIKE '%checklists_reminder%' OR query LIKE '%staff_notice%')
    ) OR EXISTS (SELECT FROM checklists_reminder WHERE state = 'sent' AND notice_id IS NULL)
"""


def processes(engine: str | None) -> list[Process]:
    """Worker, beat and dispatch as the product runs them, or with a hook in the two that send."""
    found = [process for process in read_procfile(BASE_DIR / "Procfile") if process.name != "web"]
    if engine is not None:
        os.environ["CHAOS_ENGINE"] = engine
        for process in found:
            if process.name != "beat":
                process.command = [hooked(word) for word in process.command]
    return found


def hooked(word: str) -> str:
    return {"config": HOOKED, "manage.py": f"-m{HOOKED}"}.get(word, word)


class Family:
    """A supervisor with what happens at each of its ticks; leave it and everything is stopped."""

    def __init__(self, engine: str | None = None, *, redis: bool = True) -> None:
        if not redis:
            os.environ["REDIS_URL"] = f"unix://{settings.DATA_DIR}/no-redis.sock"
        self.log_path = settings.DATA_DIR / "processes.log"
        self.file = self.log_path.open("a", encoding="utf-8")
        self.log = Log(self.file, width=8)
        self.supervisor = Supervisor(processes(engine), self.log)
        self.members = {process.name: process for process in self.supervisor.processes}

    def run(self, until: Callable[[], bool], *others: Callable[[], None]) -> None:
        """Keep all of it running until the condition holds, then stop it as `make run` would."""

        def end() -> None:
            if until():
                self.supervisor.first_signal_at = time.monotonic()

        self.supervisor.on_tick = [keep_services(self.log), *others, end]
        try:
            self.supervisor.run()
        finally:
            self.supervisor.stop(self.supervisor.processes)
            self.file.close()

    def last_words(self) -> str:
        return self.log_path.read_text(encoding="utf-8")[-6000:]


class Killer:
    """At random, every few seconds, one of all; each victim once before any comes twice."""

    def __init__(self, family: Family, *, every: float, seed: int) -> None:
        self.family, self.every, self.dice = family, every, random.Random(seed)
        self.ways: dict[str, list[Callable[[], str]]] = {
            "worker": [self.kill_member, self.kill_child, self.stop_member],
            "beat": [self.kill_member],
            "dispatch": [self.kill_member, self.stop_member, self.kill_member],
            "redis": [self.kill_server, self.stop_server],
            "postgres": [self.kill_server, self.kill_backend],
        }
        self.queue: list[str] = []
        self.rounds: Counter[str] = Counter()
        self.kills: Counter[str] = Counter()
        self.in_the_middle = 0
        self.stopped: dict[int, float] = {}
        self.next_at = time.monotonic()
        self.is_over = False

    def __call__(self) -> None:
        now = time.monotonic()
        self.let_go(before=now)
        if now < self.next_at or self.is_over:
            return
        # Where it hurts, if such a moment comes soon.
        is_tender = is_in_the_middle()
        if is_tender or now >= self.next_at + self.every:
            self.in_the_middle += is_tender
            self.strike()
            self.next_at = now + self.dice.uniform(0.2, 1) * self.every

    def strike(self) -> None:
        if not self.queue:
            self.queue = self.dice.sample(sorted(self.ways), len(self.ways))
        self.victim = self.queue.pop()
        ways = self.ways[self.victim]
        way = ways[self.rounds[self.victim] % len(ways)]
        self.rounds[self.victim] += 1
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            what = way()
            self.kills[what] += 1
            self.family.log.write("killer", what)

    def end(self) -> None:
        self.is_over = True
        self.let_go(before=float("inf"))

    def let_go(self, before: float) -> None:
        for pid, until in list(self.stopped.items()):
            if until <= before:
                del self.stopped[pid]
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def kill_member(self) -> str:
        process = self.family.members[self.victim]
        if process.popen is None:
            return f"{self.victim} was down"
        process.pause = COMES_BACK_AFTER / 2
        os.kill(process.popen.pid, signal.SIGKILL)
        return f"{self.victim} killed"

    def kill_child(self) -> str:
        children = psutil.Process(self.member_pid()).children()
        if not children:
            return f"{self.victim} had no child"
        self.dice.choice(children).kill()
        return f"{self.victim}'s child killed"

    def stop_member(self) -> str:
        """Hangs with all its children, whatever they hold."""
        pid = self.member_pid()
        for process in [psutil.Process(pid), *psutil.Process(pid).children()]:
            self.stop(process.pid)
        return f"{self.victim} stopped"

    def member_pid(self) -> int:
        process = self.family.members[self.victim]
        if process.popen is None:
            raise ProcessLookupError
        return process.popen.pid

    def kill_server(self) -> str:
        """For PostgreSQL the postmaster."""
        os.kill(server_pid(self.victim), signal.SIGKILL)
        return f"{self.victim} killed"

    def stop_server(self) -> str:
        self.stop(server_pid(self.victim))
        return f"{self.victim} stopped"

    def kill_backend(self) -> str:
        """One session's process, upon which the postmaster ends all of them and recovers."""
        sessions = [each for each in psutil.Process(server_pid("postgres")).children() if is_session(each)]
        if not sessions:
            return "postgres had no session"
        self.dice.choice(sessions).kill()
        return "postgres session killed"

    def stop(self, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        self.stopped[pid] = time.monotonic() + self.dice.uniform(0.3, 1) * min(LONGEST_STOP, 3 * self.every)


def server_pid(victim: str) -> int:
    """The server itself: what runs in its data folder and has the guardian for a parent."""
    name, program = {"redis": ("redis", "redis-server"), "postgres": ("pg", "postgres")}[victim]
    folder = str(settings.DATA_DIR / name / "data")
    running = [each for each in psutil.process_iter() if runs(each, program, folder)]
    inner = {each.pid for each in running}
    for process in running:
        if process.ppid() not in inner:
            return process.pid
    raise ProcessLookupError


def runs(process: psutil.Process, program: str, folder: str) -> bool:
    try:
        return process.name() == program and process.cwd() == folder
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def is_session(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return " [local] " in " ".join(process.cmdline())
    return False


def is_in_the_middle() -> bool:
    with contextlib.suppress(psycopg2.Error):
        return ask(IN_THE_MIDDLE) == [(True,)]
    return False


def ask(statement: str) -> list[tuple]:
    with contextlib.closing(connect()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def connect():
    connection = psycopg2.connect(embedded.database_url(settings.DATA_DIR), connect_timeout=2)
    connection.autocommit = True
    return connection


@contextlib.contextmanager
def servers(tables: Path | None) -> Iterator[None]:
    """PostgreSQL with our tables, and Redis, in DATA_DIR; commits carry their time, by which lateness is measured."""
    if Path(settings.DATA_DIR) == BASE_DIR / ".data" or settings.EMBEDDED != ["pg", "redis"]:
        raise SystemExit("chaos needs a DATA_DIR, a PostgreSQL and a Redis of its own")
    embedded.start_all(settings)
    ask("ALTER SYSTEM SET track_commit_timestamp = on")
    os.kill(server_pid("postgres"), signal.SIGINT)
    wait_until(keeps_times, 60)
    make_tables(tables)
    try:
        yield
    finally:
        embedded.release(settings.DATA_DIR)
        wait_until(lambda: not any(embedded.is_owned(settings.DATA_DIR / name) for name in settings.EMBEDDED), 60)


def make_tables(dump: Path | None) -> None:
    if dump is None:
        call_command("migrate", interactive=False, verbosity=0)
        return
    command = [str(program("psql")), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", str(dump)]
    subprocess.run([*command, embedded.database_url(settings.DATA_DIR)], check=True, stdout=subprocess.DEVNULL)


def program(name: str) -> Path:
    return embedded._postgres_folder() / name


def keeps_times() -> bool:
    with contextlib.suppress(psycopg2.Error):
        return ask("SHOW track_commit_timestamp") == [("on",)]
    return False


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.05)
