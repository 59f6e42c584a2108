"""What every part of the HTTP API shares: problem answers, strict input types, pages of a list. Knows no people."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _
from ninja import Field, Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from rooms.dates import is_known
from rooms.text import is_storable

PROBLEM_TYPE = "application/problem+json"
MOST_PER_PAGE = 100
LARGEST_ID = 2**63 - 1

# A "+" that arrived undecoded in an address has become a blank.
BLANK_OFFSET = re.compile(r" (\d\d:?\d\d)$")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Within these years every computation with a zone or a calendar stays inside what Python knows.
YEARS = range(2000, 2200)

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Errors = Mapping[str, Sequence[str]]

INPUT_TEXTS: dict[str, Promise] = {
    "extra_forbidden": _("There is no such field."),
    "missing": _("Please fill this in."),
    "not_a_moment": _("A time in ISO 8601 with its offset is needed, such as 2026-11-23T09:00:00+08:00."),
    "no_zone": _("The time needs its offset, such as +08:00."),
    "not_a_day": _("A date is needed, such as 2026-11-23."),
    "not_a_cursor": _("This is not a cursor of this list."),
    "string_type": _("A text is needed."),
    "bool_type": _("true or false is needed."),
    "int_type": _("A whole number is needed."),
    "int_parsing": _("A whole number is needed."),
    "int_parsing_size": _("The number is too large."),
    "list_type": _("A list is needed."),
    "literal_error": _("This is not one of the choices."),
    "uuid_parsing": _("A UUID is needed."),
    "uuid_type": _("A UUID is needed."),
    "unstorable": _("This contains a character that cannot be stored."),
    "string_unicode": _("This contains a character that cannot be stored."),
    "string_too_long": _("The text is too long."),
    "too_long": _("These are too many."),
    "greater_than_equal": _("The number is too small."),
    "less_than_equal": _("The number is too large."),
}


class ApiProblem(Exception):  # noqa: N818 - named after RFC 9457
    """Ends a call with a problem answer."""

    def __init__(self, status: int, detail: str | Promise = "", **more: Any) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.more = status, detail, more


def problem(status: int, detail: str | Promise = "", **more: Any) -> HttpResponse:
    """An answer after RFC 9457; `errors` by field goes into `more`."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(detail)}
    return JsonResponse({**body, **more}, status=status, content_type=PROBLEM_TYPE)


def invalid(errors: Errors) -> HttpResponse:
    return problem(422, gettext("Please check what is named under “errors”."), errors=errors)


