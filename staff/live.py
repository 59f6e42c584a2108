"""News for open pages: ids written to one Redis stream after commit, passed on to browsers as server-sent events.

Lost news does no harm: pages fetch what they show, and poll when the stream is down.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache as django_cache
from django.db import transaction

logger = logging.getLogger(__name__)

KINDS = ("step", "booking", "shift", "notice")
REPLAY_SECONDS = 5 * 60
# A page must not wait for a Redis that is away: one failure is remembered for a moment.
QUIET_SECONDS = 5


@dataclass
class _Outage:
    until: float = 0.0


@dataclass(frozen=True)
class News:
    """One entry of the stream: what changed, and whom it concerns."""

    entry_id: str
    kind: str
    pk: int
    site_id: int | None
    user_ids: frozenset[int]

    def concerns(self, user_id: int, site_ids: frozenset[int | None]) -> bool:
        return user_id in self.user_ids or (self.site_id is not None and self.site_id in site_ids)

    @property
    def order(self) -> tuple[int, ...]:
        return entry_order(self.entry_id)


_outage = _Outage()


def publish(kind: str, pk: int, *, site_id: int | None, user_ids: Iterable[int] | None = None) -> None:
    """Tell open pages, after commit, that a row changed: those of the site's people and of the people named.

    Without a site only the people named are told. Never raises when Redis is away.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of news {kind!r}")
    fields = {"kind": kind, "pk": pk, "site": site_id or "", "users": ",".join(map(str, user_ids or ()))}
    transaction.on_commit(partial(_append, fields), robust=True)


def publish_notices(pairs: Iterable[tuple[int, int]]) -> None:
    """The same for many notices at once, each to its reader: ids of notices with the ids of their readers."""
    entries = [{"kind": "notice", "pk": pk, "site": "", "users": str(user_id)} for pk, user_id in pairs]
    if entries:
        transaction.on_commit(partial(_append, *entries), robust=True)


def stream_key() -> str:
    return django_cache.make_key("live")


def entry_order(entry_id: str) -> tuple[int, ...]:
    return tuple(map(int, entry_id.split("-")))


def oldest_replayed(seconds: float | None = None) -> str:
    moment = time.time() if seconds is None else seconds
    return f"{int((moment - REPLAY_SECONDS) * 1000)}-0"


def read_news(entry_id: str, fields: dict[str, str]) -> News:
    users = frozenset(map(int, filter(None, fields["users"].split(","))))
    site_id = int(fields["site"]) if fields["site"] else None
    return News(entry_id=entry_id, kind=fields["kind"], pk=int(fields["pk"]), site_id=site_id, user_ids=users)


@cache
def _client(url: str) -> Any:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def _append(*entries: dict[str, Any]) -> None:
    if time.monotonic() < _outage.until:
        return
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as pipeline:
            for fields in entries:
                pipeline.xadd(stream_key(), fields, minid=oldest_replayed(), approximate=True)
            pipeline.execute()
    except redis.RedisError as exc:
        _outage.until = time.monotonic() + QUIET_SECONDS
        logger.warning("live news not published: %s", exc)
