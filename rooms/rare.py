"""Rows that are seldom there."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def rows_if_any(rows: QuerySet[Row]) -> list[Row]:
    """To ask for all columns of many tables takes milliseconds even where nothing is found."""
    return list(rows) if rows.exists() else []
