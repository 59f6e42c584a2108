import os
import signal
import stat
import subprocess
import sys

import psutil
import psycopg2
import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection

from config import embedded
from tests.config.conftest import wait_until

USE_AND_SAY_PID = """
import sys
from pathlib import Path
from config import embedded
embedded.start(Path(sys.argv[1]), sys.argv[2], durable=False)
print((Path(sys.argv[1]) / sys.argv[2] / "owner").stat().st_ino, flush=True)
sys.stdin.read()
"""


def use_elsewhere(place, name):
    command = [sys.executable, "-c", USE_AND_SAY_PID, str(place.data_dir), name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(place, statement):
    connection = psycopg2.connect(embedded.database_url(place.data_dir))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def ping(place):
    with redis.from_url(embedded.redis_url(place.data_dir)) as client:
        return client.ping()


def test_start_fresh_folder_answers(place):
    embedded.start(place.data_dir, "pg", durable=False)
    embedded.start(place.data_dir, "redis")

    assert ask(place, "SELECT current_database()") == [("huiwu",)]
    assert ping(place) is True


def test_start_durable_syncs_to_disk(place):
    embedded.start(place.data_dir, "pg")

    assert ask(place, "SHOW fsync") == [("on",)]


def test_start_by_two_at_once_runs_one_server(place):
    users = [use_elsewhere(place, "redis") for _ in range(2)]
    for user in users:
        user.stdout.readline()

    assert len([p for p in place.processes("redis") if p.name() == "redis-server"]) == 1

    for user in users:
        user.communicate()


def test_start_last_user_gone_stops_the_server(place):
    first, second = use_elsewhere(place, "redis"), use_elsewhere(place, "redis")
    first.stdout.readline()
    second.stdout.readline()

    first.communicate()
    assert ping(place) is True

    second.kill()
    second.communicate()
    wait_until(lambda: place.processes("redis") == [])


def test_start_after_kill_of_everything_keeps_the_data(place):
    embedded.start(place.data_dir, "pg")
    ask(place, "CREATE TABLE kept AS SELECT 42 AS value")
    place.kill_all("pg")
    embedded.release(place.data_dir)

    embedded.start(place.data_dir, "pg")

    assert ask(place, "SELECT value FROM kept") == [(42,)]


def test_start_beside_an_orphaned_server_replaces_it(place):
    embedded.start(place.data_dir, "redis")
    orphan = place.main_pid("redis")
    guardian = psutil.Process(orphan).parent()
    os.kill(orphan, signal.SIGSTOP)
    guardian.kill()
    wait_until(lambda: not embedded.is_owned(place.data_dir / "redis"))

    embedded.start(place.data_dir, "redis")

    assert ping(place) is True
    assert place.main_pid("redis") != orphan


def test_start_with_stale_pid_of_a_living_stranger_works(place):
    embedded.start(place.data_dir, "pg", durable=False)
    embedded.release(place.data_dir)
    wait_until(lambda: not embedded.is_owned(place.data_dir / "pg"))
    (place.data_dir / "pg" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")

    embedded.start(place.data_dir, "pg", durable=False)

    assert ask(place, "SELECT 1") == [(1,)]


def test_start_with_stale_socket_lock_of_a_process_of_the_same_account_works(place):
    embedded.start(place.data_dir, "pg", durable=False)
    embedded.release(place.data_dir)
    wait_until(lambda: not embedded.is_owned(place.data_dir / "pg"))
    data = place.data_dir / "pg" / "data"
    account = {"user": data.stat().st_uid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "600"], **account)
    lock = embedded.socket_folder(place.data_dir, "pg") / ".s.PGSQL.5432.lock"
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    lock.write_text(f"{stranger.pid}\n{data}\n0\n5432\n{lock.parent}\n")

    try:
        embedded.start(place.data_dir, "pg", durable=False)

        assert ask(place, "SELECT 1") == [(1,)]
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("name", ["pg", "redis"])
def test_server_killed_comes_back(place, name):
    embedded.start(place.data_dir, name, durable=False)
    killed = place.main_pid(name)

    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: killed not in [process.pid for process in place.processes(name)])
    wait_until(lambda: answers(place, name))


def answers(place, name):
    try:
        return ask(place, "SELECT 1") == [(1,)] if name == "pg" else ping(place)
    except (psycopg2.OperationalError, redis.ConnectionError):
        return False


def test_guardian_killed_next_use_starts_another(place):
    embedded.start(place.data_dir, "redis")
    psutil.Process(place.main_pid("redis")).parent().kill()
    wait_until(lambda: not embedded.is_guarded(place.data_dir / "redis"))

    embedded.start(place.data_dir, "redis")

    assert ping(place) is True


def test_start_half_made_database_is_made_anew(place):
    half = place.data_dir / "pg" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    embedded.start(place.data_dir, "pg", durable=False)

    assert ask(place, "SELECT 1") == [(1,)]


def test_start_folder_too_deep_for_a_socket_works(place):
    place.data_dir = place.data_dir / ("deep" * 20) / ("deeper" * 10)

    embedded.start(place.data_dir, "redis")

    assert ping(place) is True

    embedded.release(place.data_dir)
    wait_until(lambda: not embedded.socket_folder(place.data_dir, "redis").exists())


def test_start_folder_with_a_space_works(place):
    place.data_dir = place.data_dir / "会 议"

    embedded.start(place.data_dir, "pg", durable=False)
    embedded.start(place.data_dir, "redis")

    assert ask(place, "SELECT 1") == [(1,)]
    assert ping(place) is True
    with Connection(embedded.celery_url(embedded.redis_url(place.data_dir))) as broker:
        assert broker.default_channel.client.ping() is True


def test_start_broken_server_says_so(place, monkeypatch):
    monkeypatch.setattr(embedded, "_redis_server", lambda: "/bin/false")

    with pytest.raises(ImproperlyConfigured, match="The embedded redis did not start: it ended at once with code 1"):
        embedded.start(place.data_dir, "redis")


def test_start_without_any_redis_names_the_two_ways(monkeypatch):
    monkeypatch.setattr(embedded, "_package_folder", lambda name: None)
    monkeypatch.setattr(embedded.shutil, "which", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="Set REDIS_URL or install redis-server"):
        embedded._redis_server()


def test_celery_url_socket_is_spelt_for_celery():
    assert embedded.celery_url("unix:///data/redis.sock") == "redis+socket:///data/redis.sock"
    assert embedded.celery_url("redis://host:6379/0") == "redis://host:6379/0"


def test_development_key_second_start_is_the_same_and_private(tmp_path):
    first = embedded.development_key(tmp_path / "data")

    assert embedded.development_key(tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]
