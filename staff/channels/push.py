"""Sends to browsers by web push: encrypted for the browser, signed with the key of this house."""

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from django.conf import settings

from staff.channels.guard import Guard, aims_inward, within
from staff.channels.outcomes import Outcome
from staff.channels.sealing import derived_key

BUDGET_SECONDS = 10.0
# A reminder that arrives hours late helps nobody.
KEPT_SECONDS = 3600
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Browser:
    endpoint: str
    p256dh: str
    auth: str


def send_push(
    browser: Browser, payload: dict[str, Any], *, is_urgent: bool = False, seconds: float = BUDGET_SECONDS
) -> Outcome:
    """One message to one browser; `GONE` when its service knows it no more."""
    guard = Guard()
    try:
        status = within(seconds, guard, lambda: _post(browser, payload, is_urgent=is_urgent))
    except Exception:  # noqa: BLE001 - a message that cannot be encrypted, a server that hangs up: one browser's affair
        return Outcome.NOT_ALLOWED if guard.was_refused else Outcome.NO_ANSWER
    if status in {404, 410}:
        return Outcome.GONE
    return Outcome.SENT if 200 <= status < 300 else Outcome.REFUSED


def _post(browser: Browser, payload: dict[str, Any], *, is_urgent: bool) -> int:
    import pywebpush  # noqa: PLC0415 - it loads for half a second, and only what sends needs it

    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    with requests.Session() as session:
        try:
            answer = pywebpush.webpush(
                subscription_info={"endpoint": browser.endpoint, "keys": keys},
                data=json.dumps(payload, ensure_ascii=False),
                vapid_private_key=_signer(settings.VAPID_PRIVATE_KEY, settings.SECRET_KEY),
                vapid_claims={"sub": subject()},
                headers={"Urgency": "high" if is_urgent else "normal"},
                ttl=KEPT_SECONDS,
                timeout=BUDGET_SECONDS,
                requests_session=session,
            )
        except pywebpush.WebPushException as exc:
            if exc.response is None:
                raise
            return int(exc.response.status_code)
    return int(answer.status_code)


def subject() -> str:
    """Whom a push service may write to about us."""
    return settings.SITE_URL if settings.SITE_URL.startswith("https:") else f"mailto:{settings.DEFAULT_FROM_EMAIL}"


def public_key() -> str:
    """What a browser is registered with."""
    key = _key(settings.VAPID_PRIVATE_KEY, settings.SECRET_KEY).public_key()
    return _text(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def is_browser_key(p256dh: str, auth: str) -> bool:
    """Whether a message can be encrypted for these; anything else would fail at each sending."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        return len(_bytes(auth)) == 16
    except ValueError:
        return False


def is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and not aims_inward(parts.hostname or "")
    except ValueError:
        return False


@lru_cache(maxsize=4)
def _signer(given: str, secret: str) -> Any:
    import py_vapid  # noqa: PLC0415 - comes with pywebpush

    return py_vapid.Vapid02(_key(given, secret))


@lru_cache(maxsize=4)
def _key(given: str, secret: str) -> ec.EllipticCurvePrivateKey:
    """The setting: 32 bytes, or a key in DER, as URL-safe base64; without one, a key that follows from SECRET_KEY."""
    if not given:
        number = int.from_bytes(derived_key(secret, "web push", 48), "big") % (ORDER_OF_P256 - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())
    raw = _bytes(given)
    if len(raw) == 32:
        return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    key = load_der_private_key(raw, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("VAPID_PRIVATE_KEY is not a key of the curve P-256")
    return key


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
