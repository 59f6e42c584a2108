"""Expressions of PostgreSQL's own: an id as a range for exclusions without extensions, ids as one array."""

from collections.abc import Sequence

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import BooleanField, DateTimeField, F, Func, Value


class PointRange(Func):
    """An id as a one-point range: lets a GiST exclusion compare equality without the btree_gist extension."""

    function = "int8range"
    output_field = BigIntegerRangeField()

    def __init__(self, column: str | F) -> None:
        point = F(column) if isinstance(column, str) else column
        super().__init__(point, point, Value("[]"))


class AmongIds(Func):
    """Whether an id is one of many, sent as a single array: `in` would make a parameter of each."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, ids: Sequence[int]) -> None:
        super().__init__(F(column), Value(list(ids)))


class Lower(Func):
    """The beginning of a stretch of time."""

    function = "lower"
    output_field = DateTimeField()


class Upper(Func):
    """Its end."""

    function = "upper"
    output_field = DateTimeField()
