"""Addresses of chat rooms contain their key: they are kept sealed with a key made from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableError(Exception):
    """Sealed under another SECRET_KEY."""


def derived_key(secret: str, purpose: str, length: int) -> bytes:
    """Key material for one purpose; from one purpose's key nothing follows about another's."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"huiwu {purpose}".encode()).derive(secret.encode())


def seal(text: str) -> bytes:
    return _box().encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken as exc:
        raise UnreadableError from exc


def _box() -> MultiFernet:
    secrets = map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived_key(each, "channels", 32))) for each in secrets])
