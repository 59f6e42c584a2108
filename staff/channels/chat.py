"""Sends to chat rooms and other programs through Apprise, under the guard and within a time of its own."""

import time
from typing import Any

from staff.channels.addresses import AddressError, read_address
from staff.channels.guard import Guard, within
from staff.channels.outcomes import Outcome

BUDGET_SECONDS = 10.0
CONNECT_SECONDS, READ_SECONDS = 4.0, 6.0
# WeCom's text message ends here, in bytes of UTF-8.
LONGEST_BYTES = 2000


def send_chat(address: str, title: str, body: str, *, seconds: float = BUDGET_SECONDS) -> Outcome:
    """One message to one address. What the server answered is judged and thrown away, never kept or shown."""
    try:
        service = service_of(address)
    except AddressError:
        return Outcome.NOT_ALLOWED
    if service is None:
        return Outcome.UNREADABLE
    guard, begun = Guard(), time.monotonic()
    try:
        is_sent = within(seconds, guard, lambda: bool(service.notify(title=title, body=shortened(body))))
    except TimeoutError:
        is_sent = False
    except Exception:  # noqa: BLE001 - a plug-in may stumble over anything; one room must not stop the others
        return Outcome.OTHER
    return Outcome.SENT if is_sent else why_not(guard, time.monotonic() - begun, seconds)


def why_not(guard: Guard, taken: float, seconds: float) -> Outcome:
    """A plug-in says only that it did not work; the sockets tell the rest."""
    if guard.was_refused:
        return Outcome.NOT_ALLOWED
    is_silent = not guard.has_opened or taken >= min(READ_SECONDS, seconds)
    return Outcome.NO_ANSWER if is_silent else Outcome.REFUSED


def service_of(address: str) -> Any:
    """The plug-in for a stored address, read anew: what was allowed once may not be any more."""
    import apprise  # noqa: PLC0415 - it loads for half a second, and only what sends needs it

    # In memory only: no cache of tokens on disk, no plug-ins from the person's folder.
    asset = apprise.AppriseAsset(
        app_id="Huiwu",
        app_desc="会务 Huiwu",
        app_url="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        plugin_paths=[],
    )
    service = apprise.Apprise.instantiate(read_address(address).url, asset=asset, suppress_exceptions=True)
    if service is not None:
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
        # One message each time: the pause between several would only use up the budget.
        service.request_rate_per_sec = 0
    return service


def shortened(text: str) -> str:
    cut = text.encode()[:LONGEST_BYTES].decode(errors="ignore")
    return cut if cut == text else f"{cut}…"
