"""By whose hand: a word signed for the person at the page, and the key with which the page signs each tap.

A tap may reach the server hours later, carried by a colleague's session. It is credited by its own signature: the key
follows from the word and this server's secret, and the tablet gives it away to nobody, so that a later user of the
same tablet can send what waits there, and can neither add to it nor change it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from staff.models import User

SALT = "checklists.tablet"
# As long as a tablet may lie in a drawer with something unsent.
LONGEST = timedelta(days=30)
# Clocks of two servers differ a little.
LEEWAY = timedelta(minutes=1)


@dataclass(frozen=True)
class Hand:
    """`word` names the person to the server; `key` signs for them and stays in the tablet."""

    word: str
    key: str


@dataclass(frozen=True)
class Claim:
    user_id: int
    issued_at: datetime


def hand_of(user: User, now: datetime) -> Hand:
    word = signing.Signer(salt=SALT).sign_object({"user": user.pk, "at": now.isoformat(), "nonce": uuid4().hex})
    return Hand(word, key_of(word, settings.SECRET_KEY))


def claim_in(word: str, now: datetime) -> Claim | None:
    """Whose word it is; None where it is not ours, or too old."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(word)
        claim = Claim(said["user"], datetime.fromisoformat(said["at"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return claim if claim.issued_at - LEEWAY <= now <= claim.issued_at + LONGEST else None


def is_signed(word: str, body: str, signature: str) -> bool:
    """Whether the key that belongs to the word signed this body, also one of the secret before the present one."""
    given = signature.encode(errors="replace")
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(signature_of(key_of(word, secret), body).encode(), given) for secret in secrets)


def key_of(word: str, secret: str) -> str:
    return salted_hmac(f"{SALT}.key", word, secret=secret, algorithm="sha256").hexdigest()


def signature_of(key: str, body: str) -> str:
    return hmac.new(bytes.fromhex(key), body.encode(errors="replace"), "sha256").hexdigest()
