"""API tokens: shown once, stored as a digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from staff.models import ApiToken, User

PREFIX = "huiwu_"
# Writing the moment of every call would turn each read of the API into a write.
USE_RESOLUTION = timedelta(minutes=1)


def issue_token(user: User, now: datetime) -> str:
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, digest=digest_of(token), created_at=now)
    return token


def user_of_token(token: str, now: datetime) -> User | None:
    """The active person a token belongs to; none when it is unknown or revoked."""
    found = (
        ApiToken.objects.select_related("user", "user__site").filter(digest=digest_of(token), revoked_at=None).first()
    )
    if found is None or not found.user.is_active:
        return None
    if found.last_used_at is None or now - found.last_used_at >= USE_RESOLUTION:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found.user


def revoke_token(*, token_id: int, actor: User, now: datetime) -> bool:
    """True when the token was the actor's and in force."""
    return bool(ApiToken.objects.filter(pk=token_id, user=actor, revoked_at=None).update(revoked_at=now))


def digest_of(token: str) -> str:
    # A token has 256 random bits, so a fast digest without salt is enough.
    return hashlib.sha256(token.encode()).hexdigest()
