"""API tokens: shown once, stored as a digest; each with what it may be used for and until when."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from staff.models import ApiToken, Scope, User

PREFIX = "huiwu_"
# Writing the moment of every call would turn each read of the API into a write.
USE_RESOLUTION = timedelta(minutes=1)


def issue_token(
    user: User,
    now: datetime,
    *,
    scopes: Collection[str] = tuple(Scope.values),
    expires_at: datetime | None = None,
    name: str = "",
) -> str:
    token = PREFIX + secrets.token_urlsafe(32)
    facts = {"scopes": [each for each in Scope.values if each in scopes], "expires_at": expires_at, "name": name}
    ApiToken.objects.create(user=user, digest=digest_of(token), created_at=now, **facts)
    return token


def token_in_force(token: str, now: datetime) -> ApiToken | None:
    """The token with its active person; none when it is unknown, revoked or past its day."""
    in_force = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    found = in_force.select_related("user", "user__site").filter(digest=digest_of(token)).first()
    if found is None or not found.user.is_active:
        return None
    if found.last_used_at is None or now - found.last_used_at >= USE_RESOLUTION:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def user_of_token(token: str, now: datetime) -> User | None:
    found = token_in_force(token, now)
    return found.user if found else None


def revoke_token(*, token_id: int, actor: User, now: datetime) -> bool:
    """True when the token was the actor's and in force."""
    return bool(ApiToken.objects.filter(pk=token_id, user=actor, revoked_at=None).update(revoked_at=now))


def digest_of(token: str) -> str:
    # A token has 256 random bits, so a fast digest without salt is enough.
    return hashlib.sha256(token.encode()).hexdigest()
