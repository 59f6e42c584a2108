"""Worker, beat, dispatch, Redis and PostgreSQL killed at random: nothing lost, nothing twice, every miss told."""

import subprocess

import pytest
from django.conf import settings

from config import embedded
from tests.concurrency.chaos import run_chaos

pytestmark = pytest.mark.timeout(240)

REMINDERS, SECONDS, CONTROL = 250, 15, 200
VICTIMS = {"worker", "beat", "dispatch", "redis", "postgres"}


@pytest.fixture(scope="module")
def figures(django_db_setup, tmp_path_factory):
    dump = tmp_path_factory.mktemp("chaos") / "tables.sql"
    run = ["--reminders", REMINDERS, "--seconds", SECONDS, "--every", 1.5, "--control", CONTROL, "--tables", dump]
    dump_tables(dump)
    return run_chaos("kills", *map(str, run))


def dump_tables(path):
    """The migrated database that all test databases are copies of."""
    place = settings.DATABASES["default"]
    where = {"-h": place["HOST"], "-p": str(place["PORT"]), "-U": place["USER"]}
    options = [part for flag, value in where.items() if value for part in (flag, value)]
    program = str(embedded._postgres_folder() / "pg_dump")
    command = [program, "--no-owner", "--no-privileges", *options, "-f", str(path), place["TEST"]["TEMPLATE"]]
    subprocess.run(command, check=True)


def test_killed_processes_and_servers_lose_and_double_nothing(figures):
    kept = figures["kept"]

    assert kept["faults"] == {}, kept
    assert kept["sent"] + kept["missed"] + kept["superseded"] == kept["reminders"] == REMINDERS
    assert kept["missed"] > 0


def test_every_victim_was_struck(figures):
    assert {kill.split("'")[0].split()[0] for kill in figures["kept"]["kills"]} == VICTIMS


def test_marking_before_sending_loses(figures):
    """The control: the same kills find what such a dispatch leaves behind."""
    assert figures["control"]["faults"].get("silent", 0) > 0, str(figures["control"])
