"""A place of its own for embedded servers, and a way to see what runs there."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config import embedded


class Place:
    def __init__(self, data_dir):
        self.data_dir = data_dir

    def processes(self, name):
        folder = str(self.data_dir / name)
        return [process for process in psutil.process_iter(["pid"]) if folder in where_and_what(process)]

    def main_pid(self, name):
        """The server itself: the guardian's only child."""
        (guardian,) = [process for process in self.processes(name) if "guardian.py" in where_and_what(process)]
        return guardian.children()[0].pid

    def kill_all(self, name):
        doomed = self.processes(name)
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(doomed, timeout=10)


def where_and_what(process):
    try:
        return f"{process.cwd()} {' '.join(process.cmdline())}"
    except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return ""


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def place():
    # Not tmp_path: another run of pytest would shut it to PostgreSQL's account, where both run as root.
    with tempfile.TemporaryDirectory(prefix="huiwu-place-") as name:
        place = Place(Path(name).resolve() / "data")
        yield place
        embedded.release(place.data_dir)
        wait_until(lambda: not place.processes("pg") and not place.processes("redis"))
