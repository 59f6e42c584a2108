"""`make run`: embedded services, migrations and every process of the Procfile under one log, until told to stop."""

import ctypes
import fcntl
import io
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

from config import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
TICK_SECONDS = 0.2
STOP_SECONDS = 8
SETTLED_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30.0
# Longer than the web server may take to let its streams go.
PORT_WAIT_SECONDS = 6
COLOURS = {"web": 36, "worker": 35, "beat": 34, "dispatch": 33, "prepare": 32}
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class RefusalError(Exception):
    """One sentence on why nothing starts."""


@dataclass(eq=False)
class Process:
    name: str
    command: list[str]
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = 0.5
    rest: bytes = field(default=b"", repr=False)

    def is_running(self) -> bool:
        return self.popen is not None


class Log:
    """One readable log: who speaks, then what."""

    def __init__(self, stream: TextIO, width: int) -> None:
        self.stream = stream
        self.width = width
        self.has_colour = stream.isatty() and "NO_COLOR" not in os.environ

    def write(self, name: str, text: str) -> None:
        if not text:
            return
        prefix = f"{name:<{self.width}} |"
        if self.has_colour:
            prefix = f"\x1b[{COLOURS.get(name, 37)}m{prefix}\x1b[0m"
        try:
            self.stream.write(f"{prefix} {text}\n")
            self.stream.flush()
        except BrokenPipeError:
            # Nobody reads any more, as after `make run | head`: that is a wish to stop.
            self.stream = io.StringIO()
            os.kill(os.getpid(), signal.SIGTERM)


class Supervisor:
    def __init__(self, processes: list[Process], log: Log) -> None:
        self.processes = processes
        self.log = log
        self.selector = selectors.DefaultSelector()
        self.first_signal_at: float | None = None
        self.is_impatient = False
        self.on_tick: list[Callable[[], None]] = []

    @property
    def is_stopping(self) -> bool:
        return self.first_signal_at is not None

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.take_signal)

    def take_signal(self, number: int, _frame: object) -> None:
        now = time.monotonic()
        if self.first_signal_at is None:
            self.first_signal_at = now
        # Not within a second: make passes the same TERM on, so it may come twice.
        elif number == signal.SIGINT and now > self.first_signal_at + 1:
            self.is_impatient = True

    def run_once(self, process: Process) -> int:
        """Run a process to its end under the same log; its exit code."""
        self.start(process)
        while process.popen is not None:
            self.pump(process)
            if self.is_stopping:
                self.stop([process])
            code = process.popen.poll() if process.popen else -signal.SIGTERM
            if code is not None:
                self.close(process)
                return code
        return -signal.SIGTERM

    def run(self) -> None:
        for process in self.processes:
            self.start(process)
        while not self.is_stopping:
            self.pump(*self.processes)
            for process in self.processes:
                self.revive(process)
            for act in self.on_tick:
                act()
        self.stop(self.processes)

    def start(self, process: Process) -> None:
        process.popen = subprocess.Popen(
            process.command,
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches the supervisor alone, and what a dead process leaves can be found.
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
        )
        process.started_at = time.monotonic()
        os.set_blocking(process.popen.stdout.fileno(), False)
        self.selector.register(process.popen.stdout, selectors.EVENT_READ, process)

    def pump(self, *processes: Process) -> None:
        """Pass on what the processes say, for one tick."""
        if not self.selector.get_map():
            time.sleep(TICK_SECONDS)
            return
        for key, _ in self.selector.select(TICK_SECONDS):
            if key.data in processes:
                self.read(key.data)

    def read(self, process: Process) -> None:
        stream = process.popen.stdout
        chunk = stream.read(65536)
        if chunk == b"":
            self.selector.unregister(stream)
        *lines, process.rest = (process.rest + (chunk or b"")).split(b"\n")
        for line in lines:
            self.log.write(process.name, line.decode(errors="replace").rstrip())

    def revive(self, process: Process) -> None:
        now = time.monotonic()
        if process.popen is None:
            if now >= process.start_again_at:
                self.start(process)
        elif (code := process.popen.poll()) is not None:
            lasted = now - process.started_at
            process.pause = 0.5 if lasted > SETTLED_SECONDS else min(process.pause * 2, LONGEST_PAUSE_SECONDS)
            process.start_again_at = now + process.pause
            self.close(process)
            self.log.write(process.name, f"{how_it_ended(code)}; it starts again in {process.pause:.0f} s")

    def close(self, process: Process) -> None:
        """Take leave of a process that ended: its last words, its orphans, its pipe."""
        popen, process.popen = process.popen, None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, signal.SIGKILL)
        for line in (process.rest + (popen.stdout.read() or b"")).splitlines():
            self.log.write(process.name, line.decode(errors="replace").rstrip())
        process.rest = b""
        with suppress(KeyError):
            self.selector.unregister(popen.stdout)
        popen.stdout.close()

    def stop(self, processes: list[Process]) -> None:
        living = [process for process in processes if process.popen]
        for process in living:
            process.popen.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while living and time.monotonic() < deadline and not self.is_impatient:
            self.pump(*living)
            for process in [process for process in living if process.popen.poll() is not None]:
                self.close(process)
                living.remove(process)
        for process in living:
            self.log.write(process.name, "does not stop and is killed")
            process.popen.kill()
            process.popen.wait()
            self.close(process)


