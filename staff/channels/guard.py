"""Keeps a sender from being aimed inward: whatever address it was given, a socket opens to public addresses alone.

The check stands where the socket opens, so that neither a name that resolves differently the second time nor a
redirect slips past it. It works for the thread that entered the guard and for no other.
"""

import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from typing import Any, Self, TypeVar

from django.conf import settings

Result = TypeVar("Result")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_here = threading.local()
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class AddressNotAllowed(OSError):  # noqa: N818 - named like the errors of its family
    """A socket was to open to an address that is not public."""


class Guard:
    """`with guard:` around the sending; afterwards it tells what happened to the sockets."""

    def __init__(self) -> None:
        self.was_refused = False
        self.has_opened = False
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    def __enter__(self) -> Self:
        _here.guard = self
        return self

    def __exit__(self, *_exc: object) -> None:
        _here.guard = None

    def check(self, sock: socket.socket, address: Any) -> None:
        if self._is_cut:
            raise TimeoutError
        if sock.family not in {socket.AF_INET, socket.AF_INET6} or not is_allowed(str(address[0])):
            self.was_refused = True
            raise AddressNotAllowed("address not allowed")
        self._sockets.append(sock)

    def cut(self) -> None:
        """From another thread: close what is open, so that a server that trickles holds nobody."""
        self._is_cut = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def is_allowed(host: str) -> bool:
    """Whether a numeric address may be reached; a name is no address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return is_public(address) or any(
        address in ipaddress.ip_network(network) for network in settings.CHANNEL_ALLOWED_NETWORKS
    )


def aims_inward(host: str) -> bool:
    """What can be told without asking anyone: a number that is not public, a name that is none outside."""
    host = host.rstrip(".").lower()
    # Whatever ends in a number is one to the resolver, in octal and hexadecimal too.
    if re.fullmatch(r".*:.*|(.*\.)?(\d+|0x[\da-f]*)", host):
        return not is_allowed(host)
    return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))


def is_public(address: Address) -> bool:
    """Globally routable, also once every wrapping around an IPv4 address is taken off."""
    inner = unwrapped(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def unwrapped(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    # Teredo names its server and hides its client; nothing we send to lives there.
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo


def within(seconds: float, guard: Guard, work: Callable[[], Result]) -> Result:
    """Do the work under the guard, for so long and no longer; raises `TimeoutError` and cuts what is open."""
    found: list[Result] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            with guard:
                found.append(work())
        except Exception as exc:  # noqa: BLE001 - handed to the thread that waits
            failed.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        guard.cut()
        raise TimeoutError
    if failed:
        raise failed[0]
    return found[0]


def _guarded_connect(sock: socket.socket, address: Any) -> None:
    guard: Guard | None = getattr(_here, "guard", None)
    if guard is None:
        return _connect(sock, address)
    guard.check(sock, address)
    _connect(sock, address)
    guard.has_opened = True
    return None


def _guarded_connect_ex(sock: socket.socket, address: Any) -> int:
    guard: Guard | None = getattr(_here, "guard", None)
    if guard is not None:
        guard.check(sock, address)
        guard.has_opened = True
    return _connect_ex(sock, address)


# One place for every library: requests, and whatever a chat service's plug-in opens by itself.
socket.socket.connect = _guarded_connect  # type: ignore[method-assign,assignment]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign,assignment]
