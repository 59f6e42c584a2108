"""The dispatch loop alone: stopped cleanly, without Redis, and beside one that hangs with its rows locked.

Kills of everything at random are test_chaos.py's business.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from checklists.models import Reminder
from checklists.services.dispatch import dispatch_due
from staff.models import Notice
from tests.concurrency.chaos import rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(150)]

ROOT = Path(__file__).resolve().parents[2]
LOOP = [sys.executable, "manage.py", "dispatch"]
HOOKED_LOOP = [sys.executable, "-m", "tests.concurrency.chaos.engines", "dispatch"]
REMINDERS = 40


class Processes:
    """Real processes on the test database."""

    def __init__(self, folder):
        self.folder, self.running = folder, {}
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "on",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "REDIS_URL": f"unix://{folder}/no-redis.sock",
        }

    def start(self, name, command, **environment):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log, start_new_session=True
            )
        return self.running[name]

    def stop(self):
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()


def database_url():
    """The test database as a setting for another process."""
    parts = connection.settings_dict
    person = quote(parts["USER"]) + (f":{quote(parts['PASSWORD'])}" if parts["PASSWORD"] else "")
    place = f"{quote(parts['HOST'], safe='')}{':' + str(parts['PORT']) if parts['PORT'] else ''}"
    return f"postgresql://{person}@{place}/{parts['NAME']}"


@pytest.fixture
def processes(tmp_path):
    family = Processes(tmp_path)
    yield family
    family.stop()


@pytest.fixture
def due():
    """Reminders that fell due a moment ago, one notice each."""
    rows.at_once(rows.make_house(), REMINDERS, timezone.now() - timedelta(seconds=2))


def wait_until(condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def nothing_waits():
    return not Reminder.objects.filter(state=Reminder.State.PENDING).exists()


def sent_notices():
    return Notice.objects.filter(params__has_key="steps").count()


def test_dispatch_loop_stops_cleanly_on_term_and_lives_without_redis(due, processes):
    loop = processes.start("dispatch", LOOP)
    sent = wait_until(nothing_waits)

    loop.send_signal(signal.SIGTERM)

    assert sent, processes.log("dispatch")
    assert loop.wait(20) == 0
    assert "dispatch loop stopped" in processes.log("dispatch")


@pytest.fixture
def hang(processes):
    """A loop that stops dead in the middle of its first batch; the server waits for it so many seconds."""

    def start(seconds):
        marker = processes.folder / "hung"
        hooks = {"CHAOS_ENGINE": "stop-once", "CHAOS_MARKER": str(marker), "CHAOS_HUNG_AFTER": str(seconds)}
        process = processes.start("hung", HOOKED_LOOP, **hooks)
        assert wait_until(marker.exists), processes.log("hung")
        return process

    return start


def all_is_sent():
    """What can be had is sent here and now."""
    dispatch_due(now=timezone.now())
    return nothing_waits()


def test_hung_loop_is_cut_off_and_its_reminders_go_out_once(due, hang, processes):
    hung = hang(seconds=1)

    assert wait_until(all_is_sent)

    hung.send_signal(signal.SIGCONT)
    # It finds its session gone, says so and goes on.
    assert wait_until(lambda: "a round failed" in processes.log("hung"))
    hung.send_signal(signal.SIGTERM)
    assert hung.wait(20) == 0
    assert sent_notices() == REMINDERS


def test_hung_loop_that_is_not_cut_off_keeps_its_reminders(due, hang):
    """The control: with no limit on its idleness nobody else gets at the rows."""
    hang(seconds=0)

    time.sleep(3)

    assert not all_is_sent()
