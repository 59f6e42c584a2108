"""Many clients of the product's API over three rooms, PostgreSQL killed in between; then a copy without its guard."""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from config import embedded
from staff.roles import Role
from staff.services.tokens import issue_token
from tests import factories
from tests.concurrency.chaos.accounts import Accounts
from tests.concurrency.chaos.bare import bare_attempts
from tests.concurrency.chaos.crowd import Answers, Crowd
from tests.concurrency.chaos.family import ask, server_pid, wait_until
from tests.concurrency.chaos.snapshots import Snapshots, out_of_step

ROOMS = ("101", "102", "103")
GUARDED, UNGUARDED = "config.wsgi", "tests.concurrency.chaos.unguarded"
COMES_UP_WITHIN = 60.0
DROP_THE_GUARD = "ALTER TABLE bookings_occupancy DROP CONSTRAINT occupancy_space_free"
EMPTY = "TRUNCATE bookings_booking, bookings_bookinggroup, bookings_series, bookings_offer, bookings_occupancy CASCADE"


def run(options: argparse.Namespace) -> dict[str, Any]:
    crowd = {"pause": options.pause, "clients": options.clients, "seed": options.seed} | make_house()
    figures = {"kept": one_run(GUARDED, crowd, options.attempts, has_kill=True)}
    if options.alone:
        ask(EMPTY)
        # What an attempt takes where nobody stands in its way, and what the database alone makes of as many clients.
        figures["alone"] = one_run(GUARDED, crowd | {"clients": 1, "pause": 0}, options.alone, has_kill=False)
        ask(EMPTY)
        figures["floor"] = bare_attempts(options.clients, options.alone, options.pause)
    if options.control:
        ask(DROP_THE_GUARD)
        ask(EMPTY)
        # Denser, so that few attempts are enough.
        rooms = dict([next(iter(crowd["rooms"].items()))])
        control = crowd | {"rooms": rooms, "pause": 0}
        figures["control"] = one_run(UNGUARDED, control, options.control, has_kill=False)
    return figures


# Speed only: nobody signs in with a password.
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def make_house() -> dict[str, Any]:
    """Three rooms, the tokens of who asks and who decides, and the applicant signed in."""
    site = factories.make_site()
    rooms = {code: factories.make_room(site, code, setup=15, teardown=0).pk for code in ROOMS}
    people = {role: factories.make_user(role, role, site=site) for role in (Role.APPLICANT, Role.SECRETARY)}
    tokens = {role.value: issue_token(person, timezone.now()) for role, person in people.items()}
    browser = Client()
    browser.force_login(people[Role.APPLICANT], settings.AUTHENTICATION_BACKENDS[-1])
    connection.close()
    cookie = settings.SESSION_COOKIE_NAME
    return {"tokens": tokens, "rooms": rooms, "cookies": f"{cookie}={browser.cookies[cookie].value}"}


def one_run(application: str, people: dict[str, Any], attempts: int, *, has_kill: bool) -> dict[str, Any]:
    begun = time.monotonic()
    outage = Outage(attempts // 2) if has_kill else None
    with web(application) as (port, server), Snapshots() as snapshots:
        crowd = Crowd(port, attempts=attempts, **people)
        crowd.wake()
        with Accounts(server) as accounts, crowd.at_work():
            while crowd.is_busy:
                if outage:
                    outage.watch(crowd.made)
                time.sleep(0.02)
    answers = Answers(crowd.answers, outage.windows if outage else [])
    return answers.figures() | {
        "accounts": accounts.figures(len(answers.all)),
        "took": round(time.monotonic() - begun),
        "outages_s": [round(until - since, 1) for since, until in (outage.windows if outage else [])],
        "snapshots": snapshots.taken,
        "overlaps": snapshots.overlaps,
        "partial_groups": snapshots.partial_groups,
        "partial_series": snapshots.partial_series,
        "partly_cancelled": crowd.series.partly_cancelled,
        "out_of_step": out_of_step(),
    }


@dataclass
class Outage:
    """PostgreSQL killed once so many attempts are made, and brought back as the supervisor would."""

    after: int
    windows: list[tuple[float, float]] = field(default_factory=list)

    def watch(self, made: int) -> None:
        if made < self.after or self.windows:
            return
        since = time.monotonic()
        os.kill(server_pid("postgres"), signal.SIGKILL)
        wait_until(answers_again, COMES_UP_WITHIN)
        self.windows.append((since, time.monotonic()))


def answers_again() -> bool:
    embedded.start_all(settings)
    with contextlib.suppress(psycopg2.Error):
        return ask("SELECT 1") == [(1,)]
    return False


@contextlib.contextmanager
def web(application: str) -> Iterator[tuple[int, psutil.Process]]:
    """The product behind gunicorn as it is deployed, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DEBUG": "off",
        "SECRET_KEY": "contention",
        "DATABASE_URL": embedded.database_url(settings.DATA_DIR),
        "REDIS_URL": embedded.redis_url(settings.DATA_DIR),
        "HTTPS": "off",
        "ALLOWED_HOSTS": "127.0.0.1",
        # The whole crowd speaks for two people.
        "API_CALLS_PER_TOKEN": "0",
        "API_CALLS_PER_ADDRESS": "0",
    }
    serve = ["--workers", "2", "--threads", "8", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command = [str(Path(sys.executable).with_name("gunicorn")), f"{application}:application", *serve]
    with (settings.DATA_DIR / "web.log").open("a") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: is_ready(port), COMES_UP_WITHIN)
            yield port, psutil.Process(server.pid)
        finally:
            server.terminate()
            server.wait(30)


def is_ready(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return answer.status == HTTPStatus.OK
    return False
