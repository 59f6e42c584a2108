"""Several reads in one statement: a page about one thing asks for many short lists, each of which would cost a way."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Model, QuerySet, Value

# As the driver would hand them over; what is not named here is refused rather than handed on as a text.
PLAIN = frozenset(
    [
        "BooleanField",
        "CharField",
        "TextField",
        "EmailField",
        "FileField",
        "ImageField",
        "ArrayField",
        "ForeignKey",
        "OneToOneField",
        "AutoField",
        "BigAutoField",
        "IntegerField",
        "BigIntegerField",
        "SmallIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
    ]
)


def _range(text: str) -> DateTimeTZRange:
    lower, upper = (part.strip('"') for part in text[1:-1].split(","))
    bounds = [datetime.fromisoformat(part) if part else None for part in (lower, upper)]
    return DateTimeTZRange(*bounds, bounds=text[0] + text[-1])


# Where `prefetch_related` puts what it has read; there is no public way to put it there.
PREFETCHED = "_prefetched_objects_cache"
READ: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
    "DateTimeRangeField": _range,
    # The field itself reads the text.
    "JSONField": json.dumps,
}


def read_together(*querysets: QuerySet[Any]) -> None:
    """Fill all of them, each with its own rows in its own order, as if each had been read by itself."""
    unread = [each for each in querysets if not _is_read(each)]
    if not unread:
        return
    compilers = [each.query.get_compiler(each.db) for each in unread]
    pieces: list[str] = []
    values: list[Any] = []
    for compiler in compilers:
        piece, own = _piece(compiler)
        pieces.append(piece)
        values += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(pieces)}", values)
        texts = cursor.fetchone()
    for queryset, compiler, text in zip(unread, compilers, texts, strict=True):
        if compiler.select:
            _fill(queryset, compiler, json.loads(text) if text else [])


def number_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The count of the rows as a queryset, to be read together with others; without rows it is empty."""
    return rows.order_by().values(one=Value(1)).annotate(number=Count("pk")).values_list("number", flat=True)


def remember(instance: Model, relation: str, rows: Iterable[Model]) -> None:
    """What was read elsewhere becomes what the instance knows of its relation, as if it had been prefetched."""
    known = getattr(instance, relation).all()
    known._result_cache = list(rows)  # noqa: SLF001 - a queryset counts as read by it alone
    prefetched = getattr(instance, PREFETCHED, {})
    setattr(instance, PREFETCHED, prefetched | {relation: known})


def _is_read(queryset: QuerySet[Any]) -> bool:
    return queryset._result_cache is not None  # noqa: SLF001 - `bool` and `len` would read it


def _piece(compiler: Any) -> tuple[str, Sequence[Any]]:
    try:
        statement, values = compiler.as_sql()
    except EmptyResultSet:
        # Django knows that there are no rows and will not ask for them.
        compiler.select = None
        return "NULL", ()
    names = ", ".join(f"c{number}" for number in range(len(compiler.select)))
    return f"(SELECT json_agg(q)::text FROM ({statement}) AS q ({names}))", values  # noqa: S608 - Django's own statement


def _fill(queryset: QuerySet[Any], compiler: Any, found: Sequence[dict[str, Any]]) -> None:
    """Evaluate the queryset with the rows at hand, so that it makes of them what it would make of the driver's."""
    readers = [_reader(expression) for expression, _sql, _alias in compiler.select]
    rows = [
        [
            read(value) if read and value is not None else value
            for read, value in zip(readers, row.values(), strict=True)
        ]
        for row in found
    ]
    query: Any = queryset.query
    compiler.execute_sql = partial(_answer, [rows])
    query.get_compiler = partial(_answer, compiler)
    try:
        list(queryset)
    finally:
        del query.get_compiler


def _answer(answer: Any, *args: Any, **options: Any) -> Any:
    return answer


def _reader(expression: Any) -> Callable[[Any], Any] | None:
    kind = expression.output_field.get_internal_type()
    if kind in PLAIN:
        return None
    return READ[kind]
