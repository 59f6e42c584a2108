"""While the database is away: a calm 503 for people, a problem for programs, and nothing told of why."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from rooms.api_tools import problem
from staff.api_tools import API_PATH

RETRY_AFTER_SECONDS = 15
# Connection lost, the server stops or starts, too many connections (appendix A of PostgreSQL's manual).
AWAY = ("08", "57P01", "57P02", "57P03", "53300")

logger = logging.getLogger(__name__)


def is_outage(exc: BaseException | None) -> bool:
    """Whether the database cannot be reached; a statement that it refuses, or gives up on, is a fault like others."""
    if not isinstance(exc, OperationalError | InterfaceError):
        return False
    code = getattr(exc.__cause__, "pgcode", None)
    # Without an answer of the server there is no code either.
    return code is None or code.startswith(AWAY)


class OutageMiddleware:
    """Outside of everything that asks the database, the session and its person included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 500 and getattr(request, "is_outage", False):
            return outage_answer(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return outage_answer(request) if is_outage(exception) else None


def note_outage(request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """What a middleware within raises has become a page of its own before it gets here."""
    if request is not None and is_outage(sys.exc_info()[1]):
        request.is_outage = True  # type: ignore[attr-defined] # read by the middleware above


got_request_exception.connect(note_outage, dispatch_uid="staff.note_outage")


def api_outage(request: HttpRequest, exc: Any) -> HttpResponse:
    """For the API, which keeps its operations' exceptions to itself."""
    if not is_outage(exc):
        raise exc
    return outage_answer(request)


def outage_answer(request: HttpRequest) -> HttpResponse:
    logger.error("the database does not answer: %s %s", request.method, request.path)
    with translation.override(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)):
        if request.path.startswith(API_PATH):
            answer = problem(503, gettext("The service cannot be reached at the moment. Please try again shortly."))
        else:
            again = request.get_full_path() if request.method == "GET" else "/"
            answer = HttpResponse(render_to_string("503.html", {"again": again}), status=503)
        answer.headers["Content-Language"] = translation.get_language()
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer
