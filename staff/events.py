"""`/events`: server-sent events of a signed-in person; see `staff/live.py`."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from rooms.selectors import sites_visible_to
from staff.live import News, entry_order, oldest_replayed
from staff.live_hub import Queue, hub
from staff.models import User

HEARTBEAT_SECONDS = 15
# The browser comes back at once; who signed out meanwhile, or changed site, is then met anew.
LIFETIME_SECONDS = 10 * 60
RETRY_MS = 2000
ENTRY_ID = re.compile(r"\d{1,15}-\d{1,10}")


@dataclass(frozen=True)
class Reader:
    user_id: int
    site_ids: frozenset[int | None]

    def wants(self, news: News) -> bool:
        return news.concerns(self.user_id, self.site_ids)


@require_GET
async def events(request: HttpRequest) -> HttpResponseBase:
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=403)
    if not isinstance(request, ASGIRequest):
        # Under WSGI a stream would be consumed whole; 204 tells the browser to stop asking, and pages poll.
        return HttpResponse(status=204)
    reader = await sync_to_async(reader_of)(user)
    # The stream lives for minutes and needs no database; without this each page holds a connection.
    await sync_to_async(connections.close_all)()
    response = StreamingHttpResponse(stream(reader, last_id_of(request)), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def last_id_of(request: HttpRequest) -> str:
    """Where to go on: the browser's own header first, else the address of a page that opens its stream anew."""
    text = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    return text if ENTRY_ID.fullmatch(text) else ""


def reader_of(user: User) -> Reader:
    return Reader(user_id=user.pk, site_ids=frozenset(site.pk for site in sites_visible_to(user)))


async def stream(reader: Reader, last_id: str) -> AsyncIterator[str]:
    """Replay after `last_id`, then everything new, with a comment whenever it was quiet for a while."""
    ends_at = asyncio.get_running_loop().time() + LIFETIME_SECONDS
    async with hub().listening() as queue:
        # Listening began first: an entry may be in both, none can fall between.
        missed = await hub().since(last_id) if last_id else []
        seen = missed[-1].order if missed else (0, 0)
        for news in filter(reader.wants, missed):
            yield as_event(news)
        # Says that the stream stands, and gives a page without news an id to go on from.
        entry_id, data = missed[-1].entry_id if missed else hub().last_id, json.dumps({"gap": has_gap(last_id)})
        yield f"retry: {RETRY_MS}\nid: {entry_id}\nevent: hello\ndata: {data}\n\n"
        async for text in live_events(queue, reader, seen, ends_at):
            yield text


def has_gap(last_id: str) -> bool:
    """Whether news may have come after that entry which is replayed no more."""
    return bool(last_id) and last_id != hub().last_id and entry_order(last_id) < entry_order(oldest_replayed())


async def live_events(queue: Queue, reader: Reader, seen: tuple[int, ...], ends_at: float) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    while clock() < ends_at:
        try:
            news = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if news is None:
            return
        if entry_order(news.entry_id) > seen and reader.wants(news):
            yield as_event(news)


def as_event(news: News) -> str:
    return f"id: {news.entry_id}\nevent: {news.kind}\ndata: {json.dumps({'id': news.pk})}\n\n"