def input_errors(faults: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What pydantic found, by field as the caller wrote it: `services.tea`, `guests.0.name`."""
    errors: dict[str, list[str]] = {}
    for fault in faults:
        place = fault["loc"][1:]
        # A body or a set of query parameters is one argument of the operation; its name means nothing outside.
        inner = place[1:] if place and str(place[0]) in {"payload", "filters"} else place
        name = ".".join(map(str, inner)) or str(fault["loc"][0])
        text = INPUT_TEXTS.get(fault["type"])
        errors.setdefault(name, []).append(str(text or _("This is not a valid value.")))
    return errors


class Input(Schema):
    """Base of every body: unknown fields and lookalike types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Filters(Schema):
    """Base of the query parameters of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST_PER_PAGE)] = 50
    cursor: Annotated[str, Field(max_length=500)] = ""


class Problem(Schema):
    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: dict[str, list[str]] | None = None


class Page(Schema, Generic[T]):
    items: list[T]
    next: str | None = None


def _read_moment(value: Any) -> datetime:
    text = BLANK_OFFSET.sub(r"+\1", value) if isinstance(value, str) else ""
    if not MOMENT.fullmatch(text):
        raise PydanticCustomError("not_a_moment", "not a time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise PydanticCustomError("not_a_moment", "not a time") from exc
    if moment.tzinfo is None:
        raise PydanticCustomError("no_zone", "no offset")
    if moment.year not in YEARS or not is_known(moment):
        raise PydanticCustomError("not_a_moment", "outside the calendar")
    return moment


def _read_day(value: Any) -> date:
    try:
        on = date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else None
    except ValueError:
        on = None
    if on is None or on.year not in YEARS:
        raise PydanticCustomError("not_a_day", "not a date")
    return on


def _storable(text: str) -> str:
    if not is_storable(text):
        raise PydanticCustomError("unstorable", "unstorable character")
    return text


Moment = Annotated[datetime, BeforeValidator(_read_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
Text = Annotated[str, AfterValidator(_storable)]
Code = Annotated[str, StringConstraints(max_length=60), AfterValidator(_storable)]
Several = Annotated[list[Text], Field(max_length=50, description="Repeated, or separated by commas.")]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def said_in(texts: Iterable[str]) -> list[str]:
    """The values of a query parameter that is repeated or separated by commas."""
    return [value for text in texts for value in text.split(",") if value]


def refuse_unknown_query(request: HttpRequest, filters: type[Schema]) -> None:
    """Query parameters are read leniently by the framework; a mistyped one must not be taken for no filter at all."""
    _refuse_unknown(set(request.GET) - set(filters.model_fields))


def refuse_unknown_fields(request: HttpRequest, fields: type[Schema], files: Collection[str]) -> None:
    """The same for a form with files; in a JSON body the schema itself refuses them."""
    _refuse_unknown({*request.POST, *request.FILES} - {*fields.model_fields, *files})


def _refuse_unknown(names: set[str]) -> None:
    if names:
        raise ApiProblem(422, errors={name: [str(INPUT_TEXTS["extra_forbidden"])] for name in sorted(names)})


def page_of_rows(
    rows: QuerySet[M], filters: Filters, *, order: tuple[str, ...], shape: Callable[[M], Any]
) -> dict[str, Any]:
    """One page in the order of unique columns; the cursor is the last row's values, so new rows do no harm."""
    if filters.cursor:
        rows = rows.filter(_after(rows.model, order, _values_of(filters.cursor, len(order))))
    found = list(rows.order_by(*order)[: filters.limit + 1])
    shown = found[: filters.limit]
    more = len(found) > filters.limit
    return {
        "items": [shape(row) for row in shown],
        "next": _cursor([getattr(shown[-1], name) for name in order]) if more else None,
    }


def page_of_list(items: Sequence[Any], filters: Filters, *, shape: Callable[[Any], Any]) -> dict[str, Any]:
    """One page of a computed list; the cursor counts."""
    begin = _values_of(filters.cursor, 1)[0] if filters.cursor else 0
    if type(begin) is not int or not 0 <= begin <= len(items):
        raise bad_cursor()
    end = begin + filters.limit
    return {"items": [shape(item) for item in items[begin:end]], "next": _cursor([end]) if end < len(items) else None}


def bad_cursor() -> ApiProblem:
    return ApiProblem(422, errors={"cursor": [str(INPUT_TEXTS["not_a_cursor"])]})


def _cursor(values: list[Any]) -> str:
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _values_of(cursor: str, count: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as exc:
        raise bad_cursor() from exc
    if not isinstance(values, list) or len(values) != count:
        raise bad_cursor()
    return values


def _after(model: type[Model], order: tuple[str, ...], values: list[Any]) -> Q:
    """(a, b) > (x, y), spelt out so that it can be asked of any queryset."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        known = _known(model, name, value)
        condition |= equal & Q(**{f"{name}__gt": known})
        equal &= Q(**{name: known})
    return condition


def _known(model: type[Model], name: str, value: Any) -> Any:
    """The value as the column takes it, or the refusal of a cursor that was made up."""
    field: Any = model._meta.get_field(name)
    if type(value) not in {str, int} or "\x00" in str(value):
        raise bad_cursor()
    try:
        known = _read_moment(value) if isinstance(field, DateTimeField) else field.to_python(value)
    except (ValueError, DjangoValidationError, PydanticCustomError) as exc:
        raise bad_cursor() from exc
    if isinstance(known, int) and abs(known) > LARGEST_ID:
        raise bad_cursor()
    return known
