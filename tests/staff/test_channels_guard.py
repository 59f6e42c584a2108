"""No sender is aimed inward: at saving by what the address says, at sending by where the socket really opens."""

import socket
import threading

import pytest

from staff.channels.chat import send_chat
from staff.channels.guard import AddressNotAllowed, Guard, aims_inward, is_allowed, within
from staff.channels.outcomes import Outcome
from tests.staff.ways_out import fake_room

INSIDE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_is_allowed_inside_is_refused(address):
    assert not is_allowed(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_is_allowed_outside_is_taken(address):
    assert is_allowed(address)


@pytest.mark.parametrize(
    "host",
    [
        *INSIDE, "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001", "127.1",
        "127.0.0.1.", "１２７.0.0.1", "localhost", "localhost.", "LOCALHOST", "db", "redis.local", "x.localhost",
        "metadata.google.internal", "printer.lan", "router.home.arpa",
    ],
)  # fmt: skip
def test_aims_inward_by_what_it_says(host):
    assert aims_inward(host)


@pytest.mark.parametrize("host", [*OUTSIDE, "chat.example.com", "0x7f.example.com", "10.example.com", "ntfy.sh"])
def test_aims_inward_of_a_public_name_is_not_known_before_the_socket(host):
    assert not aims_inward(host)


def test_is_allowed_a_network_the_operator_names(settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["10.1.0.0/16"]

    assert (is_allowed("10.1.2.3"), is_allowed("10.2.0.1")) == (True, False)


@pytest.fixture
def resolved(monkeypatch):
    """Every name resolves to this machine."""

    def find(host, port, *_args, **_kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", find)


def test_sending_to_a_name_that_resolves_inward_opens_no_socket(resolved):
    with fake_room() as room:
        outcome = send_chat(f"json://chat.example.com:{room.port}/x", "t", "b")

    assert (outcome, room.paths) == (Outcome.NOT_ALLOWED, [])


def test_sending_without_the_guard_would_have_arrived(resolved, settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.0/8"]

    with fake_room() as room:
        outcome = send_chat(f"json://chat.example.com:{room.port}/x", "t", "b")

    assert (outcome, room.paths) == (Outcome.SENT, ["/x"])


def test_sending_that_is_redirected_inward_goes_no_further(settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.1/32"]

    with fake_room() as inside:
        target = f"http://127.0.0.2:{inside.port}/stolen"
        with fake_room(status=307, headers={"Location": target}) as room:
            outcome = send_chat(f"json://127.0.0.1:{room.port}/x", "t", "b")

    assert outcome in {Outcome.NOT_ALLOWED, Outcome.REFUSED}
    assert (room.paths, inside.paths) == (["/x"], [])


def test_sending_to_an_address_no_longer_allowed_is_refused(settings):
    settings.CHANNEL_ALLOWED_NETWORKS = []

    assert send_chat("json://10.0.0.1/x", "t", "b") == Outcome.NOT_ALLOWED


def test_guard_is_the_threads_own():
    with fake_room() as room:
        with Guard() as guard, pytest.raises(AddressNotAllowed):
            socket.create_connection(("127.0.0.1", room.port), timeout=2)
        with socket.create_connection(("127.0.0.1", room.port), timeout=2):
            opened = guard.has_opened

    assert (guard.was_refused, opened) == (True, False)


def test_guard_refuses_a_socket_of_another_family(tmp_path):
    with Guard() as guard, socket.socket(socket.AF_UNIX) as sock, pytest.raises(AddressNotAllowed):
        sock.connect(str(tmp_path / "socket"))

    assert guard.was_refused


def test_within_gives_up_in_time():
    never = threading.Event()

    with pytest.raises(TimeoutError):
        within(0.05, Guard(), never.wait)

    never.set()


def test_within_hands_on_what_was_found_and_what_failed():
    assert within(5, Guard(), lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, Guard(), lambda: 1 // 0)
