"""Makes the test database in a moment: as a copy of one that all migrations have run on.

The copy's source is kept in the server between runs, under a name made from the migrations.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from config import embedded

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "huiwu_migrated_"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    embedded.start_all(settings)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "migrated.lock").open("w") as lock:
        # Several workers, one source.
        fcntl.flock(lock, fcntl.LOCK_EX)
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = migrated_database()


def migrated_database() -> str:
    name = PREFIX + fingerprint()
    existing = ask("SELECT datname FROM pg_database WHERE datname LIKE %s", f"{PREFIX}%")
    if (name,) not in existing:
        for (old,) in existing:
            ask(f'DROP DATABASE IF EXISTS "{old}"')
        make(name)
    return name


def fingerprint() -> str:
    # A migration loads the standard that comes with the product.
    files = [*sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("*/standards_data/*.yaml"))]
    lock = ROOT / "requirements.txt"
    return hashlib.sha256(b"".join(path.read_bytes() for path in [*files, lock])).hexdigest()[:16]


def make(name: str) -> None:
    # Only a finished one gets the name.
    unfinished = f"{PREFIX}unfinished"
    ask(f'CREATE DATABASE "{unfinished}"')
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test", "TEST_DATABASE": unfinished}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    ask(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def ask(statement: str, *values: str) -> list[tuple[str]]:
    place = settings.DATABASES["default"]
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    options = {name: place[key] for name, key in keys.items() if place.get(key)}
    with closing(psycopg2.connect(**options)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
