"""One Python beside the product, kept open: starting Django for each question would cost seconds of every test."""

import json
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
ANSWER = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import connection
for line in sys.stdin:
    printed, fault = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(json.loads(line), "<asked>", "exec"), {"__name__": "asked"})
    except Exception:
        fault = traceback.format_exc()
    connection.close()
    print(json.dumps([printed.getvalue(), fault]), flush=True)
"""


class Console:
    def __init__(self, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ANSWER],
            cwd=ROOT,
            env={"DJANGO_SETTINGS_MODULE": "config.settings"} | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, code: str) -> str:
        """The last line that the code printed."""
        watch = threading.Timer(SECONDS, self.process.kill)
        watch.start()
        try:
            print(json.dumps(code), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        finally:
            watch.cancel()
        assert answer, "the console ended, or was ended because it took too long"
        printed, fault = json.loads(answer)
        assert not fault, fault
        return (printed.strip().splitlines() or [""])[-1]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)
