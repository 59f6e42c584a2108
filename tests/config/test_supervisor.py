import io
import os
import re
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from config import supervisor
from tests.config.conftest import wait_until

DRIVER = """
import sys
from config import supervisor
supervisor.STOP_SECONDS = 1.5
log = supervisor.Log(sys.stdout, 6)
boss = supervisor.Supervisor([supervisor.Process("one", [sys.executable, "-uc", sys.argv[1]])], log)
boss.listen_to_signals()
supervisor.adopt_orphans()
boss.on_tick = [lambda: supervisor.reap_orphans(boss.processes)]
boss.run()
log.write("boss", "stopped")
"""
WAITS = "import os, time; print('pid', os.getpid()); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WAITS
WITH_CHILD = "import subprocess; print('child', subprocess.Popen(['sleep', '600']).pid);" + WAITS


class Run:
    """A supervisor of one process, as a process of its own."""

    def __init__(self, program):
        self.popen = subprocess.Popen([sys.executable, "-c", DRIVER, program], stdout=subprocess.PIPE, text=True)
        self.lines = []

    def next_number(self, word):
        for line in self.popen.stdout:
            self.lines.append(line)
            if found := re.search(rf"{word} (\d+)", line):
                return int(found[1])
        raise AssertionError(f"the log ended without {word!r}: {self.lines}")

    def end(self, number):
        self.popen.send_signal(number)
        self.lines += self.popen.stdout.readlines()
        return self.popen.wait(30)


@pytest.fixture
def run_supervised():
    runs = []

    def run(program):
        runs.append(Run(program))
        return runs[-1]

    yield run
    for one in runs:
        one.popen.kill()
        one.popen.wait()
        one.popen.stdout.close()


def is_gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_run_told_to_stop_ends_all_with_zero(run_supervised, number):
    run = run_supervised(WAITS)
    pid = run.next_number("pid")

    assert run.end(number) == 0
    assert is_gone(pid)
    assert run.lines[-1] == "boss   | stopped\n"


def test_run_stubborn_process_is_killed(run_supervised):
    run = run_supervised(STUBBORN)
    pid = run.next_number("pid")

    assert run.end(signal.SIGTERM) == 0
    assert is_gone(pid)
    assert "one    | does not stop and is killed\n" in run.lines


def test_run_killed_process_starts_again_and_says_so(run_supervised):
    run = run_supervised(WAITS)
    first = run.next_number("pid")

    os.kill(first, signal.SIGKILL)

    assert run.next_number("pid") != first
    assert "one    | killed by SIGKILL; it starts again in 1 s\n" in run.lines


def test_run_killed_process_leaves_no_children(run_supervised):
    run = run_supervised(WITH_CHILD)
    child, parent = run.next_number("child"), run.next_number("pid")

    os.kill(parent, signal.SIGKILL)

    run.next_number("child")
    assert not psutil.pid_exists(child)


def test_run_supervisor_killed_ends_its_processes(run_supervised):
    run = run_supervised(WAITS)
    pid = run.next_number("pid")

    run.popen.kill()

    wait_until(lambda: is_gone(pid))


def test_revive_dying_at_once_waits_longer_each_time():
    log = io.StringIO()
    process = supervisor.Process("one", [sys.executable, "-c", "raise SystemExit(3)"])
    boss = supervisor.Supervisor([process], supervisor.Log(log, 4))

    pauses = []
    for _ in range(3):
        boss.start(process)
        process.popen.wait()
        boss.revive(process)
        pauses.append(process.pause)

    assert pauses == [1.0, 2.0, 4.0]
    assert log.getvalue().splitlines()[0] == "one  | ended with code 3; it starts again in 1 s"


def test_run_once_passes_on_words_and_code():
    log = io.StringIO()
    boss = supervisor.Supervisor([], supervisor.Log(log, 4))
    command = [sys.executable, "-c", "print('会议'); print(); raise SystemExit(2)"]

    assert boss.run_once(supervisor.Process("prep", command)) == 2
    assert log.getvalue() == "prep | 会议\n"


def test_signal_twice_within_a_second_is_not_impatience():
    boss = supervisor.Supervisor([], supervisor.Log(io.StringIO(), 4))

    boss.take_signal(signal.SIGINT, None)
    boss.take_signal(signal.SIGINT, None)

    assert boss.is_stopping
    assert not boss.is_impatient


def test_signal_again_later_is_impatience():
    boss = supervisor.Supervisor([], supervisor.Log(io.StringIO(), 4))
    boss.take_signal(signal.SIGINT, None)
    boss.first_signal_at -= 2

    boss.take_signal(signal.SIGINT, None)

    assert boss.is_impatient


@pytest.fixture
def free_port(monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", str(port))
    return port


def test_only_one_started_twice_names_the_first(tmp_path, free_port):
    first = supervisor.only_one(tmp_path / "run.lock", "http://127.0.0.1:1")

    with first, pytest.raises(supervisor.RefusalError) as refusal:
        supervisor.only_one(tmp_path / "run.lock", "http://127.0.0.1:2")

    assert str(refusal.value) == f"Huiwu runs already: process {os.getpid()}, http://127.0.0.1:1."


def test_only_one_port_taken_says_so(tmp_path, free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(supervisor.RefusalError) as refusal:
            supervisor.only_one(tmp_path / "run.lock", "http://127.0.0.1:1")

    wanted = f"Port {free_port} is taken by another program; choose another one: make run PORT={free_port + 1}"
    assert str(refusal.value) == wanted


@pytest.mark.parametrize("port", ["", "web", "0", "70000", "-1"])
def test_configure_impossible_port_is_refused(monkeypatch, port):
    monkeypatch.setattr(supervisor, "load_dotenv", lambda *args, **kwargs: None)
    monkeypatch.setattr(os, "environ", os.environ | {"PORT": port})

    with pytest.raises(supervisor.RefusalError, match="PORT must be a number from 1 to 65535"):
        supervisor.configure(is_development=False)


def test_read_procfile_fills_in_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    (tmp_path / "Procfile").write_text("# comment\n\nweb: serve 'a b' --port $PORT\nbeat: tick\n")

    processes = supervisor.read_procfile(tmp_path / "Procfile")

    assert [(p.name, p.command) for p in processes] == [
        ("web", ["serve", "a b", "--port", "8123"]),
        ("beat", ["tick"]),
    ]


def test_procfile_names_what_the_product_needs():
    names = [process.name for process in supervisor.read_procfile(supervisor.BASE_DIR / "Procfile")]

    assert names == ["web", "worker", "beat", "dispatch"]
