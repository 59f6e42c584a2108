"""Keeps one embedded server running while any process uses it; started by config/embedded.py only.

Standard library and psutil only, because a copy of it stays in memory beside each server.
"""

import ctypes
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import psutil

START_SECONDS = 60
STOP_SECONDS = 20
PULSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


class GuardianError(Exception):
    pass


class Server:
    """What the two servers share: a folder, a process, and how to end it."""

    binary_names: tuple[str, ...]
    stop_signal: signal.Signals

    def __init__(self, order: dict[str, Any]) -> None:
        self.folder = Path(order["folder"])
        self.data = self.folder / "data"
        self.sockets = Path(order["sockets"])
        self.binary = Path(order["binary"])
        self.database = order["database"]
        self.durable = order["durable"]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        stop_leftovers(self.data, self.binary_names, self.stop_signal)
        self.prepare()
        self.process = self.popen(self.command())
        self.wait_until_ready(self.process)

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if process.poll() is not None:
                raise GuardianError(f"it ended at once with code {process.returncode}")
            if time.monotonic() > deadline:
                raise GuardianError(f"it did not answer within {START_SECONDS} seconds")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is None:
            return
        for sign in (self.stop_signal, signal.SIGQUIT, signal.SIGKILL):
            with suppress(subprocess.TimeoutExpired, ProcessLookupError):
                self.process.send_signal(sign)
                self.process.wait(STOP_SECONDS)
                return

    def tidy(self) -> None:
        """Leave nothing in the common folder for temporary files."""
        if not self.sockets.is_relative_to(self.folder):
            shutil.rmtree(self.sockets, ignore_errors=True)

    def is_dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        # The server must not outlive a killed guardian: nobody would stop it.
        bind = self.bind_to_guardian()
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            preexec_fn=bind,  # noqa: PLW1509 - the guardian has one thread
            **self.account(),
        )

    def bind_to_guardian(self) -> Callable[[], None] | None:
        if not sys.platform.startswith("linux"):
            return None
        libc = ctypes.CDLL(None)
        sign = int(self.stop_signal)
        return lambda: libc.prctl(PR_SET_PDEATHSIG, sign)

    def account(self) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        self.data.mkdir(exist_ok=True)
        make_private(self.sockets)

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError


class Redis(Server):
    binary_names = ("redis-server",)
    stop_signal = signal.SIGTERM

    def command(self) -> list[str]:
        # Nothing is kept over a restart: due times and messages are rows, and stale pulses would only come late.
        options = {
            "port": "0",
            "unixsocket": str(self.sockets / "redis.sock"),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-lru",
            "daemonize": "no",
        }
        return [str(self.binary), *[part for key, value in options.items() for part in (f"--{key}", value)]]

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
            client.settimeout(1)
            client.connect(str(self.sockets / "redis.sock"))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        return False


class Postgres(Server):
    binary_names = ("postgres",)
    stop_signal = signal.SIGINT

    def account(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        entry = self.unprivileged()
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def unprivileged(self) -> pwd.struct_passwd:
        """PostgreSQL refuses to run as root: the owner of existing data, else a system account that is always there."""
        if self.data.exists() and self.data.stat().st_uid != 0:
            return pwd.getpwuid(self.data.stat().st_uid)
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                return pwd.getpwnam(name)
        raise GuardianError("started as root, but there is no account 'postgres' or 'nobody' for it to run as")

    def prepare(self) -> None:
        make_private(self.sockets)
        if os.geteuid() == 0:
            self.open_the_way()
        if not self.data.exists():
            self.initialise()
        # Written by a server that stop_leftovers found gone; its number may be somebody else's by now, or a zombie's.
        for stale in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*.lock")):
            stale.unlink(missing_ok=True)

    def open_the_way(self) -> None:
        entry = self.unprivileged()
        os.chown(self.sockets, entry.pw_uid, entry.pw_gid)
        for path in (self.binary, self.data, self.sockets):
            for parent in path.parents:
                if not parent.stat().st_mode & 0o001:
                    # Passing through only; reading what lies there stays forbidden.
                    parent.chmod(parent.stat().st_mode | 0o001)

    def initialise(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(fresh, self.unprivileged().pw_uid, self.unprivileged().pw_gid)
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--no-instructions"]
        options += ["--builtin-locale=C.UTF-8", f"--username={self.database}", "-D", str(fresh)]
        self.run("initdb", *options)
        self.run("postgres", "--single", "-D", str(fresh), "postgres", feed=f"CREATE DATABASE {self.database}\n")
        # Only a finished folder gets the name: a first start that was killed leaves nothing half made.
        fresh.rename(self.data)

    def run(self, program: str, *arguments: str, feed: str = "") -> None:
        command = [str(self.binary / program), *arguments]
        done = subprocess.run(
            command, input=feed.encode(), capture_output=True, cwd=self.folder, check=False, **self.account()
        )
        if done.returncode:
            raise GuardianError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")

    def command(self) -> list[str]:
        sync = "on" if self.durable else "off"
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "io_method": "sync",
            "fsync": sync,
            "synchronous_commit": sync,
            "full_page_writes": sync,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",
        }
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self.binary / "postgres"), "-D", str(self.data), *flags]

    def is_ready(self) -> bool:
        program = str(self.binary / "pg_isready")
        command = [program, "-q", "-h", str(self.sockets), "-U", self.database, "-d", self.database]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


