"""Worker, beat and the dispatch loop killed in the middle of it: nothing lost, nothing twice."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from checklists.models import Reminder, Step
from checklists.selectors.standards import current_standard
from staff.models import Notice
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(150)]

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
COMMANDS = {
    "dispatch": [sys.executable, "manage.py", "dispatch"],
    "worker": [*CELERY, "worker", "--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"],
    "beat": [*CELERY, "beat"],
}
BURSTS, IN_A_BURST = 3, 80
# The first burst falls when the processes have come up; a kill follows each burst at once.
FIRST_BURST, BETWEEN_BURSTS = 9.0, 4.0
A_DAY_FAR_AWAY = date(2031, 6, 2)


class Processes:
    """The three real processes on the test database; what is killed comes back."""

    def __init__(self, folder):
        self.folder, self.running, self.kills = folder, {}, []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "on",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "PYTHONPATH": str(ROOT),
        }

    def start(self, name):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                COMMANDS[name], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name):
        process = self.running[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills.append(name)

    def stop(self):
        for name in list(self.running):
            self.kill(name)

    def logs(self):
        return "\n".join(f"--- {path.name}\n{path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.log")))


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


def make_reminders(site, recipient, first_at):
    """Bursts of reminders, each of a step of its own, so that each must become one notice."""
    item = current_standard(site).items.get(code="D1")
    due_at = first_at + timedelta(days=300)
    steps = Step.objects.bulk_create(
        Step(
            site=site,
            on=A_DAY_FAR_AWAY,
            item=item,
            key=f"K:{number}",
            role="manager",
            opens_at=due_at,
            due_at=due_at + timedelta(seconds=number),
        )
        for number in range(BURSTS * IN_A_BURST)
    )
    Reminder.objects.bulk_create(
        Reminder(
            step=step,
            recipient=recipient,
            kind=Reminder.Kind.LEAD,
            due_at=first_at + timedelta(seconds=BETWEEN_BURSTS * (number // IN_A_BURST)),
        )
        for number, step in enumerate(steps)
    )


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def pending():
    return Reminder.objects.filter(state=Reminder.State.PENDING)


def test_killed_processes_lose_and_double_nothing(site, manager, processes):
    chance = random.Random(20261123)
    first_at = timezone.now() + timedelta(seconds=FIRST_BURST)
    make_reminders(site, manager, first_at)
    for name in COMMANDS:
        processes.start(name)

    for number in range(BURSTS):
        burst_at = first_at + timedelta(seconds=BETWEEN_BURSTS * number)
        wait_until(lambda at=burst_at: timezone.now() >= at, 60)
        left = pending().count()
        wait_until(lambda count=left: pending().count() < count, 20)
        # Now one of them is at work.
        for name in chance.sample(sorted(COMMANDS), 2):
            processes.kill(name)
            processes.start(name)

    assert wait_until(lambda: not pending().exists(), 60), processes.logs()
    rows = Reminder.objects.all()
    assert len(processes.kills) == 2 * BURSTS
    assert set(rows.values_list("state", flat=True)) == {Reminder.State.SENT}
    assert Notice.objects.filter(code__startswith="daily").count() == BURSTS * IN_A_BURST
    assert rows.exclude(notice=None).values("notice").distinct().count() == BURSTS * IN_A_BURST


def test_dispatch_loop_stops_cleanly_on_term_and_lives_without_redis(site, manager, processes):
    processes.environment["REDIS_URL"] = f"unix://{processes.folder}/no-redis.sock"
    make_reminders(site, manager, timezone.now() - timedelta(seconds=BETWEEN_BURSTS * BURSTS))
    processes.start("dispatch")
    sent = wait_until(lambda: not pending().exists(), 40)

    processes.running["dispatch"].send_signal(signal.SIGTERM)

    assert sent, processes.logs()
    assert processes.running["dispatch"].wait(20) == 0
    assert "dispatch loop stopped" in (processes.folder / "dispatch.log").read_text()


def test_dispatch_loop_goes_on_after_the_database_cut_it_off(site, manager, processes):
    processes.start("dispatch")
    log = processes.folder / "dispatch.log"
    assert wait_until(lambda: log.exists() and "dispatch loop started" in log.read_text(), 30), processes.logs()
    time.sleep(1.5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    make_reminders(site, manager, timezone.now() - timedelta(seconds=BETWEEN_BURSTS * BURSTS))

    assert wait_until(lambda: not pending().exists(), 40), processes.logs()


@pytest.fixture
def manager(site):
    return factories.make_user("manager", "manager", site=site)