def how_it_ended(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def die_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans() -> None:
    """Be the parent of what loses its own, so that nothing is left as a zombie where no init reaps."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def reap_orphans(known: list[Process]) -> None:
    pids = {process.popen.pid for process in known if process.popen}
    with suppress(ChildProcessError):
        while (info := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and info.si_pid not in pids:
            os.waitpid(info.si_pid, 0)


def read_procfile(path: Path) -> list[Process]:
    lines = [line.partition(":") for line in path.read_text().splitlines() if line and line[0] != "#"]
    return [Process(name.strip(), shlex.split(os.path.expandvars(command))) for name, _, command in lines]


def only_one(path: Path, address: str) -> TextIO:
    """The right to run from this data folder; the file says who has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        file = stack.enter_context(path.open("a+"))
        file.seek(0)
        said = file.read().strip()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusalError(f"Huiwu runs already: {said}.") from None
        wait_for_port(PORT_WAIT_SECONDS if said else 0)
        file.truncate(0)
        file.write(f"process {os.getpid()}, {address}")
        file.flush()
        stack.pop_all()
    return file


def wait_for_port(seconds: float) -> None:
    """A start that was killed may leave a web server that is just letting go."""
    host, port = os.environ["HOST"], int(os.environ["PORT"])
    deadline = time.monotonic() + seconds
    while not is_free(host, port):
        if time.monotonic() > deadline:
            raise RefusalError(f"Port {port} is taken by another program; choose another one: make run PORT={port + 1}")
        time.sleep(TICK_SECONDS)


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(host: str, port: int) -> bool:
    """The web server listens only when the application is loaded."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def announce_when_up(log: Log, address: str) -> Callable[[], None]:
    pending = [f"Huiwu runs at {address}" + (" — sign in as secretary / demo" if settings.DEBUG else "")]

    def tick() -> None:
        if pending and answers(os.environ["HOST"], int(os.environ["PORT"])):
            log.write("huiwu", pending.pop())

    return tick


def keep_services(log: Log) -> Callable[[], None]:
    def tick() -> None:
        try:
            embedded.start_all(settings)
        except ImproperlyConfigured as exc:
            log.write("huiwu", str(exc))

    return tick


def wait_for_services_to_stop() -> None:
    embedded.release(settings.DATA_DIR)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(
        embedded.is_owned(settings.DATA_DIR / name) for name in settings.EMBEDDED
    ):
        time.sleep(TICK_SECONDS / 2)
        reap_orphans([])
    reap_orphans([])


def configure(*, is_development: bool) -> str:
    load_dotenv(BASE_DIR / ".env", override=False)
    if is_development:
        os.environ.setdefault("DEBUG", "on")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Python buffers a pipe; a log that comes late is no log.
    os.environ |= {"PYTHONUNBUFFERED": "1", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    os.environ.setdefault("HOST", "127.0.0.1")
    os.environ.setdefault("PORT", "8000")
    if not os.environ["PORT"].isdecimal() or not 0 < int(os.environ["PORT"]) < 65536:
        raise RefusalError(f"PORT must be a number from 1 to 65535, not {os.environ['PORT']!r}.")
    return f"http://{os.environ['HOST']}:{os.environ['PORT']}"


def main() -> int:
    if os.environ.get("MAKELEVEL"):
        # Whoever kills make means the product.
        die_with_parent()
    address = configure(is_development="--debug" in sys.argv)
    log = Log(sys.stdout, width=8)
    supervisor = Supervisor(read_procfile(BASE_DIR / "Procfile"), log)
    supervisor.listen_to_signals()
    lock = only_one(settings.DATA_DIR / "run.lock", address)
    adopt_orphans()
    try:
        log.write("huiwu", "Starting; Ctrl-C stops all of it.")
        embedded.start_all(settings)
        code = supervisor.run_once(Process("prepare", [sys.executable, "-m", "config.prepare"]))
        if supervisor.is_stopping:
            return 0
        if code:
            raise RefusalError("The preparation failed (see above); nothing was started.")
        supervisor.on_tick = [
            announce_when_up(log, address),
            keep_services(log),
            lambda: reap_orphans(supervisor.processes),
        ]
        supervisor.run()
    finally:
        wait_for_services_to_stop()
        lock.truncate(0)
    log.write("huiwu", "Stopped.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RefusalError, ImproperlyConfigured) as exc:
        sys.exit(str(exc))
