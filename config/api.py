"""The HTTP API: who may call it, how errors are told, and the routers of the apps."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from bookings.api import booking_problem, router as bookings_router
from bookings.errors import BookingError
from checklists.api import checklist_problem, router as checklists_router
from checklists.errors import ChecklistError
from rooms.api import router as rooms_router
from rooms.api_tools import PROBLEM_TYPE, Problem, problem
from staff.api_tools import SessionAuth, TokenAuth, add_problem_handlers
from staff.outage import api_outage

PROBLEMS = {
    400: "The body cannot be read",
    401: "No valid token",
    403: "The caller's role does not allow it",
    404: "Nothing there that the caller may see",
    409: "The room is taken (`conflicts`, `alternatives`, of a series `dates`), or the booking has moved on (`state`)",
    422: "Bad input (`errors` by field)",
    429: "Too many calls; `Retry-After` says in how many seconds to try again",
    503: "The service is away for a moment; `Retry-After` says in how many seconds to try again",
}


class ReadableJSON(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class DocumentedAPI(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Every operation may also answer with a problem; said once here instead of at each."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for operation in path.values():
                for status, text in PROBLEMS.items():
                    operation["responses"].setdefault(status, {"description": text, "content": content})
        return schema


api = DocumentedAPI(
    title="Huiwu",
    version="1",
    description="Rooms, bookings and the service around them. Times are ISO 8601 with an offset.",
    urls_namespace="api",
    auth=[TokenAuth(), SessionAuth()],
    renderer=ReadableJSON(),
)
add_problem_handlers(api)
api.add_exception_handler(OperationalError, api_outage)
api.add_exception_handler(InterfaceError, api_outage)
api.add_exception_handler(BookingError, booking_problem)
api.add_exception_handler(ChecklistError, checklist_problem)
# Before the rooms: /rooms/free is no room.
api.add_router("", bookings_router)
api.add_router("", rooms_router)
api.add_router("", checklists_router)


def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problem(404)
