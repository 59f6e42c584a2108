"""Two addresses for a load balancer: the process lives; what it needs is reachable."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    parts = {"database": is_working(ask_database), "redis": is_working(ask_redis)}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_redis() -> None:
    cache.set("readyz", 1, timeout=10)


def is_working(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001 - whatever the driver raises, the answer is no
        return False
    return True
