"""Reminders under kills: real processes, servers of their own, and an audit of what the database says afterwards."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
# Empty, so that the servers are the run's own, whatever the caller's are: it kills them.
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "on", "DATABASE_URL": "", "REDIS_URL": ""}


def run_chaos(what: str, *arguments: str) -> dict[str, Any]:
    """One run as a process of its own in a fresh folder; what it prints last is its figures."""
    # Not tmp_path: another run of pytest would shut it to PostgreSQL's account, where both run as root.
    with tempfile.TemporaryDirectory(prefix="huiwu-chaos-") as name:
        command = [sys.executable, "-m", "tests.concurrency.chaos", what, *arguments]
        environment = os.environ | ENVIRONMENT | {"DATA_DIR": f"{name}/data"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])
