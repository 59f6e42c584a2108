"""Runs a part of the tests on the machine's own PostgreSQL and Redis, where such servers are installed.

Each gets a fresh folder and a free port, and is gone afterwards; a server that runs already is not touched.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
TESTS = ("tests/rooms", "tests/staff", "tests/bookings", "tests/concurrency", "tests/config/test_health.py")
WAIT_SECONDS = 30


def postgres_folder() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def account() -> dict[str, Any]:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str], port: int, **options: Any) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        wait_until_listening(process, port)
        yield
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    sys.exit(f"the server did not start: {process.args!r}")


@contextlib.contextmanager
def postgres(folder: Path, binaries: Path) -> Iterator[str]:
    who, port, data = account(), free_port(), folder / "pg"
    folder.chmod(0o755)
    data.mkdir()
    if who:
        os.chown(data, who["user"], who["group"])
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=huiwu", "-D", str(data)]
    subprocess.run([str(binaries / "initdb"), *options], check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
    command = [str(binaries / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(data)]
    with running([*command, "-F"], port, cwd=folder, **who):
        time.sleep(1)
        yield f"postgresql://huiwu@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis(folder: Path, binary: str) -> Iterator[str]:
    port = free_port()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with running(command, port):
        yield f"redis://127.0.0.1:{port}/0"


def main() -> int:
    binaries, redis_binary = postgres_folder(), shutil.which("redis-server")
    if binaries is None or redis_binary is None:
        print("Not tried: no PostgreSQL or no Redis of its own on this machine.")
        return 0
    print(f"Tests on {binaries} and {redis_binary}", flush=True)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        database_url = stack.enter_context(postgres(Path(name), binaries))
        redis_url = stack.enter_context(redis(Path(name), redis_binary))
        services = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        environment = os.environ | services | {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
        tests = [path for path in TESTS if (BASE_DIR / path).exists()]
        command = [sys.executable, "-m", "pytest", "-q", *tests]
        return subprocess.run(command, cwd=BASE_DIR, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
