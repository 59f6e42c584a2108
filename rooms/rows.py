"""Instances from statements that are written out: Django puts its own together anew each time, which takes longer."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


@cache
def columns_of(model: type[Model], alias: str) -> str:
    """All of the model, in the order in which `instance_of` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def width_of(model: type[Model]) -> int:
    return len(model._meta.concrete_fields)


def instance_of(model: type[M], values: Sequence[Any]) -> M:
    """The row as it would come from a queryset."""
    if readers := _readers(model):
        values = list(values)
        for place, read in readers:
            values[place] = read(values[place], None, connection)
    return model.from_db(connection.alias, _attributes(model), values)


@cache
def _attributes(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _readers(model: type[Model]) -> list[tuple[int, Any]]:
    """Of the fields that do not take what the driver gives, such as JSON."""
    fields: Sequence[Any] = model._meta.concrete_fields
    return [(place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]


def insert_alike(rows: Sequence[M]) -> list[M]:
    """`bulk_create` of rows that have most in common: what all of them share goes to the database once."""
    if not rows:
        return []
    model = type(rows[0])
    shared, own = _by_column(rows)
    if not own or any(isinstance(field, ArrayField) for field in own):
        # One row alone; or lists of unlike length, which do not make an array.
        manager: Any = model._meta.default_manager
        return list(manager.bulk_create(rows))
    names = ", ".join(f'"{field.column}"' for field in (*shared, *own))
    picked = [f"%s::{_type(field)}" for field in shared]
    picked += [f"v.c{number}" for number in range(len(own))]
    lists = ", ".join(f"%s::{_type(field)}[]" for field in own)
    columns = ", ".join(f"c{number}" for number in range(len(own)))
    statement = f"""
        INSERT INTO {model._meta.db_table} ({names}) SELECT {", ".join(picked)}
        FROM unnest({lists}) WITH ORDINALITY AS v ({columns}, place) ORDER BY v.place RETURNING id
    """  # noqa: S608 - names of the model
    with connection.cursor() as cursor:
        cursor.execute(statement, [*shared.values(), *own.values()])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as `bulk_create` leaves it
    return list(rows)


def _by_column(rows: Sequence[Model]) -> tuple[dict[Any, Any], dict[Any, list[Any]]]:
    """What is the same in all rows, and the values of what is not, as the driver takes them."""
    shared: dict[Any, Any] = {}
    own: dict[Any, list[Any]] = {}
    for field in rows[0]._meta.concrete_fields:
        values = [getattr(row, field.attname) for row in rows]
        if field.primary_key:
            continue
        if all(value == values[0] for value in values):
            shared[field] = field.get_db_prep_save(values[0], connection)
        else:
            own[field] = [field.get_db_prep_save(value, connection) for value in values]
    return shared, own


def _type(field: Any) -> str:
    """Without the length: a cast would cut off in silence what is too long."""
    kind = str(field.rel_db_type(connection))
    return "text" if kind.startswith("varchar(") and not kind.endswith("]") else kind
