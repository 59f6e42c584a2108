"""Tries `make run` as a new user would: from a fresh clone, in a folder of its own, until nothing of it is left.

Page, sign-in, a killed worker that comes back, a second start that is refused, a stop on TERM, a quick second start
that is killed without mercy, and no process afterwards.
"""

import contextlib
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from config.external import free_port

BASE_DIR = Path(__file__).resolve().parent.parent
FIRST_START_SECONDS, SECOND_START_SECONDS, STOP_SECONDS = 600, 60, 30


class Trial:
    def __init__(self, clone: Path) -> None:
        self.clone = clone
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = clone.parent / "log"

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["make", "run", f"PORT={self.port}"],
                cwd=self.clone,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def environment(self) -> dict[str, str]:
        """What a new user has: nothing of this project, and none of this make."""
        ours = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEBUG", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV")
        makes = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")
        return {key: value for key, value in os.environ.items() if key not in ours + makes}

    def processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if str(self.clone) in where_and_what(process)]

    def find(self, words: str) -> psutil.Process | None:
        found = [process for process in self.processes() if words in where_and_what(process)]
        return min(found, key=lambda process: process.pid, default=None)

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            url = f"{self.address}/readyz"
            return urllib.request.urlopen(url, timeout=5).status == 200  # noqa: S310 - http to this machine
        return False

    def sign_in(self) -> None:
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = browser.open(f"{self.address}/accounts/login/", timeout=30).read().decode()
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form = {"csrfmiddlewaretoken": tokens[0], "username": "secretary", "password": "demo"}
        answer = browser.open(f"{self.address}/accounts/login/", urllib.parse.urlencode(form).encode(), timeout=30)
        require("/accounts/login/" not in answer.url, f"the secretary could not sign in, and is at {answer.url}")
        require(any(cookie.name == "sessionid" for cookie in jar), "signing in gave no session")


def where_and_what(process: psutil.Process) -> str:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return f"{process.cwd()} {' '.join(process.cmdline())}"
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


def require(condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)


def wait_until(condition: Callable[[], object], seconds: float, problem: str) -> None:
    begun = time.monotonic()
    while not condition():
        require(time.monotonic() - begun < seconds, f"{problem} within {seconds:.0f} seconds")
        time.sleep(0.2)
    print(
        f"{time.monotonic() - begun:6.1f} s  until {problem.replace('did not ', '').replace('was not ', '')}",
        flush=True,
    )


def try_out(trial: Trial) -> None:
    make = trial.start()
    wait_until(trial.answers, FIRST_START_SECONDS, "the first start is ready")
    trial.sign_in()
    second = subprocess.run(
        ["make", "run"], cwd=trial.clone, env=trial.environment(), capture_output=True, text=True, check=False
    )
    require(second.returncode != 0 and "runs already" in second.stderr, f"the second start: {second.stderr}")
    for words in ("config worker", "config beat", "manage.py dispatch", "config.asgi"):
        kill_and_see_it_back(trial, words)
    wait_until(trial.answers, SECOND_START_SECONDS, "the web answers again")
    make.send_signal(signal.SIGTERM)
    make.wait(STOP_SECONDS)
    require(trial.processes() == [], f"left after TERM: {[where_and_what(p) for p in trial.processes()]}")
    make = trial.start()
    wait_until(trial.answers, SECOND_START_SECONDS, "the second start is ready")
    for process in [psutil.Process(make.pid), *trial.processes()]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    make.wait(STOP_SECONDS)
    make = trial.start()
    wait_until(trial.answers, SECOND_START_SECONDS, "the start after kill -9 of everything is ready")
    os.killpg(make.pid, signal.SIGINT)
    make.wait(STOP_SECONDS)
    wait_until(lambda: not trial.processes(), STOP_SECONDS, "nothing is left")


def kill_and_see_it_back(trial: Trial, words: str) -> None:
    killed = trial.find(words)
    if killed is None:
        raise AssertionError(f"{words!r} does not run")
    killed.kill()
    wait_until(lambda: came_back(trial, words, killed), 60, f"{words} is back")


def came_back(trial: Trial, words: str, old: psutil.Process) -> bool:
    new = trial.find(words)
    return new is not None and new.pid != old.pid and not old.is_running()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="huiwu-first-run-") as name:
        clone = Path(name) / "huiwu"
        subprocess.run(["git", "clone", "--quiet", str(BASE_DIR), str(clone)], check=True)
        trial = Trial(clone)
        try:
            try_out(trial)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as exc:
            print(f"{trial.log.read_text(errors='replace')[-5000:]}\nFirst run failed: {exc}")
            return 1
        finally:
            for process in trial.processes():
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
    print("First run: all well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
