"""The code by which those who take part sign in to a session: shown by the trainer, good while it lasts."""

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from staff.models import RunSession

BEFORE = timedelta(minutes=15)
# Who signs in later after the beginning is late.
PUNCTUAL = timedelta(minutes=10)
DIGITS = 6


def code_of(session: RunSession) -> str:
    """Made of the session and its beginning, so that a session that is moved has another."""
    digest = salted_hmac("staff.signing_in", f"{session.pk}:{session.starts_at.isoformat()}").hexdigest()
    return str(int(digest[:12], 16) % 10**DIGITS).zfill(DIGITS)


def is_open(session: RunSession, now: datetime) -> bool:
    return session.starts_at - BEFORE <= now < session.ends_at
