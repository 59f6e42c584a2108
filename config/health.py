"""Two addresses for a load balancer and a monitor: the process lives; what it needs is reachable."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

Ask = Callable[[datetime], Mapping[str, object]]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest, further: Mapping[str, Ask] | None = None) -> HttpResponse:
    """503 while the database or Redis cannot be reached: this process serves nobody well, another one may.

    `further` parts, such as the reminders, are told and do not change the status: what stands still there stands
    still for every process alike, and a balancer that took them all away would take the pages too by which people
    see it and go on. A monitor that is to wake somebody asks /readyz?strict and gets 503 for those as well.
    """
    parts = {"database": is_working(ask_database), "redis": is_working(ask_redis)}
    told = {name: told_by(ask, timezone.now()) for name, ask in (further or {}).items()}
    is_ready = all(parts.values())
    if "strict" in request.GET:
        is_ready = is_ready and all(part["ok"] for part in told.values())
    return JsonResponse(parts | told, status=200 if is_ready else 503)


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


def told_by(ask: Ask, now: datetime) -> Mapping[str, object]:
    try:
        return ask(now)
    except Exception:  # noqa: BLE001 - the same
        return {"ok": False}
