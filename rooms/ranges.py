"""Range expressions for exclusion constraints on a server without extensions."""

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import F, Func, Value


class PointRange(Func):
    """An id as a one-point range: lets a GiST exclusion compare equality without the btree_gist extension."""

    function = "int8range"
    output_field = BigIntegerRangeField()

    def __init__(self, column: str | F) -> None:
        point = F(column) if isinstance(column, str) else column
        super().__init__(point, point, Value("[]"))
