"""Sends one event to one address: signed, under the guard, in its own time, and never after a redirect."""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from staff.channels.guard import Guard, aims_inward, is_allowed, is_public, within
from staff.channels.outcomes import Outcome

BUDGET_SECONDS = 10.0
CONNECT_SECONDS, READ_SECONDS = 4.0, 6.0
LONGEST_URL = 500


class UrlError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    # The status alone: what else the other side says is neither kept nor shown.
    status: int | None = None


def checked_url(text: str) -> tuple[str, str]:
    """The address and its host; raises `UrlError`. Where it really leads is asked when the socket opens."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        # Read for its refusal: a port that is none shows only when asked for.
        _port = parts.port
    except ValueError as exc:
        raise UrlError("bad_url") from exc
    is_plain = url.isprintable() and url.isascii() and " " not in url and len(url) <= LONGEST_URL
    has_more = bool(parts.fragment) or parts.username is not None
    if not is_plain or not host or has_more or parts.scheme not in {"https", "http"}:
        raise UrlError("bad_url")
    if aims_inward(host):
        raise UrlError("url_not_allowed")
    if parts.scheme == "http" and not is_named_inside(host):
        raise UrlError("url_not_secure")
    return url, host


def is_named_inside(host: str) -> bool:
    """A number in the networks that the settings name: inside the house, without https."""
    try:
        return is_allowed(host) and not is_public(ipaddress.ip_address(host))
    except ValueError:
        return False


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Of the moment and the body, so that what was overheard cannot be sent again later."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def post_event(
    url: str, secret: str, payload: Mapping[str, Any], timestamp: int, *, seconds: float = BUDGET_SECONDS
) -> Answer:
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Huiwu-Webhook/1",
        "X-Huiwu-Event": str(payload["event"]),
        "X-Huiwu-Delivery": str(payload["id"]),
        "X-Huiwu-Signature": signature(secret, timestamp, body),
    }
    guard = Guard()
    try:
        status = within(seconds, guard, lambda: _post(url, body, headers))
    except Exception:  # noqa: BLE001 - a name that is none, a server that hangs up: one address's affair
        return Answer(Outcome.NOT_ALLOWED if guard.was_refused else Outcome.NO_ANSWER)
    return Answer(Outcome.SENT if 200 <= status < 300 else Outcome.REFUSED, status)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    with requests.Session() as session:
        # No proxy from the environment: the guard would see the proxy's address instead of the other side's.
        session.trust_env = False
        # A redirect is an answer that is not "taken": whoever moved is told so on the page, and enters the new address.
        timeout = (CONNECT_SECONDS, READ_SECONDS)
        facts: dict[str, Any] = {"timeout": timeout, "allow_redirects": False, "stream": True}
        with session.post(url, data=body, headers=dict(headers), **facts) as answer:
            return int(answer.status_code)