def make_private(path: Path) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    owner = path.lstat().st_uid
    if path.is_symlink() or (owner != os.geteuid() and os.geteuid() != 0):
        raise GuardianError(f"{path} belongs to somebody else")


def stop_leftovers(data: Path, names: tuple[str, ...], stop_signal: signal.Signals) -> None:
    """End servers and their children that run in this very folder, left by a guardian that was killed."""
    for sign, seconds in ((stop_signal, 5), (signal.SIGKILL, 5)):
        left = [process for process in psutil.process_iter() if is_leftover(process, data, names)]
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(sign)
        psutil.wait_procs(left, timeout=seconds)


def is_leftover(process: psutil.Process, data: Path, names: tuple[str, ...]) -> bool:
    try:
        return process.name() in names and process.cwd() == str(data)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def try_lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def own(folder: Path) -> TextIO | None:
    """The right to run this folder's server, or None when another guardian has it ready meanwhile."""
    owner, ready = (folder / "owner").open("a"), (folder / "ready").open("a")
    deadline = time.monotonic() + START_SECONDS + STOP_SECONDS
    while not try_lock(owner):
        if not try_lock(ready):
            return None
        fcntl.flock(ready, fcntl.LOCK_UN)
        if time.monotonic() > deadline:
            raise GuardianError("another guardian neither starts nor stops it")
        time.sleep(PULSE_SECONDS)
    ready.close()
    return owner


def guard(server: Server, tell: Callable[[str], None]) -> None:
    owner = own(server.folder)
    if owner is None:
        return tell("")
    asked_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked_to_stop.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ready, users = (server.folder / "ready").open("a"), (server.folder / "users").open("a")
    try:
        server.start()
        # A prober may hold it shared for an instant, so this one waits.
        fcntl.flock(ready, fcntl.LOCK_EX)
        tell("")
        keep(server, until=lambda: bool(asked_to_stop) or try_lock(users))
    finally:
        server.stop()
        server.tidy()
        # In this order: who waits for `users` must find nobody ready.
        ready.close()
        owner.close()
        users.close()


def keep(server: Server, *, until: Callable[[], bool]) -> None:
    pause, next_try = PULSE_SECONDS, 0.0
    while not until():
        if not server.is_dead():
            pause = PULSE_SECONDS
        elif time.monotonic() >= next_try:
            log(f"{server.binary_names[0]} is gone and starts again")
            with suppress_and_log():
                server.start()
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            next_try = time.monotonic() + pause
        time.sleep(PULSE_SECONDS)


@contextmanager
def suppress_and_log() -> Iterator[None]:
    try:
        yield
    except GuardianError as exc:
        log(str(exc))


def log(text: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S guardian:"), text, file=sys.stderr, flush=True)


def detach(folder: Path) -> Callable[[str], None]:
    """Go on as a process of its own; the caller's process waits for the one message and ends with it."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with os.fdopen(reader) as pipe:
            message = pipe.read()
        # The child says "ok" when all went well; nothing at all means that it was killed.
        sys.exit(0 if message == "ok" else message or "it was killed while starting")
    os.setsid()
    os.close(reader)
    with (folder / "log").open("ab") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)

    def tell(problem: str) -> None:
        with suppress(OSError):
            os.write(writer, (problem or "ok").encode())
            os.close(writer)

    return tell


def main() -> None:
    order = json.loads(sys.argv[1])
    server = Postgres(order) if order["name"] == "pg" else Redis(order)
    tell = detach(server.folder)
    try:
        guard(server, tell)
    except (GuardianError, OSError) as exc:
        log(str(exc))
        tell(str(exc))


if __name__ == "__main__":
    main()
