"""One reader of the news stream per process, fanned out to a queue per open page."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import redis.asyncio as aioredis
from django.conf import settings
from redis.exceptions import RedisError

from staff.live import News, entry_order, oldest_replayed, read_news, stream_key

logger = logging.getLogger(__name__)

BLOCK_MS = 3000
# Longer than a blocking read, or every quiet minute would look like a lost connection.
SOCKET_TIMEOUT = 10
RETRY_SECONDS = 1
# A page this far behind is dropped; it comes back with its last id and misses nothing.
QUEUE_LIMIT = 1000

Queue = asyncio.Queue[News | None]


class Hub:
    """Reads the stream while at least one page listens; belongs to one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.client: Any = aioredis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=SOCKET_TIMEOUT, decode_responses=True
        )
        self.queues: set[Queue] = set()
        self.reader: asyncio.Task[None] | None = None
        self.starting = asyncio.Lock()
        self.last_id = "0-0"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Queue]:
        """A queue of everything published from now on; `None` in it means: too slow, come back."""
        queue: Queue = asyncio.Queue(QUEUE_LIMIT)
        self.queues.add(queue)
        try:
            await self._start()
            yield queue
        finally:
            self.queues.discard(queue)
            await self._stop_when_idle()

    async def since(self, entry_id: str) -> list[News]:
        """What was published after an entry, as far back as news is kept."""
        start = max(entry_id, oldest_replayed(), key=entry_order)
        with suppress(RedisError):
            return [read_news(*entry) for entry in await self.client.xrange(stream_key(), min=f"({start}")]
        return []

    async def _start(self) -> None:
        async with self.starting:
            if self.reader is None or self.reader.done():
                self.last_id = await self._newest_id()
                self.reader = asyncio.create_task(self._read())

    async def _stop_when_idle(self) -> None:
        if self.queues or self.reader is None:
            return
        reader, self.reader = self.reader, None
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
        await self.client.aclose()

    async def _newest_id(self) -> str:
        with suppress(RedisError):
            newest = await self.client.xrevrange(stream_key(), count=1)
            return newest[0][0] if newest else "0-0"
        return oldest_replayed()

    async def _read(self) -> None:
        while True:
            try:
                for _key, entries in await self.client.xread({stream_key(): self.last_id}, block=BLOCK_MS):
                    for entry_id, fields in entries:
                        self.last_id = entry_id
                        self._pass_on(read_news(entry_id, fields))
            except RedisError as exc:
                logger.warning("live news stream lost: %s", exc)
                await asyncio.sleep(RETRY_SECONDS)

    def _pass_on(self, news: News) -> None:
        for queue in list(self.queues):
            if queue.qsize() < QUEUE_LIMIT - 1:
                queue.put_nowait(news)
            else:
                self.queues.discard(queue)
                queue.put_nowait(None)


_hubs: dict[int, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(id(loop))
    if found is None or found.loop is not loop:
        found = _hubs[id(loop)] = Hub()
    return found
