"""Who calls the API: a bearer token, or the session of the signed-in browser that reads its documentation.

Everything else an API module needs is re-exported from `rooms/api_tools.py`.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.utils import timezone, translation
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from rooms.api_tools import (
    PROBLEM_TYPE,
    ApiProblem,
    Code,
    Day,
    Filters,
    Id,
    Input,
    Moment,
    Page,
    Problem,
    Text,
    input_errors,
    invalid,
    local,
    page_of_list,
    page_of_rows,
    problem,
    refuse_unknown_fields,
    refuse_unknown_query,
)
from staff.models import Scope, User
from staff.services.tokens import token_in_force

__all__ = [
    "PROBLEM_TYPE",
    "ApiProblem",
    "Code",
    "Day",
    "Filters",
    "Id",
    "Input",
    "Moment",
    "Page",
    "Problem",
    "Text",
    "caller",
    "input_errors",
    "invalid",
    "local",
    "needs",
    "page_of_list",
    "page_of_rows",
    "problem",
    "refuse_unknown_fields",
    "refuse_unknown_query",
]

API_PATH = "/api/"


class TokenAuth(HttpBearer):
    """`scope` is what a call other than reading needs; a call that names none needs a token for everything."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" not in request.headers:
            return None
        # Whoever shows a credential is judged by it: a bad token does not fall back on the browser's session.
        user = super().__call__(request)
        if user is None:
            raise AuthenticationError
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = token_in_force(token.strip(), timezone.now())
        if found is None:
            return None
        user = request.user = found.user
        if user.language:
            translation.activate(user.language)
        if missing := self.needed(request) - set(found.scopes):
            raise ScopeMissing(missing)
        return user

    def needed(self, request: HttpRequest) -> set[str]:
        if request.method in {"GET", "HEAD"}:
            return {Scope.READ}
        return {self.scope} if self.scope else set(Scope.values)


class ScopeMissing(Exception):  # noqa: N818 - the name says what happened
    """The token is in force, but was not made for such a call."""

    def __init__(self, scopes: Collection[str]) -> None:
        super().__init__(scopes)
        self.scopes = [each for each in Scope.values if each in scopes]


class SessionAuth(APIKeyCookie):
    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return None
        if check_csrf(request):
            raise HttpError(403, gettext("The request's CSRF token is missing or wrong."))
        return user

    def authenticate(self, request: HttpRequest, key: str | None) -> None:
        """Not used: the session's person is known already."""


def needs(scope: Scope) -> list[Any]:
    """For `auth=` of an operation that writes."""
    return [TokenAuth(scope), SessionAuth()]


def caller(request: HttpRequest) -> User:
    """The person who calls; every operation has one."""
    user: User = request.auth  # type: ignore[attr-defined] # set by the framework after authentication
    return user


def add_problem_handlers(api: NinjaAPI) -> None:
    """Answer what goes wrong before or inside an operation as problems."""
    api.add_exception_handler(ApiProblem, _api_problem)
    api.add_exception_handler(ValidationError, _validation_error)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ScopeMissing, _scope_missing)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(PermissionDenied, _forbidden)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(RawPostDataException, _unreadable)
    api.add_exception_handler(UnreadablePostError, _unreadable)


def _api_problem(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(exc.status, exc.detail, **exc.more)


def _validation_error(request: HttpRequest, exc: Any) -> HttpResponse:
    return invalid(input_errors(exc.errors))


def _http_error(request: HttpRequest, exc: Any) -> HttpResponse:
    if exc.status_code == 401:
        answer = problem(401, gettext("A valid token is needed: Authorization: Bearer TOKEN."))
        answer["WWW-Authenticate"] = 'Bearer realm="api"'
        return answer
    return problem(exc.status_code, exc.message)


def _scope_missing(request: HttpRequest, exc: Any) -> HttpResponse:
    told = gettext("This token was not made for that: it lacks “%(scopes)s”.") % {"scopes": ", ".join(exc.scopes)}
    answer = problem(403, told, scopes=exc.scopes)
    answer["WWW-Authenticate"] = f'Bearer realm="api", error="insufficient_scope", scope="{" ".join(exc.scopes)}"'
    return answer


def _not_found(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(404, gettext("There is nothing here that you may see."))


def _forbidden(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(403, gettext("Your role does not allow this."))


def _too_big(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(413)


def _unreadable(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(400, gettext("The request's body cannot be read; JSON is expected."))


class ProblemMiddleware:
    """Turns errors that arise outside the API's operations (unknown address, wrong method, crash) into problems too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith(API_PATH):
            return response
        if response.headers.get("Content-Type", "").startswith(PROBLEM_TYPE):
            return response
        answer = problem(response.status_code)
        if "Allow" in response.headers:
            answer["Allow"] = response.headers["Allow"]
        return answer
