"""Real threads on real connections."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection


@pytest.fixture
def at_once():
    """Run the calls at the same moment, each on a connection of its own; answers and errors come back in order."""

    def run(*calls):
        barrier = threading.Barrier(len(calls))

        def one(call):
            try:
                barrier.wait()
                return call()
            except Exception as exc:  # noqa: BLE001 - an error is an answer here
                return exc
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run
