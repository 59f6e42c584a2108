"""The product behind its web server, a crowd over a few rooms, PostgreSQL killed once: no room is ever taken twice."""

import pytest

from tests.concurrency.chaos import run_chaos
from tests.concurrency.test_chaos import dump_tables

pytestmark = pytest.mark.timeout(240)

ATTEMPTS, CONTROL = 300, 400
MUST_BE_0 = ("overlaps", "partial_groups", "partial_series", "partly_cancelled", "out_of_step")


@pytest.fixture(scope="module")
def figures(django_db_setup, tmp_path_factory):
    dump = tmp_path_factory.mktemp("crowd") / "tables.sql"
    dump_tables(dump)
    run = ["--attempts", ATTEMPTS, "--pause", 0, "--control", CONTROL, "--tables", dump]
    return run_chaos("contention", *map(str, run))


def test_crowd_never_sees_a_room_taken_twice(figures):
    kept = figures["kept"]

    assert {name: kept[name] for name in MUST_BE_0} == dict.fromkeys(MUST_BE_0, 0), kept
    # A series of which some dates are taken is approved in two attempts.
    assert (kept["attempts"] >= ATTEMPTS, kept["snapshots"] > 5) == (True, True)
    assert kept["refused"]["room_taken"] > 0
    assert {"approve", "request_series"} <= kept["done"].keys()


def test_crowd_fails_only_while_the_database_is_down(figures):
    kept = figures["kept"]

    assert (kept["failed"], len(kept["outages_s"])) == (0, 1), kept
    # Not the whole run lies in the outage.
    assert kept["while_down"] < ATTEMPTS / 2


def test_without_constraint_and_locks_rooms_are_taken_twice(figures):
    """The control: the same look at the database finds what a mere check lets through."""
    assert figures["control"]["overlaps"] > 0, figures["control"]
