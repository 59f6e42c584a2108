"""A real server process for what only a real server shows: open streams."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


class Stream:
    """An open `/events` of one person."""

    def __init__(self, port: int, headers: dict[str, str], path: str = "/events") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()

    def next(self) -> tuple[str, dict, str]:
        """The next event as (kind, data, id); a comment instead says that nothing came for a while."""
        fields = {}
        while line := self.answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            assert line == "\n" or name, "nothing came"
            if name:
                fields[name] = value
            elif "data" in fields:
                return fields["event"], json.loads(fields["data"]), fields.get("id", "")
            else:
                fields = {}
        raise EOFError

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


class Server:
    def __init__(self, port: int) -> None:
        self.port = port

    @contextmanager
    def stream(self, user, last_id: str = "", path: str = "/events") -> Iterator[Stream]:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        if user:
            client = Client()
            client.force_login(user)
            headers["Cookie"] = f"sessionid={client.cookies['sessionid'].value}"
        stream = Stream(self.port, headers, path)
        try:
            yield stream
        finally:
            stream.close()


@pytest.fixture
def asgi_server(running_server, transactional_db) -> Server:
    return running_server


@pytest.fixture(scope="module")
def running_server(django_db_setup) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"TEST_DATABASE": connection.settings_dict["NAME"]}
    command = [sys.executable, "-m", "uvicorn", "tests.staff.asgi:application", "--port", str(port)]
    quiet = ["--log-level", "error", "--timeout-graceful-shutdown", "1"]
    process = subprocess.Popen([*command, *quiet], cwd=ROOT, env=env)
    try:
        wait_for(port, process)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")
