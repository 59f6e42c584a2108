"""How often the API may be called: so many calls a minute for each token or session, more for a whole address.

Counted in Redis. While Redis is away nobody is refused: a limit guards the house, it must not close it.
"""

import hashlib
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from rooms.api_tools import problem

API_PATH = "/api/v1/"
WINDOW_SECONDS = 60

logger = logging.getLogger(__name__)


class RateLimitMiddleware:
    """Before anything is looked up, so that calls refused cost no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API_PATH) and (wait := seconds_to_wait(request)):
            return refused(wait)
        return self.get_response(request)


def seconds_to_wait(request: HttpRequest) -> int:
    """0 when the call may go ahead."""
    # Everyone behind one address shares it: it is given more, and a token of its own is counted apart.
    counts = [(f"address:{address_of(request)}", settings.API_CALLS_PER_ADDRESS)]
    if caller := caller_key(request):
        counts.append((caller, settings.API_CALLS_PER_TOKEN))
    now = int(time.time())
    window, left = now // WINDOW_SECONDS, WINDOW_SECONDS - now % WINDOW_SECONDS
    is_over = [limit and counted(f"api-calls:{window}:{key}") > limit for key, limit in counts]
    return left if any(is_over) else 0


def counted(key: str) -> int:
    """How many there were in this window, this one included."""
    try:
        cache.add(key, 0, WINDOW_SECONDS * 2)
        return cache.incr(key)
    except Exception:  # noqa: BLE001 - whatever keeps the counter from counting, the call itself is sound
        logger.warning("calls of the API are not counted: the cache does not answer")
        return 0


def caller_key(request: HttpRequest) -> str:
    """A digest, for the cache must not hold tokens."""
    shown = request.headers.get("Authorization") or request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return f"caller:{hashlib.sha256(shown.encode(errors='surrogatepass')).hexdigest()}" if shown else ""


def address_of(request: HttpRequest) -> str:
    """Behind a proxy the last address it added; what stands before that, anyone may have written."""
    if settings.BEHIND_PROXY and (hops := request.headers.get("X-Forwarded-For", "")):
        return hashlib.sha256(hops.rpartition(",")[2].strip().encode(errors="surrogatepass")).hexdigest()
    return str(request.META.get("REMOTE_ADDR", ""))


def refused(wait: int) -> HttpResponse:
    answer = problem(429, gettext("Too many calls. Try again in %(seconds)s s.") % {"seconds": wait})
    answer["Retry-After"] = str(wait)
    return answer
